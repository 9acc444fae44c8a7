using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres;

namespace HubSpotDeals.Api.Auth;

/// <summary>A key that callers may hold.</summary>
/// <param name="Name">Its holder, for the log.</param>
/// <param name="Hash">The SHA-256 of the key, 32 bytes.</param>
/// <param name="Portals">The portals it may touch; none: all.</param>
sealed record ApiKey(string Name, byte[] Hash, IReadOnlyList<string> Portals)
{
    // A record would print its members.
    public override string ToString() => Name;
}

/// <summary>Reads the keys of this service: configuration <c>Auth:ApiKeys:N</c> with <c>Name</c>, <c>Hash</c> and <c>Portals:M</c>.</summary>
/// <remarks>
/// Read by hand: the framework's binder passes over what it does not know, and a mistyped name must not open the door. Without its
/// portals a key may touch all, and without keys nobody needs one. No value is repeated: it may be the key itself, put in the wrong place.
/// </remarks>
sealed class ApiKeySettings
{
    const string Keys = "ApiKeys";
    const string Portals = "Portals";

    /// <summary>What else the section holds, for other doors than this one.</summary>
    static readonly string[] Neighbours = ["Jwt", "Admins", "Limits"];

    readonly List<string> _failures = [];

    /// <summary>The configured keys; none: no key is needed.</summary>
    /// <exception cref="SetupException">With all that is wrong, by its key and with its mend, in one line.</exception>
    internal static IReadOnlyList<ApiKey> Read(IConfiguration configuration)
    {
        var settings = new ApiKeySettings();
        var auth = configuration.GetSection("Auth");
        settings.RefuseOthers(auth, [Keys, .. Neighbours]);
        var keys = settings.ReadKeys(auth.GetSection(Keys));
        return settings._failures.Count == 0 ? keys : throw new SetupException(string.Join(" ", settings._failures));
    }

    List<ApiKey> ReadKeys(IConfigurationSection section)
    {
        RefuseText(section, "entries such as {0}__0__Name and {0}__0__Hash");
        List<ApiKey> keys = [];
        Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> hashes = new(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in section.GetChildren())
        {
            RefuseText(entry, "members, {0}__Name and {0}__Hash");
            RefuseOthers(entry, ["Name", "Hash", Portals]);
            var name = ReadName(entry, names);
            var hash = ReadHash(entry, hashes);
            keys.Add(new ApiKey(name, hash, ReadPortals(entry.GetSection(Portals))));
        }

        return keys;
    }

    string ReadName(IConfigurationSection entry, Dictionary<string, string> taken)
    {
        var setting = entry.GetSection("Name");
        var name = setting.Value?.Trim() ?? "";
        if (name.Length == 0)
        {
            Refuse(setting, "is empty: set it to a name for the key's holder");
        }
        else if (!taken.TryAdd(name, KeyOf(setting)))
        {
            Refuse(setting, $"is the name at {taken[name]} too: give each key a name of its own");
        }

        return name;
    }

    byte[] ReadHash(IConfigurationSection entry, Dictionary<string, string> taken)
    {
        var setting = entry.GetSection("Hash");
        var text = setting.Value?.Trim() ?? "";
        var hash = new byte[ApiKeyRing.HashBytes];
        if (text.Length != 2 * hash.Length || !text.All(char.IsAsciiHexDigit))
        {
            Refuse(setting, $"is no SHA-256: set it to the 64 hexadecimal digits that printf %s \"$KEY\" | sha256sum prints");
            return hash;
        }

        if (!taken.TryAdd(text, KeyOf(setting)))
        {
            Refuse(setting, $"is the hash at {taken[text]} too: make a key for each holder");
        }

        Convert.FromHexString(text, hash, out _, out _);
        return hash;
    }

    List<string> ReadPortals(IConfigurationSection section)
    {
        RefuseText(section, "entries, {0}__0 and so on");
        List<string> portals = [];
        foreach (var entry in section.GetChildren())
        {
            if (entry.Value is { } portal && PortalId.IsValid(portal))
            {
                portals.Add(portal);
            }
            else
            {
                Refuse(entry, "is no HubSpot portal id: set it to 1 to 20 digits, or leave it out");
            }
        }

        return portals;
    }

    void RefuseOthers(IConfigurationSection section, string[] known)
    {
        foreach (var other in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse(other, Spelling.Nearest(other.Key, known) is { } meant
                ? $"is no setting: did you mean {KeyOf(section)}__{meant}?"
                : $"is no setting: {KeyOf(section)} has {string.Join(", ", known)}");
        }
    }

    /// <summary>Refuses a text where there must be something below it.</summary>
    void RefuseText(IConfigurationSection section, string mend)
    {
        if (section.Value is { Length: > 0 })
        {
            Refuse(section, "is no text: set " + string.Format(mend, KeyOf(section)));
        }
    }

    void Refuse(IConfigurationSection setting, string complaint) =>
        _failures.Add(KeyOf(setting) + " " + complaint + (complaint.EndsWith('?') ? "" : "."));

    /// <summary>As it is spelled in the environment.</summary>
    static string KeyOf(IConfigurationSection section) => section.Path.Replace(":", "__", StringComparison.Ordinal);
}
