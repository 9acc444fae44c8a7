using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>A user who owns deals. Archived owners have no user id any more, yet their deals still name them.</summary>
sealed record Owner(long Id, long UserId, string FirstName, string LastName, string Email, bool IsArchived, long CreatedMilliseconds)
{
    public DealValue IdValue { get; } = DealValue.Ascii(Id.ToString());

    public DealValue UserIdValue { get; } = DealValue.Ascii(UserId.ToString());
}

/// <summary>The sales team of a portal.</summary>
sealed class Owners
{
    static readonly string[] Team =
    [
        "Amara Okafor", "Ben Hartley", "Chiara Conti", "Dmitri Volkov", "Elena Sørensen", "Farid Rahimi", "Grace Mbeki", "Hiroshi Tanaka",
        "Ines Carvalho", "Jonas Lindqvist", "Katarzyna Nowak", "Liam O'Connor", "Mei-Ling Chen", "Noah Fischer", "Olivia Dubois",
        "Priya Raman", "Quentin Leroy", "Rosa Jiménez", "Samir Haddad", "Tove Bakken", "Uma Krishnan", "Viktor Horváth", "Wanjiru Kamau",
        "Zoë van Dijk",
    ];

    Owners(ulong seed, IReadOnlyList<string> names, int archived)
    {
        All = [.. names.Select((name, index) => Make(seed, name, index, index >= names.Count - archived))];
    }

    /// <summary>In ascending order of id.</summary>
    public Owner[] All { get; }

    /// <summary>24 people, the last two of whom have left.</summary>
    public static Owners Generated(ulong seed) => new(seed, Team, archived: 2);

    public static Owners Named(ulong seed, IReadOnlyList<string> names) => new(seed, names, archived: 0);

    static Owner Make(ulong seed, string name, int index, bool isArchived)
    {
        var blank = name.IndexOf(' ', StringComparison.Ordinal);
        var (first, last) = blank < 0 ? (name, "") : (name[..blank], name[(blank + 1)..]);
        var mailbox = new string([.. name.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
        return new Owner(
            Id: 71_200_000 + (index * 9_137L) + Dice.Below(9_000, seed, 0x0E0 + (ulong)index),
            UserId: 26_600_000 + (index * 4_001L) + Dice.Below(4_000, seed, 0x1E0 + (ulong)index),
            first,
            last,
            $"{mailbox}@example.com",
            isArchived,
            CreatedMilliseconds: GeneratedDeals.FirstCreated - Dice.Below(300_000_000_000, seed, 0x2E0 + (ulong)index));
    }
}
