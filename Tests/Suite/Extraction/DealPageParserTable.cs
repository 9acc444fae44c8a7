using System.Globalization;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Suite.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>A deals table with a column of each kind, filled by parsed pages and read by PostgreSQL.</summary>
sealed class DealPageParserTable : IAsyncDisposable
{
    public const string ScanId = "scan-1";

    /// <summary>A column of each kind, in an order that is not the alphabet's.</summary>
    public static readonly IReadOnlyList<DealColumn> Columns =
    [
        new("dealname", "dealname", ColumnKind.Text),
        new("amount", "amount", ColumnKind.Number),
        new("hs_is_closed_won", "hs_is_closed_won", ColumnKind.Bool),
        new("closedate", "closedate", ColumnKind.Instant),
        new("due", "due", ColumnKind.Date),
    ];

    public static readonly DateTimeOffset ReceivedAt = DateTimeOffset.Parse("2026-03-12T10:00:00.1234567Z", CultureInfo.InvariantCulture);

    readonly CopyTarget _target;

    DealPageParserTable(CopyTarget target) => _target = target;

    public static async Task<DealPageParserTable> CreateAsync(CancellationToken ct)
    {
        var target = await CopyTarget.CreateAsync(ct);
        await target.ExecuteAsync(
            """
            create table deals (
                _scan_id text, hs_object_id int8, _extracted_at timestamptz, created_at timestamptz, updated_at timestamptz,
                _archived bool, _rejected json,
                dealname text, amount numeric, hs_is_closed_won bool, closedate timestamptz, due date);
            create table failed (record json)
            """,
            ct);
        return new DealPageParserTable(target);
    }

    /// <summary>Parses a page and stores its rows; returns them column by column, as PostgreSQL prints them.</summary>
    public Task<StoredPage> StoreAsync(string page, CancellationToken ct) => StoreAsync(Encoding.UTF8.GetBytes(page), ct);

    /// <inheritdoc cref="StoreAsync(string, CancellationToken)"/>
    public async Task<StoredPage> StoreAsync(byte[] page, CancellationToken ct)
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        var parsed = new DealPageParser(ScanId, Columns).Parse(page, ReceivedAt, rows, failed);
        return new StoredPage(parsed, await StoreAsync(rows, failed, ct), failed);
    }

    /// <summary>Stores one deal with these properties, the inside of a JSON object.</summary>
    public async Task<Dictionary<string, string?>> StoreDealAsync(string properties, CancellationToken ct) =>
        (await StoreAsync($$$"""{"results":[{"id":"1","properties":{ {{{properties}}} }}]}""", ct)).Rows.Single();

    /// <summary>Stores what was parsed, in place of what the table had.</summary>
    public async Task<Dictionary<string, string?>[]> StoreAsync(CopyBuffer rows, IReadOnlyList<FailedDeal> failed, CancellationToken ct)
    {
        await _target.ExecuteAsync("truncate deals, failed", ct);
        await _target.CopyAsync("deals", rows.Written, ct);
        await _target.ReadAsync("insert into failed select unnest($1)::json returning 'stored'", [.. failed.Select(deal => deal.RawJsonArray)], ct);
        await using var command = new NpgsqlCommand("select * from deals", _target.Connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stored = new List<Dictionary<string, string?>>();
        while (await reader.ReadAsync(ct))
        {
            stored.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                reader.GetName, column => reader.IsDBNull(column) ? null : reader.GetString(column), StringComparer.Ordinal));
        }

        return [.. stored];
    }

    public ValueTask DisposeAsync() => _target.DisposeAsync();
}

/// <summary>A page after its way through PostgreSQL.</summary>
sealed record StoredPage(PageRows Parsed, Dictionary<string, string?>[] Rows, IReadOnlyList<FailedDeal> Failed);
