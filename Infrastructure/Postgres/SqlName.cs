namespace HubSpotDeals.Infrastructure.Postgres;

/// <summary>Quoting of PostgreSQL identifiers that come from outside, as HubSpot's property names do.</summary>
public static class SqlName
{
    /// <summary>PostgreSQL cuts longer identifiers silently (NAMEDATALEN - 1), and two cut names may be one.</summary>
    public const int MaxBytes = 63;

    /// <summary>The identifier in double quotes, with its own quotes doubled.</summary>
    public static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A text literal in single quotes.</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
