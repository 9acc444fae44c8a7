using System.Text.Json;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Console.Scans;

/// <summary>What has happened to a scan, in a sentence.</summary>
static class ScanEventText
{
    internal static string Of(ScanEvent happened)
    {
        using var document = JsonDocument.Parse(happened.Data);
        var data = document.RootElement;
        return happened.Kind switch
        {
            "state" => StateOf(data),
            "planned" => $"planned: HubSpot counts {Texts.Count(data.GetProperty("totalDeals").GetInt64(), "deal")}",
            "retries" => $"{Texts.Count(data.GetProperty("count").GetInt64(), "request")} repeated{Because(data)}",
            "split" => $"{Texts.Count(data.GetProperty("segments").GetInt64(), "segment")} more",
            "verified" => $"verified: {Text(data, "verdict")}{Because(data)}",
            // Written by a newer build of the service.
            _ => $"{happened.Kind} {happened.Data}",
        };
    }

    static string StateOf(JsonElement data) =>
        Text(data, "status") + (Text(data, "node") is { } node ? $" on {node}" : "") + Because(data);

    static string Because(JsonElement data) => Text(data, "reason") is { } reason ? ": " + reason : "";

    static string? Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
