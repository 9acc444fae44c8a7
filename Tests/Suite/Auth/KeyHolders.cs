using System.Security.Cryptography;
using System.Text;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Auth;

/// <summary>Holders of keys: of every portal, of the tests' own, and of another.</summary>
static class KeyHolders
{
    internal const string OtherPortal = "87654321";

    internal const string Everybodys = "key-of-the-operator-0123456789abcdef";
    internal const string Ours = "key-of-our-portal-0123456789abcdef";
    internal const string Theirs = "key-of-the-other-portal-0123456789abcdef";

    /// <summary>The longest that is taken; with a letter more it is somebody's key as well, and is not.</summary>
    internal static readonly string Longest = new('k', 512);

    internal static (string Key, string Value)[] Settings { get; } =
    [
        ("Auth:ApiKeys:0:Name", "operator"),
        ("Auth:ApiKeys:0:Hash", HashOf(Everybodys)),
        ("Auth:ApiKeys:1:Name", "ours"),
        // Spelled either way.
        ("Auth:ApiKeys:1:Hash", HashOf(Ours).ToUpperInvariant()),
        ("Auth:ApiKeys:1:Portals:0", ScanApi.Portal),
        ("Auth:ApiKeys:2:Name", "theirs"),
        ("Auth:ApiKeys:2:Hash", HashOf(Theirs)),
        ("Auth:ApiKeys:2:Portals:0", "1"),
        ("Auth:ApiKeys:2:Portals:1", OtherPortal),
        ("Auth:ApiKeys:3:Name", "long"),
        ("Auth:ApiKeys:3:Hash", HashOf(Longest)),
        ("Auth:ApiKeys:4:Name", "too long"),
        ("Auth:ApiKeys:4:Hash", HashOf(Longest + "k")),
    ];

    internal static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
