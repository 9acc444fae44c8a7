using System.Text.Json.Serialization;

namespace HubSpotDeals.Api.Http;

/// <summary>Where in a list a page stands, in the API document's snake_case names.</summary>
/// <remarks>
/// Page p is the one at offset (p − 1) × limit. An offset between two pages counts as on the page that it falls into, so that a caller
/// who goes on by page numbers may see a row twice but never misses one.
/// </remarks>
public record Pagination
{
    protected Pagination(long totalItems, int limit, long offset)
    {
        PageSize = limit;
        TotalItems = totalItems;
        TotalPages = PagesOf(totalItems, limit);
        CurrentPage = (offset / limit) + 1;
        HasNext = offset < totalItems - limit;
        HasPrevious = offset > 0 && totalItems > 0;
    }

    [JsonPropertyName("current_page")]
    public long CurrentPage { get; }

    [JsonPropertyName("page_size")]
    public int PageSize { get; }

    [JsonPropertyName("total_items")]
    public long TotalItems { get; }

    [JsonPropertyName("total_pages")]
    public long TotalPages { get; }

    [JsonPropertyName("has_next")]
    public bool HasNext { get; }

    [JsonPropertyName("has_previous")]
    public bool HasPrevious { get; }

    /// <summary>The page of at most <paramref name="limit"/> rows after the first <paramref name="offset"/> of <paramref name="totalItems"/>.</summary>
    public static Pagination Of(long totalItems, int limit, long offset) => new(totalItems, limit, offset);

    /// <summary>How many pages of <paramref name="limit"/> rows hold so many rows.</summary>
    private protected static long PagesOf(long rows, int limit) => (rows / limit) + (rows % limit == 0 ? 0 : 1);
}

/// <summary>A <see cref="Pagination"/> that also names the pages beside it, null where there is none; the results' shape.</summary>
public sealed record PaginationWithNeighbours : Pagination
{
    PaginationWithNeighbours(long totalItems, int limit, long offset) : base(totalItems, limit, offset)
    {
        NextPage = HasNext ? CurrentPage + 1 : null;
        PreviousPage = HasPrevious ? Math.Min(PagesOf(offset, limit), TotalPages) : null;
    }

    [JsonPropertyName("next_page")]
    [JsonPropertyOrder(1)]
    public long? NextPage { get; }

    [JsonPropertyName("previous_page")]
    [JsonPropertyOrder(1)]
    public long? PreviousPage { get; }

    /// <inheritdoc cref="Pagination.Of"/>
    public static new PaginationWithNeighbours Of(long totalItems, int limit, long offset) => new(totalItems, limit, offset);
}
