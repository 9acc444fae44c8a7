namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// The bytes are no page of records: not JSON, cut short, or of another shape. The message says what and where, and never what
/// stands there, because a page is its owner's data.
/// </summary>
/// <param name="what">What is wrong, as the end of a sentence that begins with "The page".</param>
/// <param name="byteOffset">How many bytes into the page the reader was.</param>
public sealed class PageFormatException(string what, long byteOffset) : Exception($"The page {what} (at byte {byteOffset}).")
{
    /// <summary>How many bytes into the page the reader was.</summary>
    public long ByteOffset { get; } = byteOffset;
}
