using System.Security.Cryptography;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Which column holds a property of a given kind.</summary>
/// <remarks>
/// All scans of a portal share the partitioned table's columns, so a property that changed its type between two scans needs a second
/// column. HubSpot's property names are lower-case letters, digits, <c>_</c> and <c>-</c>: a name with a colon can be no property's.
/// </remarks>
public static class ColumnNames
{
    const int HashedPrefix = 36;

    /// <summary>The columns that every row has; a property of the same name gets another column.</summary>
    public static IReadOnlyList<string> System { get; } =
        ["_scan_id", "hs_object_id", "_extracted_at", "created_at", "updated_at", "_archived", "_rejected"];

    /// <summary>The column's name: the property's own where it can be, else one that says the kind too.</summary>
    /// <param name="property">HubSpot's internal name.</param>
    /// <param name="kind">What the column must hold.</param>
    /// <param name="existing">The columns that the portal's table has already, and their kinds.</param>
    public static string For(string property, ColumnKind kind, IReadOnlyDictionary<string, ColumnKind> existing)
    {
        var name = Encoding.UTF8.GetByteCount(property) <= SqlName.MaxBytes ? property : Hashed(property);
        var taken = System.Contains(name, StringComparer.Ordinal) || (existing.TryGetValue(name, out var other) && other != kind);
        if (!taken)
        {
            return name;
        }

        var typed = $"{name}:{SqlType(kind)}";
        return Encoding.UTF8.GetByteCount(typed) <= SqlName.MaxBytes ? typed : $"{Hashed(property)}:{SqlType(kind)}";
    }

    /// <summary>The kind's type in PostgreSQL, as <c>format_type</c> spells the short form.</summary>
    public static string SqlType(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => "text",
        ColumnKind.Number => "numeric",
        ColumnKind.Bool => "boolean",
        ColumnKind.Instant => "timestamptz",
        ColumnKind.Date => "date",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of column"),
    };

    /// <summary>The kind of a column by its type's name in <c>pg_type</c>.</summary>
    internal static ColumnKind KindOf(string typeName) => typeName switch
    {
        "text" => ColumnKind.Text,
        "numeric" => ColumnKind.Number,
        "bool" => ColumnKind.Bool,
        "timestamptz" => ColumnKind.Instant,
        "date" => ColumnKind.Date,
        _ => throw new ArgumentException($"no property is stored as {typeName}", nameof(typeName)),
    };

    // PostgreSQL would cut the name without a word, and two names that differ at their ends would be one column.
    static string Hashed(string property) =>
        property[..HashedPrefix] + ":" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(property)).AsSpan(0, 6));
}
