using System.Runtime.InteropServices;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>What a parsed page of deals turned out to hold.</summary>
/// <param name="Written">How many rows were added to the buffer.</param>
/// <param name="Failed">How many records can't be stored.</param>
/// <param name="FirstId">The id of the first row; null when there is none.</param>
/// <param name="LastId">The id of the last row; null when there is none.</param>
/// <param name="Ascending">Whether each deal's id was greater than the one before it, as HubSpot's list promises; wanted or not.</param>
/// <param name="Total">HubSpot's count of all matches, which only search sends.</param>
/// <param name="After">The cursor of the next page; null on the last one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PageRows(int Written, int Failed, long? FirstId, long? LastId, bool Ascending, long? Total, string? After);
