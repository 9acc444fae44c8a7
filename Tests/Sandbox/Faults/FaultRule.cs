namespace HubSpotDeals.Sandbox.Faults;

/// <summary>What can be made to go wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>An error status, <see cref="FaultRule.Status"/>, with its usual body or the given one.</summary>
    Status,

    /// <summary>No answer at all until the caller gives up.</summary>
    Hang,

    /// <summary>The right answer, <see cref="FaultRule.Delay"/> later.</summary>
    Delay,

    /// <summary>The connection is cut before a byte of the answer is sent.</summary>
    CutBeforeAnswer,

    /// <summary>The connection is cut half-way through the body.</summary>
    CutInBody,

    /// <summary>The connection is cut right after the whole answer.</summary>
    CutAfterAnswer,

    /// <summary>JSON that ends too early in an answer whose length and framing are right.</summary>
    TruncatedJson,

    /// <summary>200 with an HTML page.</summary>
    HtmlPage,

    /// <summary>The next cursor is the one that was asked with, so the page repeats for ever.</summary>
    RepeatCursor,

    /// <summary>Half the deals asked for, and a right cursor.</summary>
    ShortPage,

    /// <summary>No deals, and a right cursor.</summary>
    EmptyPage,

    /// <summary>The last deal of this page comes again as the first of the next.</summary>
    DuplicateDeal,

    /// <summary>The page's deals in reverse order.</summary>
    OutOfOrder,
}

/// <summary>Which answers go wrong, and how. All conditions must hold; of several rules that match, the first added counts.</summary>
public sealed record FaultRule
{
    public required FaultKind Kind { get; init; }

    /// <summary>A regular expression for the operation's name, such as <c>^deals\.</c>; null: any.</summary>
    public string? Operation { get; init; }

    /// <summary>A regular expression for the path and query; null: any.</summary>
    public string? Path { get; init; }

    /// <summary>Null: any portal, and calls without a known token.</summary>
    public long? PortalId { get; init; }

    /// <summary>The first so many matching requests pass.</summary>
    public int Skip { get; init; }

    /// <summary>How often it happens at most; null: for ever.</summary>
    public int? Times { get; init; }

    /// <summary>After the skipped ones, every so manyth matching request.</summary>
    public int Every { get; init; } = 1;

    /// <summary>0 to 1; rolled from <see cref="Seed"/>, so a run can be repeated.</summary>
    public double Probability { get; init; } = 1;

    public long Seed { get; init; }

    /// <summary>Of <see cref="FaultKind.Status"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>Sent as <c>Retry-After</c> in whole seconds; HubSpot itself sends it with 477 only.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body in place of the status's usual one.</summary>
    public string? Body { get; init; }

    /// <summary>Of <see cref="Body"/>.</summary>
    public string ContentType { get; init; } = "application/json;charset=utf-8";

    /// <summary>Of <see cref="FaultKind.Delay"/>.</summary>
    public TimeSpan Delay { get; init; }
}
