namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>What a deal column holds, and so which PostgreSQL type it has and which encoder fills it.</summary>
public enum ColumnKind
{
    /// <summary>Type <c>text</c>: every property that is none of the others, multi-selects and ids included.</summary>
    Text,

    /// <summary>Type <c>numeric</c>, without precision or scale, so that every digit that HubSpot sends is kept.</summary>
    Number,

    /// <summary>Type <c>boolean</c>.</summary>
    Bool,

    /// <summary>Type <c>timestamptz</c>.</summary>
    Instant,

    /// <summary>Type <c>date</c>.</summary>
    Date,
}
