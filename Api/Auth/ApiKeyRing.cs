using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace HubSpotDeals.Api.Auth;

/// <summary>The keys of this service, by their hashes. The keys themselves are not known here.</summary>
sealed class ApiKeyRing(IEnumerable<ApiKey> keys)
{
    internal const string Header = "X-Api-Key";
    internal const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>No key is near as long; hashing more would only be work for whoever sends it.</summary>
    internal const int MaxKeyLength = 512;

    readonly (byte[] Hash, Caller Caller)[] _keys =
        [.. keys.Select(key => (key.Hash, new Caller(key.Name, key.Portals.Count == 0 ? null : key.Portals)))];

    /// <summary>False: the service takes calls from everybody.</summary>
    internal bool AreNeeded => _keys.Length > 0;

    /// <summary>Whose key this is; null: nobody's.</summary>
    /// <param name="sent">The header as it came. Of two keys none is taken: whoever stands in between may have looked at the other.</param>
    internal Caller? Find(StringValues sent)
    {
        return sent is [{ Length: > 0 and <= MaxKeyLength } key] ? FindHash(HashOf(key)) : null;
    }

    /// <summary>Whose key has this hash; null: nobody's.</summary>
    internal Caller? FindHash(ReadOnlySpan<byte> hash)
    {
        Caller? caller = null;
        // All of them every time, each in constant time: how long the answer takes tells nothing of any hash.
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known.Hash))
            {
                caller = known.Caller;
            }
        }

        return caller;
    }

    /// <summary>A key's SHA-256, which is what the service knows of it.</summary>
    internal static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
