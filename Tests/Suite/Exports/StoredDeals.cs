using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Exports;

/// <summary>A scan's partition, filled by the page parser as a scan fills it.</summary>
sealed class StoredDeals : IAsyncDisposable
{
    public const string ScanId = "spring_2026-all";

    public static readonly Guid ScanUuid = new("0195f3d4-7c1a-7b2e-9f00-1234567890ab");

    public static readonly DateTimeOffset ExtractedAt = new(2026, 3, 12, 10, 0, 0, 120, TimeSpan.Zero);

    /// <summary>A property of each kind, in an order that is not the alphabet's.</summary>
    public static readonly IReadOnlyList<DealColumn> OneOfEachKind =
    [
        new("dealname", "dealname", ColumnKind.Text),
        new("amount", "amount", ColumnKind.Number),
        new("hs_is_closed_won", "hs_is_closed_won", ColumnKind.Bool),
        new("closedate", "closedate", ColumnKind.Instant),
        new("due", "due", ColumnKind.Date),
    ];

    readonly TestDatabase _database;
    readonly NpgsqlConnection _beside;

    StoredDeals(TestDatabase database, NpgsqlConnection beside, IReadOnlyList<DealColumn> columns)
    {
        _database = database;
        _beside = beside;
        Database = NpgsqlDataSource.Create(database.ConnectionString);
        Export = new DealExport(new DealTable(TenantSchema.Of("48215"), 7), columns, ScanUuid, ScanId);
    }

    public NpgsqlDataSource Database { get; }

    public DealExport Export { get; }

    public DealRows Rows => new(Database, Export.Table, Export.Properties);

    public static async Task<StoredDeals> CreateAsync(IReadOnlyList<DealColumn> columns, CancellationToken ct)
    {
        var database = await TestDatabase.CreateAsync(ct);
        var deals = new StoredDeals(database, await database.OpenAsync(ct), columns);
        await deals.ExecuteAsync(
            $"""
            create schema {deals.Export.Table.Schema};
            create table {deals.Export.Table.Name} (
                _scan_id text, hs_object_id int8 unique, _extracted_at timestamptz, created_at timestamptz, updated_at timestamptz,
                _archived bool, _rejected json{string.Concat(columns.Select(column => $", {SqlName.Quote(column.Column)} {TypeOf(column.Kind)}"))});
            create table {deals.Export.Table.Failed} (
                scan uuid, deal_id text, raw json, reason text, failed_at timestamptz, n bigint generated always as identity)
            """,
            ct);
        return deals;
    }

    /// <summary>Stores one deal with these properties, as HubSpot would send them.</summary>
    public Task StoreAsync(long id, object properties, CancellationToken ct) => StorePageAsync(
        JsonSerializer.Serialize(new
        {
            results = new[]
            {
                new { id = id.ToString(), properties, createdAt = "2024-01-15T14:30:00Z", updatedAt = "2024-12-01T10:15:30.5Z", archived = id % 2 == 0 },
            },
        }),
        ct);

    /// <summary>Stores a page of HubSpot's.</summary>
    public async Task StorePageAsync(string page, CancellationToken ct)
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        new DealPageParser(ScanId, Export.Columns).Parse(Encoding.UTF8.GetBytes(page), ExtractedAt, rows, failed);
        Assert.That(failed, Is.Empty);
        await using var copy = await _beside.BeginRawBinaryCopyAsync($"copy {Export.Table.Name} from stdin (format binary)", ct);
        await copy.WriteAsync(CopyBuffer.Header.ToArray(), ct);
        await copy.WriteAsync(rows.Written, ct);
        await copy.WriteAsync(CopyBuffer.Trailer.ToArray(), ct);
    }

    /// <summary>Fills the table with deals that have nothing but ids.</summary>
    public Task StoreIdsAsync(int first, int last, CancellationToken ct) =>
        ExecuteAsync($"insert into {Export.Table.Name} (_scan_id, hs_object_id, _archived) select '', n, false from generate_series({first}, {last}) n", ct);

    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, _beside);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What PostgreSQL's own COPY sends.</summary>
    public async Task<string> CopyOutAsync(string sql, CancellationToken ct)
    {
        using var reader = await _beside.BeginTextExportAsync(sql, ct);
        return await reader.ReadToEndAsync(ct);
    }

    /// <summary>How many other sessions of this database are at work or in a transaction.</summary>
    public long BusySessions() => CountSessions("state <> 'idle'");

    /// <summary>How many other sessions of this database are inside <c>pg_sleep</c>.</summary>
    public long SleepingSessions() => CountSessions("wait_event = 'PgSleep'");

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _beside.DisposeAsync();
        await _database.DisposeAsync();
    }

    long CountSessions(string which)
    {
        using var command = new NpgsqlCommand(
            $"select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and {which}", _beside);
        return (long)command.ExecuteScalar()!;
    }

    static string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "numeric",
        ColumnKind.Bool => "boolean",
        ColumnKind.Instant => "timestamptz",
        ColumnKind.Date => "date",
        _ => "text",
    };
}
