using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Dapper;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Crashes;

/// <summary>
/// Scans on two nodes, the one at work killed again and again at random moments, now and then both: each scan must complete, and its table
/// must be that of a scan that nobody disturbed.
/// </summary>
static class CrashCampaign
{
    /// <summary>One kill in so many takes both nodes.</summary>
    const int BothOneIn = 10;

    const int LatencyMs = 60;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>A scan that does not end within this is stuck.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs the campaign and prints what came of it.</summary>
    /// <returns>0 when every table was right and 99 of 100 takeovers were within the limit, else 1.</returns>
    public static async Task<int> RunAsync(CrashOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        output.WriteLine($"seed {options.Seed}; {options.Kills} kills over scans of {options.Deals:N0} deals, two nodes, {Environment.ProcessorCount} cores");
        // Few requests in flight, so that a scan outlasts a good number of kills.
        await using var deployment = await Deployment.StartAsync(
            nodes: 2, [.. Deployment.Unlimited, ("HubSpot__MaxConcurrentRequests", "4")], stop.Token);
        var portal = new SandboxPortal(options.Deals);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, stop.Token);
        using (var answer = await deployment.Http.PatchAsJsonAsync(new Uri(deployment.SandboxUrl, "/_sandbox"), new { latencyMs = LatencyMs }, stop.Token))
        {
            answer.EnsureSuccessStatusCode();
        }

        var campaign = new Run(deployment, portal, new Random(options.Seed), output, stop.Token);
        var undisturbed = await campaign.UndisturbedAsync();
        var (scans, wrong) = (0, 0);
        while (campaign.Kills < options.Kills)
        {
            var scanId = $"crashed-{++scans}";
            var table = await campaign.DisturbedAsync(scanId, options.Kills);
            var isRight = table == undisturbed;
            wrong += isRight ? 0 : 1;
            output.WriteLine($"{scanId}: {campaign.Kills} kills so far, {(isRight ? "the same table" : $"ANOTHER TABLE: {table}, undisturbed {undisturbed}")}");
            if (isRight)
            {
                await campaign.RemoveAsync(scanId);
            }
        }

        var (alone, both) = (campaign.Takeovers.Order().ToList(), campaign.Returns.Order().ToList());
        output.WriteLine($"{campaign.Kills} processes killed, {scans} scans completed, {wrong} tables differed (limit 0)");
        output.WriteLine($"takeover by the other node: {alone.Count} times, p50 {At(alone, 0.5):N1} s, p99 {At(alone, 0.99):N1} s, most {At(alone, 1):N1} s (limit 15 s)");
        output.WriteLine($"both nodes killed: {both.Count} times, from the first one's return to its work: p50 {At(both, 0.5):N1} s, most {At(both, 1):N1} s");
        return wrong == 0 && At(alone, 0.99) <= Limit.TotalSeconds ? 0 : 1;
    }

    static double At(IReadOnlyList<TimeSpan> ascending, double share) =>
        ascending.Count == 0 ? 0 : ascending[Math.Min(ascending.Count - 1, (int)(ascending.Count * share))].TotalSeconds;

    /// <summary>The campaign under way.</summary>
    sealed class Run(Deployment deployment, SandboxPortal portal, Random random, TextWriter output, CancellationToken stop)
    {
        public int Kills { get; private set; }

        /// <summary>From a kill to the other node's lease.</summary>
        public List<TimeSpan> Takeovers { get; } = [];

        /// <summary>From the first node's return, when both had been killed, to its lease.</summary>
        public List<TimeSpan> Returns { get; } = [];

        public async Task<Table> UndisturbedAsync()
        {
            await ScanRun.StartAsync(deployment, portal, "undisturbed", stop);
            await ScanRun.CompletesAsync(deployment, "undisturbed", stop);
            return await TableAsync("undisturbed");
        }

        /// <summary>Runs a scan, and kills whoever works on it until it completes or there were enough kills.</summary>
        public async Task<Table> DisturbedAsync(string scanId, int mostKills)
        {
            var begun = Stopwatch.GetTimestamp();
            await ScanRun.StartAsync(deployment, portal, scanId, stop);
            while (await OwnerAsync(scanId) is not { Status: "completed" })
            {
                if (Kills < mostKills)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1_500)), TimeProvider.System, stop);
                    await KillOwnerAsync(scanId);
                }

                if (Stopwatch.GetElapsedTime(begun) > Patience)
                {
                    throw new InvalidOperationException($"{scanId} has not completed within {Patience}: {await OwnerAsync(scanId)}");
                }

                await Task.Delay(Poll, TimeProvider.System, stop);
            }

            return await TableAsync(scanId);
        }

        public async Task RemoveAsync(string scanId)
        {
            using var answer = await deployment.Http.DeleteAsync(new Uri(deployment.ServiceUrl, $"/api/v1/scan/{scanId}/remove"), stop);
            answer.EnsureSuccessStatusCode();
        }

        async Task KillOwnerAsync(string scanId)
        {
            var owner = await OwnerAsync(scanId);
            if (owner is not { Status: "running", ProcessId: { } process } || deployment.NodeOf(process) is not { } node)
            {
                return;
            }

            var both = random.Next(BothOneIn) == 0;
            var killed = Stopwatch.GetTimestamp();
            if (both)
            {
                await Task.WhenAll(deployment.KillNodeAsync(0), deployment.KillNodeAsync(1));
                Kills += 2;
                await deployment.ReviveNodeAsync(node, stop);
                var back = Stopwatch.GetTimestamp();
                var other = deployment.ReviveNodeAsync(1 - node, stop);
                await IsTakenAsync(scanId, owner.Epoch);
                Returns.Add(Stopwatch.GetElapsedTime(back));
                await other;
                return;
            }

            await deployment.KillNodeAsync(node);
            Kills++;
            var reviving = deployment.ReviveNodeAsync(node, stop);
            await IsTakenAsync(scanId, owner.Epoch);
            Takeovers.Add(Stopwatch.GetElapsedTime(killed));
            await reviving;
        }

        /// <summary>Waits until a later owner works on the scan, or it turns out that it had just completed.</summary>
        async Task IsTakenAsync(string scanId, long epoch)
        {
            var asked = Stopwatch.GetTimestamp();
            while (await OwnerAsync(scanId) is var now && !(now.Epoch > epoch && now.Status is "running" or "completed"))
            {
                if (Stopwatch.GetElapsedTime(asked) > TimeSpan.FromMinutes(1))
                {
                    output.WriteLine($"{scanId} waits for an owner for more than a minute: {now}");
                    throw new InvalidOperationException($"{scanId} was not taken over.");
                }

                await Task.Delay(Poll, TimeProvider.System, stop);
            }
        }

        async Task<Owner> OwnerAsync(string scanId)
        {
            await using var connection = await deployment.Database.OpenConnectionAsync(stop);
            return await connection.QuerySingleAsync<Owner>(
                """
                select j.status, j.lease_epoch as epoch, n.process_id as processid, j.error_message as message
                  from hubspot_deals.scan_jobs j left join hubspot_deals.nodes n on n.id = j.lease_node
                 where j.scan_id = @scanId
                """,
                new { scanId });
        }

        async Task<Table> TableAsync(string scanId)
        {
            await using var connection = await deployment.Database.OpenConnectionAsync(stop);
            var number = await connection.ExecuteScalarAsync<long>("select number from hubspot_deals.scan_jobs where scan_id = @scanId", new { scanId });
            var columns = await connection.QueryAsync<string>(
                """
                select quote_ident(attname) from pg_attribute
                 where attrelid = @table::regclass and attnum > 0 and not attisdropped and attname not in ('_scan_id', '_extracted_at') order by attname
                """,
                new { table = $"hubspot_deals_{portal.Id}.deals_{number}" });
            return await connection.QuerySingleAsync<Table>(
                $"""
                select count(*) as deals, md5(string_agg(md5(row({string.Join(", ", columns)})::text), '' order by hs_object_id)) as hash,
                       (select verdict from hubspot_deals.scan_verifications v join hubspot_deals.scan_jobs j on j.id = v.scan where j.scan_id = @scanId) as verdict
                  from hubspot_deals_{portal.Id}.deals_{number.ToString(CultureInfo.InvariantCulture)}
                """,
                new { scanId });
        }
    }

    /// <summary>Who works on a scan.</summary>
    sealed record Owner
    {
        public string Status { get; init; } = "";

        public long Epoch { get; init; }

        public int? ProcessId { get; init; }

        public string? Message { get; init; }
    }

    /// <summary>What a scan has stored, without what differs from scan to scan.</summary>
    sealed record Table
    {
        public long Deals { get; init; }

        public string Hash { get; init; } = "";

        /// <summary>What the service's own verification says of it.</summary>
        public string? Verdict { get; init; }
    }
}
