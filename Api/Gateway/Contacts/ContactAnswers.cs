using HubSpotDeals.Infrastructure.HubSpot.Objects;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>A contact that was read.</summary>
/// <param name="Id">HubSpot's.</param>
/// <param name="Properties">Those that were asked for and that it has.</param>
/// <param name="CreatedAt">Left out in lists.</param>
/// <param name="UpdatedAt">Left out in lists.</param>
public sealed record ContactAnswer(string Id, IReadOnlyDictionary<string, string> Properties, DateTimeOffset? CreatedAt = null, DateTimeOffset? UpdatedAt = null)
{
    internal static ContactAnswer Example { get; } = new(
        "12345678901",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["email"] = "john.doe@example.com", ["firstname"] = "John", ["lastname"] = "Doe", ["createdate"] = "2025-07-29T12:00:00.000Z",
        },
        new DateTimeOffset(2025, 7, 29, 12, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2025, 7, 29, 12, 30, 0, TimeSpan.Zero));

    internal static ContactAnswer Of(CrmRecord record, IReadOnlyCollection<string> wanted) =>
        InList(record, wanted) with { CreatedAt = record.CreatedAt, UpdatedAt = record.UpdatedAt };

    internal static ContactAnswer InList(CrmRecord record, IReadOnlyCollection<string> wanted) => new(record.Id, ContactProperties.Of(record, wanted));
}

/// <summary>The properties of a record that an answer shows.</summary>
static class ContactProperties
{
    /// <summary>Those that are wanted, in that order, as far as the record has them.</summary>
    internal static IReadOnlyDictionary<string, string> Of(CrmRecord record, IEnumerable<string> wanted)
    {
        var properties = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            if (record.Properties.GetValueOrDefault(name) is { } value)
            {
                properties[name] = value;
            }
        }

        return properties;
    }
}

/// <summary>A contact that was created.</summary>
public sealed record CreatedContact(string Id, bool Success, bool Created, IReadOnlyDictionary<string, string> Properties)
{
    internal static CreatedContact Example { get; } = new("12345678901", Success: true, Created: true, ContactAnswer.Example.Properties);
}

/// <summary>A contact that was changed.</summary>
/// <param name="Id">HubSpot's.</param>
/// <param name="Success">True.</param>
/// <param name="Updated">True.</param>
/// <param name="UpdatedFields">What a partial update named; left out of a full one.</param>
/// <param name="Properties">The changed properties and when it was.</param>
public sealed record UpdatedContact(
    string Id, bool Success, bool Updated, IReadOnlyList<string>? UpdatedFields, IReadOnlyDictionary<string, string> Properties)
{
    internal static UpdatedContact Example { get; } = new(
        "12345678901", Success: true, Updated: true, ["jobtitle", "company"],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["jobtitle"] = "Lead Software Engineer", ["company"] = "Updated Company", ["lastmodifieddate"] = "2025-07-29T14:15:00.000Z",
        });
}

/// <summary>A contact that was deleted.</summary>
public sealed record DeletedContact(bool Success, bool Deleted, string Id, string Message)
{
    internal static DeletedContact Example { get; } = new(Success: true, Deleted: true, "12345678901", "Contact deleted successfully");
}

/// <summary>A page of contacts.</summary>
/// <param name="Results">The contacts.</param>
/// <param name="Paging">Where the pages beside it begin; left out where there is none.</param>
/// <param name="Total">All contacts, by HubSpot's search, which may be seconds behind.</param>
/// <param name="HasMore">Another page follows.</param>
public sealed record ContactList(IReadOnlyList<ContactAnswer> Results, ContactPaging? Paging, long Total, bool HasMore)
{
    internal static ContactList Example { get; } = new(
        [ContactAnswer.Example with { CreatedAt = null, UpdatedAt = null }], ContactPaging.Of("next_cursor_token", "prev_cursor_token"), Total: 150, HasMore: true);
}

/// <summary>Where the pages beside a page begin.</summary>
public sealed record ContactPaging(ContactPaging.NextPage? Next, ContactPaging.PreviousPage? Prev)
{
    internal static ContactPaging? Of(string? after, string? before) => after is null && before is null
        ? null
        : new(after is null ? null : new NextPage(after), before is null ? null : new PreviousPage(before));

    public sealed record NextPage(string After);

    /// <param name="Before">Sent as <c>after</c>, it leads to the page before. Only sorted lists have it: HubSpot's own list goes one way.</param>
    public sealed record PreviousPage(string Before);
}

/// <summary>What a search found.</summary>
public sealed record ContactSearchAnswer(IReadOnlyList<ContactAnswer> Results, long Total, string Query)
{
    internal static ContactSearchAnswer Example { get; } = new([ContactAnswer.Example with { CreatedAt = null, UpdatedAt = null }], Total: 3, "john");
}

/// <summary>What became of a bulk operation.</summary>
/// <param name="Success">All of it succeeded.</param>
/// <param name="Operation">As it was asked for.</param>
/// <param name="Results">What became of each contact, in the order in which they came.</param>
/// <param name="Summary">Counted.</param>
public sealed record BulkAnswer(bool Success, string Operation, IReadOnlyList<BulkResult> Results, BulkSummary Summary)
{
    internal static BulkAnswer Example { get; } = Of(
        "create",
        [
            new BulkResult("12345678901", Success: true, "contact1@example.com", Error: null),
            new BulkResult(Id: null, Success: false, "contact2@example.com", new BulkError("CONTACT_EXISTS", "Contact already exists. Existing ID: 12345678900")),
        ]);

    internal static BulkAnswer Of(string operation, IReadOnlyList<BulkResult> results)
    {
        var successful = results.Count(result => result.Success);
        return new BulkAnswer(
            successful == results.Count, operation, results, new BulkSummary(results.Count, successful, results.Count - successful));
    }
}

/// <summary>What became of one contact.</summary>
/// <param name="Id">HubSpot's; left out of one that could not be created.</param>
/// <param name="Success">It was done.</param>
/// <param name="Email">As it was sent; left out where none was.</param>
/// <param name="Error">Why not; left out where it was.</param>
public sealed record BulkResult(string? Id, bool Success, string? Email, BulkError? Error);

/// <param name="Code">What programs read.</param>
/// <param name="Message">What is wrong with this contact.</param>
public sealed record BulkError(string Code, string Message);

/// <param name="Total">Contacts that came.</param>
/// <param name="Successful">Done.</param>
/// <param name="Failed">Not done.</param>
public sealed record BulkSummary(int Total, int Successful, int Failed);
