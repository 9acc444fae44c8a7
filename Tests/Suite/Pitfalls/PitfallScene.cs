using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>A portal, and a worker that reads it in small pages, so that there are many that can go wrong.</summary>
/// <remarks>
/// Nothing here knows in which order pages are asked for, or how many at a time: faults strike every so many requests, and what is judged
/// is what the scan has stored.
/// </remarks>
sealed class PitfallScene : IAsyncDisposable
{
    /// <summary>More than planning takes, and fewer than there are pages: what happens then happens in mid-scan.</summary>
    internal const int SomePages = 12;

    const int Deals = 1_200;
    const int PageSize = 50;

    readonly Scene _scene;
    int _scans;

    PitfallScene(Scene scene) => _scene = scene;

    internal SandboxServer Server => _scene.Server;

    internal Portal HubSpot => _scene.HubSpot;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    internal static Task<PitfallScene> OpenAsync(params (string Key, string Value)[] settings) =>
        OpenAsync(new PortalOptions { Deals = Deals, Archived = 20 }, settings);

    internal static async Task<PitfallScene> OpenAsync(PortalOptions portal, params (string Key, string Value)[] settings)
    {
        IEnumerable<(string Key, string Value)> usual =
        [
            ("Scans:FilteredReads", "search"),
            ("HubSpot:SearchIndexLag", "00:00:00.2"),
            ("Scans:RetryDelays", string.Join(',', Enumerable.Repeat("00:00:00.1", 8))),
        ];
        return new PitfallScene(await Scene.OpenAsync(
            portal, CancellationToken.None, [.. settings.Concat(usual).DistinctBy(setting => setting.Key, StringComparer.Ordinal)]));
    }

    /// <summary>Reads the whole portal while answers go wrong, and fails unless they did and every deal is stored all the same.</summary>
    internal async Task<ScanJob> IsReadWholeThroughAsync(FaultRule rule, Reading reading)
    {
        using var fault = Server.AddFault(rule with { Operation = reading.Operation() });
        var scan = await ReadAsync(new ScanConfig(), reading);
        Assert.That(fault.Struck, rule.Times is { } times ? Is.EqualTo(times) : Is.GreaterThanOrEqualTo(SomePages / 2), "the fault struck");
        await IsWholeAsync(scan);
        return scan;
    }

    /// <summary>A scan from its start to its end.</summary>
    internal async Task<ScanJob> ReadAsync(ScanConfig config, Reading reading) =>
        await BecomesAsync(await StartAsync(config, reading), ScanStatus.Completed);

    /// <summary>Starts a scan; returns its id.</summary>
    internal Task<string> StartAsync(ScanConfig config, Reading reading) => StartAsync($"{reading}-{++_scans}", config, reading, _scene.Token);

    /// <summary>Starts a scan again that has failed.</summary>
    internal Task GoOnAsync(string scanId, Reading reading) => StartAsync(scanId, new ScanConfig(), reading, _scene.Token);

    /// <summary>Starts a scan, or goes on with it, with a token of the test's own.</summary>
    internal async Task<string> StartAsync(string scanId, ScanConfig config, Reading reading, string token)
    {
        var small = config with { Properties = config.Properties ?? ["dealname", "amount", "closedate", "createdate"], BatchSize = PageSize };
        await _scene.Node.StartScanAsync(scanId, $"{HubSpot.PortalId}", token, small.Of(reading), Ct);
        return scanId;
    }

    internal Task<ScanJob> BecomesAsync(string scanId, ScanStatus status) => _scene.Node.BecomesAsync(scanId, status, Ct);

    /// <summary>
    /// Starts a scan and keeps its pages from coming when it has had some of them, changes HubSpot, and lets the scan go on. The moment is
    /// certain: whatever is asked for after the first pages is not answered before the change.
    /// </summary>
    internal async Task<string> ChangeInMidScanAsync(string scanId, ScanConfig config, Reading reading, string token, Action change)
    {
        using var held = Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = reading.Operation(), Skip = SomePages });
        await StartAsync(scanId, config, reading, token);
        await Eventually.BecomesAsync(() => held.Struck, Is.Positive, "a page is held", Ct);
        change();
        return scanId;
    }

    internal async Task<ScanJob> ChangeInMidScanAsync(ScanConfig config, Reading reading, Action change) =>
        await BecomesAsync(await ChangeInMidScanAsync($"{reading}-{++_scans}", config, reading, _scene.Token, change), ScanStatus.Completed);

    /// <summary>Fails unless the scan has stored every deal that HubSpot has, as it has it, once.</summary>
    /// <param name="scan">It has completed.</param>
    /// <param name="apart">Deals that are not looked at.</param>
    internal async Task IsWholeAsync(ScanJob scan, params IReadOnlyCollection<long> apart)
    {
        var expected = HubSpot.DealIds().Concat(scan.Config.IncludeArchived ? HubSpot.DealIds(archived: true) : []).Except(apart).Order().ToList();
        await StoredDeals.AreThoseOfAsync(_scene.Node.Database, scan, HubSpot, expected, Ct, apart);
        Assert.That(scan.ProcessedDeals, Is.EqualTo(await CountAsync(scan)), "each deal is counted once");
    }

    /// <summary>Columns of a scan's table, for the deals given or for all.</summary>
    internal async Task<IReadOnlyList<T>> StoredAsync<T>(ScanJob scan, string columns, params IReadOnlyCollection<long> ids)
    {
        await using var connection = await _scene.Node.Database.OpenConnectionAsync(Ct);
        var rows = await connection.QueryAsync<T>(
            $"select {columns} from {scan.Table.Name} where cardinality(@ids) = 0 or hs_object_id = any(@ids) order by hs_object_id", new { ids = ids.ToArray() });
        return [.. rows];
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    async Task<long> CountAsync(ScanJob scan) => (await StoredAsync<long>(scan, "hs_object_id")).Count;
}
