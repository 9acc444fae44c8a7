using System.Buffers.Binary;
using System.Text;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Jobs.Verification;

/// <summary>A deal as HubSpot has it, as far as a verification cares.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="CreatedAt">When it was created; null: HubSpot does not say.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="MergedIds">The deals that were merged into it.</param>
sealed record FoundDeal(long Id, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, IReadOnlyList<string> MergedIds)
{
    const string Merged = "hs_merged_object_ids";

    /// <summary>The property that says which deals were merged into one.</summary>
    internal static IReadOnlyList<string> Properties { get; } = [Merged];

    /// <summary>Reads a page with the same eyes as the scan: its parser, and its filter.</summary>
    internal static IReadOnlyList<FoundDeal> In(DealPage page, DealFilter filter)
    {
        using var rows = new CopyBuffer();
        new DealPageParser("", [new DealColumn(Merged, Merged, ColumnKind.Text)], filter).Parse(page.Body.Span, page.ReceivedAt, rows, []);
        var found = new List<FoundDeal>();
        var reader = new CopyReader(rows.Written.Span);
        while (reader.NextRow())
        {
            reader.TryReadField(out _); // the scan's id
            var id = reader.ReadBigInt();
            reader.TryReadField(out _); // when it was read
            var created = Instant(ref reader);
            var updated = Instant(ref reader);
            reader.TryReadField(out _); // archived
            reader.TryReadField(out _); // rejected
            found.Add(new FoundDeal(id, created, updated, reader.TryReadField(out var merged) ? Encoding.UTF8.GetString(merged).Split(';') : []));
        }

        return found;
    }

    static DateTimeOffset? Instant(ref CopyReader reader) => reader.TryReadField(out var microseconds)
        ? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(BinaryPrimitives.ReadInt64BigEndian(microseconds) * TimeSpan.TicksPerMicrosecond)
        : null;
}
