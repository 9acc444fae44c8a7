namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>What HubSpot refuses, so that it is never asked for it.</summary>
public static class HubSpotLimits
{
    /// <summary>Records on a page of the list endpoint.</summary>
    public const int ListPageSize = 100;

    /// <summary>Records on a page of the search endpoint.</summary>
    public const int SearchPageSize = 200;

    /// <summary>Records that one batch call takes.</summary>
    public const int BatchSize = 100;

    /// <summary>
    /// Results a search gives away however far it is paged. The page that ends there still offers <c>after: "10000"</c>,
    /// and the request made of it is refused without a reason: cut the search into windows by <c>hs_object_id</c> instead.
    /// </summary>
    public const int SearchResults = 10_000;

    /// <summary>Characters of a search's JSON body; it bounds the number of properties that a search can ask for.</summary>
    public const int SearchBodyLength = 3_000;

    /// <summary>Filters in one group of a search; a <see cref="DealSearchRequest"/> is one group.</summary>
    public const int SearchFilters = 6;

    /// <summary>
    /// Characters of a URL that are sure to be taken. HubSpot's edge answers 414 at about 16,200, proxies on the way earlier.
    /// </summary>
    public const int UrlLength = 8_000;

    /// <summary>Owners in a page, at most. HubSpot documents 100 as the default and no most; its own clients ask for 500.</summary>
    public const int OwnerPageSize = 500;

    /// <summary>Pages of owners that are read: no account has near as many users, and a cursor that goes round would never end.</summary>
    public const int OwnerPages = 40;

    /// <summary>Room to leave in a URL for the cursor of the pages after the first.</summary>
    public const int CursorLength = 100;
}
