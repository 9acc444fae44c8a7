using System.Buffers.Text;
using System.Security.Cryptography;

namespace HubSpotDeals.Api.Gateway.Connection;

/// <summary>Texts that nobody can guess.</summary>
static class RandomText
{
    /// <summary>256 random bits, in letters that go into an address.</summary>
    internal static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
