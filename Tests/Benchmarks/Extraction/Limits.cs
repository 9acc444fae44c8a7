using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Jobs.Extraction;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>What a scan could reach if all but one of its parts cost nothing; seconds for the same deals as the scan beside it.</summary>
/// <param name="Reading">Every page fetched, one chain of cursors, and dropped.</param>
/// <param name="Copying">The same rows by COPY, as many to a transaction as a scan's.</param>
/// <param name="CopyingAtOnce">The same rows by one COPY in one transaction.</param>
sealed record Limits(TimeSpan Reading, TimeSpan Copying, TimeSpan CopyingAtOnce)
{
    // As many as the service commits at a time when pages come fast.
    const int RowsPerBatch = 2_000;

    // Rows are kept in memory, so that nothing but COPY is timed; a million would be more memory than is fair beside PostgreSQL.
    const int MostRowsKept = 200_000;

    static readonly JsonSerializerOptions ColumnJson =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Measures them on the deployment that has run the scan; the COPY's table is the scan's partition made anew.</summary>
    public static async Task<Limits> MeasureAsync(
        Deployment deployment, SandboxPortal portal, string scanId, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(deployment, portal, static _ => true, cancellationToken);

        await using var connection = await deployment.Database.OpenConnectionAsync(cancellationToken);
        var columns = JsonSerializer.Deserialize<List<DealColumn>>(
            await connection.QuerySingleAsync<string>("select columns from hubspot_deals.scan_jobs where scan_id = @scanId", new { scanId }),
            ColumnJson)!;
        var batches = new List<CopyBuffer>();
        try
        {
            await ParseAsync(deployment, portal, new DealPageParser(scanId, columns), batches, cancellationToken);
            var rows = batches.Sum(batch => (long)batch.Rows);
            var share = (double)portal.Deals / rows;
            var copying = await CopyAsync(connection, portal, columns, batches, atOnce: false, cancellationToken);
            var atOnce = await CopyAsync(connection, portal, columns, batches, atOnce: true, cancellationToken);
            return new Limits(reading, copying * share, atOnce * share);
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    static async Task<TimeSpan> ReadAsync(
        Deployment deployment, SandboxPortal portal, Predicate<DealPage> goesOn, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("HubSpot:BaseUrl", deployment.SandboxUrl.GetLeftPart(UriPartial.Authority))])
            .Build();
        await using var services = new ServiceCollection().AddLogging().AddHubSpot(configuration).BuildServiceProvider();
        var client = services.GetRequiredService<HubSpotClient>();
        var token = AccessToken.Parse(portal.AccessToken);
        var begin = Stopwatch.GetTimestamp();
        string? cursor = null;
        do
        {
            using var page = await client.ListDealsAsync(
                token, new DealListRequest { Properties = SandboxPortal.Properties, After = cursor }, CallOptions.Default, cancellationToken);
            cursor = goesOn(page) ? page.After : null;
        }
        while (cursor is not null);

        return Stopwatch.GetElapsedTime(begin);
    }

    static Task<TimeSpan> ParseAsync(
        Deployment deployment, SandboxPortal portal, DealPageParser parser, List<CopyBuffer> batches, CancellationToken cancellationToken) =>
        ReadAsync(
            deployment,
            portal,
            page =>
            {
                if (batches.Count == 0 || batches[^1].Rows >= RowsPerBatch)
                {
                    batches.Add(new CopyBuffer());
                }

                parser.Parse(page.Body.Span, page.ReceivedAt, batches[^1], []);
                return batches.Count * RowsPerBatch < MostRowsKept || batches[^1].Rows < RowsPerBatch;
            },
            cancellationToken);

    static async Task<TimeSpan> CopyAsync(
        NpgsqlConnection connection, SandboxPortal portal, IReadOnlyList<DealColumn> columns, IReadOnlyList<CopyBuffer> batches, bool atOnce,
        CancellationToken cancellationToken)
    {
        var table = $"hubspot_deals_{portal.Id}.copied";
        await connection.ExecuteAsync(
            $"create table {table} (like hubspot_deals_{portal.Id}.deals); create unique index on {table} (hs_object_id)");
        var names = DealPageParser.LeadingColumns.Concat(columns.Select(column => column.Column)).Select(name => $"\"{name}\"");
        var copy = $"copy {table} ({string.Join(", ", names)}) from stdin (format binary)";
        var begin = Stopwatch.GetTimestamp();
        foreach (var part in atOnce ? [batches] : batches.Chunk(1).AsEnumerable<IReadOnlyList<CopyBuffer>>())
        {
            await using var stream = await connection.BeginRawBinaryCopyAsync(copy, cancellationToken);
            await stream.WriteAsync(CopyBuffer.Header.ToArray(), cancellationToken);
            foreach (var batch in part)
            {
                await stream.WriteAsync(batch.Written, cancellationToken);
            }

            await stream.WriteAsync(CopyBuffer.Trailer.ToArray(), cancellationToken);
        }

        var elapsed = Stopwatch.GetElapsedTime(begin);
        await connection.ExecuteAsync($"drop table {table}");
        return elapsed;
    }
}
