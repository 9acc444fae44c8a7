using System.Net;
using System.Net.Sockets;

namespace HubSpotDeals.Api.Auth;

/// <summary>What counts as one client among those that have no key.</summary>
public static class ClientNetwork
{
    /// <summary>The address; of IPv6 its first half only, for the other is each client's to choose.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length / 2).Clear();
        return new IPAddress(bytes);
    }
}
