using System.Text.Json;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Console.Scans;

/// <summary>What has happened to a scan, in sentences.</summary>
static class ScanLog
{
    const string Split = "split";

    /// <summary>The lines of the log, in the order of the events. Splits that follow each other are one line: a scan begins with dozens.</summary>
    internal static IReadOnlyList<(DateTime At, string Text)> Of(IReadOnlyList<ScanEvent> events)
    {
        List<(DateTime At, string Text)> lines = [];
        for (var index = 0; index < events.Count; index++)
        {
            var (at, segments) = (events[index].At, 0L);
            for (; index < events.Count && events[index].Kind == Split; index++)
            {
                segments += SegmentsOf(events[index]);
            }

            if (segments > 0)
            {
                lines.Add((at, $"split into {Texts.Count(segments, "segment")} more"));
            }

            if (index < events.Count)
            {
                lines.Add((events[index].At, TextOf(events[index])));
            }
        }

        return lines;
    }

    static long SegmentsOf(ScanEvent split)
    {
        using var data = JsonDocument.Parse(split.Data);
        return data.RootElement.GetProperty("segments").GetInt64();
    }

    static string TextOf(ScanEvent happened)
    {
        using var document = JsonDocument.Parse(happened.Data);
        var data = document.RootElement;
        return happened.Kind switch
        {
            "state" => StateOf(data),
            "planned" => $"planned: HubSpot counts {Texts.Count(data.GetProperty("totalDeals").GetInt64(), "deal")}",
            "retries" => $"{Texts.Count(data.GetProperty("count").GetInt64(), "request")} repeated{Because(data)}",
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
