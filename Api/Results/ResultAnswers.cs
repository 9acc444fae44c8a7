using System.Text;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Results;

/// <summary>A page of a scan's rows.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="TableName">Which of its tables.</param>
/// <param name="Results">The rows, a JSON array of objects.</param>
/// <param name="Pagination">Where the page stands.</param>
/// <param name="TotalCount">How many rows the table has by now.</param>
public sealed record ResultPage(string ScanId, string TableName, RawJsonArray Results, PaginationWithNeighbours Pagination, long TotalCount)
{
    /// <summary>The API document's example.</summary>
    internal static ResultPage Example { get; } = new(
        "hubspot-deals-dec-2024",
        "deals",
        new RawJsonArray(Encoding.UTF8.GetBytes("""
            [
              {
                "id": "550e8400-e29b-41d4-a716-446655440000",
                "hs_object_id": "12345678901",
                "dealname": "Enterprise Deal - Acme Corp",
                "amount": 50000.00,
                "dealstage": "qualifiedtobuy",
                "pipeline": "default",
                "closedate": "2024-12-31T00:00:00Z",
                "hubspot_owner_id": "123456",
                "_tenant_id": "12345678",
                "_scan_id": "hubspot-deals-dec-2024",
                "_extracted_at": "2024-12-07T10:32:15Z",
                "created_at": "2024-01-15T14:30:00Z",
                "updated_at": "2024-12-01T10:15:30Z",
                "_archived": false
              }
            ]
            """)),
        PaginationWithNeighbours.Of(totalItems: 1_500, limit: 100, offset: 0),
        TotalCount: 1_500);
}
