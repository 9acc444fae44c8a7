using HubSpotDeals.Api.Scans.Plan;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Portals;

namespace HubSpotDeals.Api.Console.Start;

/// <summary>The form of a scan to be started, and what came of sending it.</summary>
public sealed record StartModel(StartForm Form)
{
    /// <summary>The form's token, sealed; null: none was given, or it is no good.</summary>
    internal string? Sealed { get; init; }

    /// <summary>HubSpot knows the token: the rest of the form is shown.</summary>
    internal bool IsKnown { get; init; }

    /// <summary>The portal's deal properties; none: the token may not read them.</summary>
    internal IReadOnlyList<PropertyDefinition> Properties { get; init; } = [];

    /// <summary>The portal's pipelines and stages, for choosing.</summary>
    internal PortalNames Names { get; init; } = PortalNames.None;

    /// <summary>What is wrong with a field, by its name.</summary>
    internal IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is wrong with the whole; null: nothing.</summary>
    internal string? Problem { get; init; }

    /// <summary>What else helps with it.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>What the scan would cost; null: nobody has asked.</summary>
    internal ScanForecastReport? Forecast { get; init; }
}
