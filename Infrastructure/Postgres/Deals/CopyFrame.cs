using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>What stands before and behind the rows of a binary COPY, as memory that can be sent.</summary>
static class CopyFrame
{
    internal static ReadOnlyMemory<byte> Header { get; } = CopyBuffer.Header.ToArray();

    internal static ReadOnlyMemory<byte> Trailer { get; } = CopyBuffer.Trailer.ToArray();
}
