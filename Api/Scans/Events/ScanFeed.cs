using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Nodes;
using Npgsql;

namespace HubSpotDeals.Api.Scans.Events;

/// <summary>What happens to a scan, for one who watches it: its log, and its progress once a second.</summary>
/// <remarks>
/// The log is in the database, so that it does not matter which node a watcher comes back to. The node's session wakes the watchers;
/// between its words they look once a second, which is how often a worker records progress.
/// </remarks>
sealed class ScanFeed(ScanStore store, NpgsqlDataSource database, ScanSignals signals, TimeProvider clock, IHostApplicationLifetime life)
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Something is sent at least so often: proxies end connections on which nothing comes, mostly after a minute.</summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>How soon a client that lost its connection comes back.</summary>
    static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(1);

    /// <summary>Tells what has happened since, and then what happens, until the scan has completed or is removed, or the node stops.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="seen">The number of the last event that the watcher knows; 0: none.</param>
    /// <param name="cancellationToken">The watcher went away.</param>
    internal async IAsyncEnumerable<SseItem<string>> WatchAsync(
        ScanJob scan, long seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.ApplicationStopping);
        using var watch = signals.Of(scan.Id);
        var (said, saidAt) = ("", clock.GetTimestamp());
        while (true)
        {
            // The row first: an event that comes after it is found at the next look, and none that it counts is passed over.
            if (await store.FindAsync(scan.ScanId, cancellationToken) is not { } now || now.Id != scan.Id)
            {
                yield return new SseItem<string>("{}", "removed");
                yield break;
            }

            IReadOnlyList<ScanEvent> news;
            do
            {
                news = seen < now.LastEvent ? await ScanEvent.ReadAsync(database, scan.Id, seen, cancellationToken) : [];
                foreach (var happened in news)
                {
                    seen = happened.Number;
                    yield return ItemOf(happened);
                }
            }
            while (news.Count == ScanEvent.PageSize);

            var progress = JsonSerializer.Serialize(ScanReport.Of(now), ApiJson.Options);
            if (progress != said || clock.GetElapsedTime(saidAt) >= LongestSilence)
            {
                (said, saidAt) = (progress, clock.GetTimestamp());
                yield return new SseItem<string>(progress, "progress") { ReconnectionInterval = Reconnection };
            }

            if (now.Status == ScanStatus.Completed)
            {
                yield break;
            }

            try
            {
                await watch.WaitAsync(BetweenLooks, ending.Token);
            }
            catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
            {
                // The client comes back to another node, with the number of the last event.
                yield break;
            }
        }
    }

    /// <summary>An event as it is sent: its data, and when it was.</summary>
    static SseItem<string> ItemOf(ScanEvent happened)
    {
        var data = JsonNode.Parse(happened.Data)!.AsObject();
        data.Insert(0, "at", ApiJson.Spell(new DateTimeOffset(happened.At)));
        return new SseItem<string>(data.ToJsonString(ApiJson.Options), happened.Kind)
        {
            EventId = happened.Number.ToString(CultureInfo.InvariantCulture),
        };
    }
}
