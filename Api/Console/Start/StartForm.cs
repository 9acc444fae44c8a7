using System.Globalization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;

namespace HubSpotDeals.Api.Console.Start;

/// <summary>The form of a scan to be started, as it was filled in.</summary>
public sealed record StartForm
{
    internal string ScanId { get; init; } = "";

    internal string Portal { get; init; } = "";

    /// <summary>HubSpot's access token, in clear: for the moment of a request. A secret.</summary>
    internal string? Token { get; init; }

    /// <summary>Certain properties, and not the standard ones.</summary>
    internal bool ChoosesProperties { get; init; }

    internal IReadOnlyList<string> Properties { get; init; } = [];

    internal string? Pipeline { get; init; }

    internal string? Stage { get; init; }

    internal string DateProperty { get; init; } = StartScanRequest.DateProperties[0];

    internal string? From { get; init; }

    internal string? To { get; init; }

    internal bool IncludeArchived { get; init; }

    /// <summary>Names it; a record's own text would show the token.</summary>
    public override string ToString() => $"form of scan {ScanId} of portal {Portal}";

    /// <summary>An empty form, with a name that no other scan has.</summary>
    internal static StartForm Empty(string? portal, TimeProvider clock) => new()
    {
        ScanId = "deals-" + clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture),
        Portal = portal ?? "",
    };

    /// <summary>Reads the fields; a field that is empty is one that was not filled in.</summary>
    internal static StartForm Read(IFormCollection fields, TokenSeal seal)
    {
        return new StartForm
        {
            ScanId = Field("scanId") ?? "",
            Portal = Field("portal") ?? "",
            Token = Field("token") ?? (Field("sealed") is { } closed ? seal.Open(closed) : null),
            ChoosesProperties = Field("which") == "these",
            // Chosen by marks where the portal could be read, typed where it could not.
            // One more than there may be is enough to be told so.
            Properties = [.. fields["properties"].OfType<string>().Concat(Words(Field("propertyList") ?? "")).Take(StartScanValidator.MaxProperties + 1)],
            Pipeline = Field("pipeline"),
            Stage = Field("stage"),
            DateProperty = Field("dateProperty") ?? StartScanRequest.DateProperties[0],
            From = Field("from"),
            To = Field("to"),
            IncludeArchived = Field("archived") is not null,
        };

        string? Field(string name) => fields[name].ToString().Trim() is { Length: > 0 } text ? text : null;
    }

    static string[] Words(string text) => text.Split((char[])[',', ' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The start request that the form makes.</summary>
    internal StartScanBody ToBody() => new(new StartScanBody.ConfigPart(
        ScanId,
        Portal,
        ["deals"],
        new StartScanBody.AuthPart(Token),
        new StartScanBody.FiltersPart(
            ChoosesProperties ? [.. Properties] : null,
            Stage,
            Pipeline,
            IncludeArchived,
            (From ?? To) is null ? null : new StartScanBody.DateRangePart(From, To, DateProperty))));

    /// <summary>Which field of the form a path of the request's body is; empty: none of them.</summary>
    internal static string FieldOf(string path) => path switch
    {
        "config.scanId" => "scanId",
        "config.organizationId" => "portal",
        "config.auth.accessToken" => "token",
        "config.filters.pipeline" => "pipeline",
        "config.filters.dealstage" => "stage",
        _ when path.StartsWith("config.filters.properties", StringComparison.Ordinal) => "properties",
        _ when path.StartsWith("config.filters.dateRange", StringComparison.Ordinal) => "from",
        _ => "",
    };

    /// <summary>What is wrong with it, by the form's fields; nothing: it can be sent.</summary>
    internal IReadOnlyDictionary<string, string> Check() => ByField(
        StartScanValidator.Instance.Validate(ToBody()).Errors.Select(failure => KeyValuePair.Create(JsonBody.PathOf(failure), failure.ErrorMessage)));

    /// <summary>Complaints about the request's body, as complaints about the form's fields.</summary>
    internal static IReadOnlyDictionary<string, string> ByField(IEnumerable<KeyValuePair<string, string>> errors) => errors
        .GroupBy(error => FieldOf(error.Key), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => string.Join(" ", group.Select(error => error.Value).Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);
}
