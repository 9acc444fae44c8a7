using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>A row that PostgreSQL refuses though it was well formed: too large for a page of the table, for example.</summary>
static class PoisonDeal
{
    /// <summary>Reads the deal's id back from the row, and keeps the row's bytes, from which every value can be had.</summary>
    /// <param name="row">One row in COPY's binary format, <c>_scan_id</c> and <c>hs_object_id</c> first.</param>
    /// <param name="reason">What PostgreSQL said.</param>
    internal static FailedDeal Read(ReadOnlySpan<byte> row, string reason)
    {
        var scanId = BinaryPrimitives.ReadInt32BigEndian(row[sizeof(short)..]);
        var id = BinaryPrimitives.ReadInt64BigEndian(row[(sizeof(short) + sizeof(int) + scanId + sizeof(int))..]);
        var raw = new JsonObject { ["id"] = $"{id}", ["copyRow"] = Convert.ToBase64String(row) };
        return new FailedDeal($"{id}", raw.ToJsonString(), "PostgreSQL can't store the row: " + reason);
    }
}
