namespace HubSpotDeals.Sandbox;

/// <summary>A portal to be made: which deals it starts with and who may read them.</summary>
public sealed record PortalOptions
{
    public const long DefaultPortalId = 12345678;

    public long PortalId { get; init; } = DefaultPortalId;

    /// <summary>Live deals at the start.</summary>
    public int Deals { get; init; } = 100_000;

    /// <summary>Archived deals at the start, on top of <see cref="Deals"/>.</summary>
    public int Archived { get; init; } = 500;

    /// <summary>
    /// Contacts at the start. With any, the contacts of deals are among these; with none, deals have computed ones that are there
    /// as ids only.
    /// </summary>
    public int Contacts { get; init; }

    /// <summary>Tickets at the start, most of them from one of the contacts.</summary>
    public int Tickets { get; init; }

    /// <summary>The same seed and sizes give the same records, byte for byte.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Mixes in the values that break careless readers (the table in AwkwardValues.cs), in one deal of 64.</summary>
    public bool Awkward { get; init; } = true;

    /// <summary>Adds texts with half a surrogate pair, written as a JSON escape, to the awkward ones.</summary>
    public bool LoneSurrogates { get; init; }

    /// <summary>Custom properties <c>custom_0001</c> and on, besides the two dozen that every portal has.</summary>
    public int ExtraCustomProperties { get; init; }

    /// <summary>
    /// The first so many deals share one <c>hs_lastmodifieddate</c>, as after a bulk import: time alone can't page through them.
    /// </summary>
    public int BulkModified { get; init; }

    /// <summary>
    /// A CSV of opportunities to start with instead of generated deals, one deal a row; header
    /// <c>opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value</c>.
    /// </summary>
    public string? OpportunitiesFile { get; init; }

    /// <summary>Empty: one token with every scope, <see cref="TokenOptions.DefaultFor"/>.</summary>
    public IReadOnlyList<TokenOptions> Tokens { get; init; } = [];

    /// <summary>Null: the server's.</summary>
    public RateLimits? Limits { get; init; }

    /// <summary>How long the search index takes to notice a write.</summary>
    public TimeSpan SearchLag { get; init; }
}
