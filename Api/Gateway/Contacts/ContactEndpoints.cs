using System.Globalization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Objects;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>HubSpot's contacts, through this service: <c>/api/hs/contacts</c>.</summary>
static class ContactEndpoints
{
    const int MaxPageSize = 100;
    const int DefaultPageSize = 20;

    internal static void Map(IEndpointRouteBuilder gateway)
    {
        gateway.MapPost("/contacts", CreateAsync)
            .WithName("createContact").WithSummary("Create Contact").WithDescription("Creates a new contact in HubSpot.")
            .Takes<ContactDocument>(ContactDocument.Example)
            .AnswersBare(StatusCodes.Status201Created, "Contact created", CreatedContact.Example)
            .Refuses([.. Common, GatewayErrors.ContactExists]);
        gateway.MapGet("/contacts", ListAsync)
            .WithName("listContacts").WithSummary("List Contacts")
            .WithDescription("Retrieves a page of contacts: by id, or sorted by a property through HubSpot's search, which ends at 10,000 contacts and may be seconds behind.")
            .QueryNumber("limit", "Number of contacts to retrieve", min: 1, MaxPageSize, DefaultPageSize)
            .QueryText("after", "Pagination cursor for next page")
            .QueryText("properties", "Comma-separated list of properties to retrieve")
            .QueryText("sort", "Property to sort by (e.g., createdate, lastname)")
            .QueryText("order", "Sort order", isRequired: false, "asc", "desc")
            .AnswersBare(StatusCodes.Status200OK, "A page of contacts", ContactList.Example)
            .Refuses(Common);
        gateway.MapGet("/contacts/search", SearchAsync)
            .WithName("searchContacts").WithSummary("Search Contacts").WithDescription("Searches contacts using HubSpot's search API.")
            .QueryText("query", "Search term", isRequired: true)
            .QueryNumber("limit", "Number of results", min: 1, MaxPageSize, DefaultPageSize)
            .QueryText("properties", "Comma-separated list of properties to retrieve")
            .AnswersBare(StatusCodes.Status200OK, "The contacts found", ContactSearchAnswer.Example)
            .Refuses(Common);
        gateway.MapPost("/contacts/bulk", BulkAsync)
            .WithName("bulkContacts").WithSummary("Bulk Contact Operations")
            .WithDescription("Creates, updates or deletes many contacts, a hundred to a call of HubSpot. Each succeeds or fails by itself.")
            .Takes<BulkDocument>(BulkDocument.Example)
            .AnswersBare(StatusCodes.Status200OK, "What became of each contact", BulkAnswer.Example)
            .Refuses(Common);
        gateway.MapGet("/contacts/{id}", GetAsync)
            .PathText("id", "HubSpot contact ID")
            .WithName("getContact").WithSummary("Get Contact by ID").WithDescription("Retrieves a specific contact by HubSpot contact ID.")
            .QueryText("properties", "Comma-separated list of properties to retrieve")
            .AnswersBare(StatusCodes.Status200OK, "The contact", ContactAnswer.Example)
            .Refuses([.. Common, GatewayErrors.ContactNotFound]);
        gateway.MapPut("/contacts/{id}", ReplaceAsync)
            .PathText("id", "HubSpot contact ID")
            .WithName("replaceContact").WithSummary("Update Contact")
            .WithDescription("Updates an existing contact (full update): of email, firstname, lastname, phone, company, website and jobtitle, those that are left out are cleared.")
            .Takes<ContactDocument>(ContactDocument.Example)
            .AnswersBare(StatusCodes.Status200OK, "Contact updated", UpdatedContact.Example with { UpdatedFields = null })
            .Refuses([.. Common, GatewayErrors.ContactNotFound, GatewayErrors.ContactExists]);
        gateway.MapPatch("/contacts/{id}", ChangeAsync)
            .PathText("id", "HubSpot contact ID")
            .WithName("updateContact").WithSummary("Partial Update Contact").WithDescription("Partially updates an existing contact.")
            .Takes<ContactDocument>(ContactDocument.PartialExample)
            .AnswersBare(StatusCodes.Status200OK, "Contact updated", UpdatedContact.Example)
            .Refuses([.. Common, GatewayErrors.ContactNotFound, GatewayErrors.ContactExists]);
        gateway.MapDelete("/contacts/{id}", DeleteAsync)
            .PathText("id", "HubSpot contact ID")
            .WithName("deleteContact").WithSummary("Delete Contact").WithDescription("Deletes a contact from HubSpot: it goes into HubSpot's recycling bin.")
            .AnswersBare(StatusCodes.Status200OK, "Contact deleted", DeletedContact.Example)
            .Refuses([.. Common, GatewayErrors.ContactNotFound]);
    }

    static readonly ApiError[] Common =
        [GatewayErrors.AuthenticationRequired, GatewayErrors.InvalidToken, GatewayErrors.InsufficientScope, GatewayErrors.RateLimitExceeded];

    static async Task<IResult> CreateAsync(HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var values = await ReadContactAsync(context, cancellationToken);
        ContactBody.Refuse("Required fields are missing", Missing(values, "Email is required for contact creation"));
        ContactBody.Refuse("Input validation failed", Faults(values));
        try
        {
            var created = await caller.WriteAsync(
                (token, call) => crm.CreateAsync(CrmObjectType.Contacts, values, token, call, cancellationToken), cancellationToken);
            return GatewayJson.Answer(
                new CreatedContact(created.Id, Success: true, Created: true, ContactProperties.Of(created, [.. values.Keys, "createdate"])),
                StatusCodes.Status201Created);
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused);
        }
    }

    static async Task<IResult> GetAsync(string id, HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request, emptyIsAbsent: true);
        var wanted = Wanted(query);
        if (!IsContactId(id))
        {
            return GatewayErrors.NotFound(id);
        }

        try
        {
            var contact = await caller.ReadAsync(
                (token, call) => crm.GetAsync(CrmObjectType.Contacts, id, wanted, token, call, cancellationToken), cancellationToken);
            return GatewayJson.Answer(ContactAnswer.Of(contact, wanted));
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused, id);
        }
    }

    static async Task<IResult> ListAsync(
        HttpContext context, GatewayCaller caller, CrmClient crm, ContactTotals totals, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request, emptyIsAbsent: true);
        var limit = query.Limit(MaxPageSize, DefaultPageSize);
        var after = query.Text("after");
        var sort = query.Text("sort");
        var order = query.OneOf("order", "asc", "desc");
        var wanted = Wanted(query);
        if (sort is not null && ContactBody.NameFault(sort) is { } fault)
        {
            ContactBody.Refuse("Input validation failed", [KeyValuePair.Create("sort", fault)]);
        }

        try
        {
            return GatewayJson.Answer(sort is null && order is null
                ? await ById()
                : await Sorted(sort ?? "createdate", descending: order != "asc"));
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused);
        }

        Task<ContactList> ById() => caller.ReadAsync(
            async (token, call) =>
            {
                var listed = crm.ListAsync(CrmObjectType.Contacts, wanted, limit, after, token, call, cancellationToken);
                var counted = totals.ReadAsync(token, call, cancellationToken);
                await Task.WhenAll(listed, counted);
                return Of(await listed, await counted, before: null);
            },
            cancellationToken);

        Task<ContactList> Sorted(string property, bool descending) => caller.ReadAsync(
            async (token, call) =>
            {
                var search = new CrmSearch { Sort = property, Descending = descending, Properties = wanted, Limit = limit, After = after };
                var page = await crm.SearchAsync(CrmObjectType.Contacts, search, token, call, cancellationToken);
                // A search's cursors are numbers of contacts to pass over; what HubSpot refuses as one, it has refused by now.
                var before = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0
                    ? Math.Max(0, place - limit).ToString(CultureInfo.InvariantCulture)
                    : null;
                return Of(page, page.Total ?? 0, before);
            },
            cancellationToken);

        ContactList Of(CrmPage page, long total, string? before) => new(
            [.. page.Records.Select(record => ContactAnswer.InList(record, wanted))], ContactPaging.Of(page.After, before), total, page.After is not null);
    }

    static async Task<IResult> SearchAsync(HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request);
        var text = query.Text("query");
        var limit = query.Limit(MaxPageSize, DefaultPageSize);
        var wanted = Wanted(query);
        ContactBody.Refuse("Input validation failed", text is null ? [KeyValuePair.Create("query", "Search term is required")] : []);
        try
        {
            var found = await caller.ReadAsync(
                (token, call) => crm.SearchAsync(
                    CrmObjectType.Contacts, new CrmSearch { Query = text, Properties = wanted, Limit = limit }, token, call, cancellationToken),
                cancellationToken);
            return GatewayJson.Answer(new ContactSearchAnswer(
                [.. found.Records.Select(record => ContactAnswer.InList(record, wanted))], found.Total ?? 0, text!));
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused);
        }
    }

    static async Task<IResult> ReplaceAsync(string id, HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var values = await ReadContactAsync(context, cancellationToken);
        ContactBody.Refuse("Required fields are missing", Missing(values, "Email is required for a full update; use PATCH to change some fields"));
        ContactBody.Refuse("Input validation failed", Faults(values));
        var whole = new OrderedDictionary<string, string>(values, StringComparer.Ordinal);
        foreach (var name in ContactBody.Editable)
        {
            whole.TryAdd(name, "");
        }

        return await UpdateAsync(id, whole, updatedFields: null, caller, crm, cancellationToken);
    }

    static async Task<IResult> ChangeAsync(string id, HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var values = await ReadContactAsync(context, cancellationToken);
        ContactBody.Refuse("Input validation failed", values.Count == 0 ? [KeyValuePair.Create("body", "Must name at least one property to update")] : Faults(values));
        return await UpdateAsync(id, values, [.. values.Keys], caller, crm, cancellationToken);
    }

    static async Task<IResult> UpdateAsync(
        string id, IReadOnlyDictionary<string, string> values, IReadOnlyList<string>? updatedFields, GatewayCaller caller, CrmClient crm,
        CancellationToken cancellationToken)
    {
        if (!IsContactId(id))
        {
            return GatewayErrors.NotFound(id);
        }

        try
        {
            // Setting the same values twice is the same as once: a call that broke can be made again.
            var updated = await caller.ReadAsync(
                (token, call) => crm.UpdateAsync(CrmObjectType.Contacts, id, values, token, call, cancellationToken), cancellationToken);
            return GatewayJson.Answer(new UpdatedContact(
                updated.Id, Success: true, Updated: true, updatedFields, ContactProperties.Of(updated, [.. values.Keys, "lastmodifieddate"])));
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused, id);
        }
    }

    static async Task<IResult> DeleteAsync(string id, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        if (!IsContactId(id))
        {
            return GatewayErrors.NotFound(id);
        }

        try
        {
            return await caller.ReadAsync(
                async (token, call) =>
                {
                    // HubSpot archives what is not there with the same words: it has to be asked first.
                    await crm.GetAsync(CrmObjectType.Contacts, id, [ContactBody.Email], token, call, cancellationToken);
                    await crm.ArchiveAsync(CrmObjectType.Contacts, id, token, call, cancellationToken);
                    return GatewayJson.Answer(new DeletedContact(Success: true, Deleted: true, id, "Contact deleted successfully"));
                },
                cancellationToken);
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused, id);
        }
    }

    static async Task<IResult> BulkAsync(HttpContext context, GatewayCaller caller, CrmClient crm, CancellationToken cancellationToken)
    {
        var (operation, contacts) = await JsonBody.ReadAsync(context, BulkDocument.Read, BulkDocument.Validator, cancellationToken);
        var bulk = new BulkOperation(crm, caller);
        try
        {
            var results = operation switch
            {
                "create" => await bulk.CreateAsync(contacts!, cancellationToken),
                "update" => await bulk.UpdateAsync(contacts!, cancellationToken),
                _ => await bulk.DeleteAsync(contacts!, cancellationToken),
            };
            return GatewayJson.Answer(BulkAnswer.Of(operation!, results));
        }
        catch (HubSpotException refused)
        {
            return GatewayErrors.Answer(refused);
        }
    }

    static Task<IReadOnlyDictionary<string, string>> ReadContactAsync(HttpContext context, CancellationToken cancellationToken) =>
        JsonBody.ReadAsync(context, static body => body.Values(), ContactDocument.Validator, cancellationToken);

    /// <summary>The properties that the caller wants to see.</summary>
    static IReadOnlyList<string> Wanted(QueryReader query)
    {
        var text = query.Text("properties");
        query.ThrowIfInvalid();
        if (text is null)
        {
            return ContactBody.Usual;
        }

        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        var bad = names.FirstOrDefault(name => ContactBody.NameFault(name) is not null);
        ContactBody.Refuse(
            "Input validation failed",
            bad is not null || names.Length is 0 or > 200
                ? [KeyValuePair.Create("properties", bad is null ? "Must be 1 to 200 property names" : $"{bad}: {ContactBody.NameFault(bad)}")]
                : []);
        return names;
    }

    static IEnumerable<KeyValuePair<string, string>> Missing(IReadOnlyDictionary<string, string> values, string message) =>
        values.GetValueOrDefault(ContactBody.Email) is { Length: > 0 } ? [] : [KeyValuePair.Create(ContactBody.Email, message)];

    static IEnumerable<KeyValuePair<string, string>> Faults(IReadOnlyDictionary<string, string> values)
    {
        var email = values.TryGetValue(ContactBody.Email, out var address) ? ContactBody.EmailFault(address, "Must not be empty") : null;
        return ContactBody.NameFaults(values).Concat(email is null ? [] : [KeyValuePair.Create(ContactBody.Email, email)]);
    }

    /// <summary>What is no number is no contact's id, and is not to become a part of another address at HubSpot.</summary>
    static bool IsContactId(string id) => id.Length is >= 1 and <= 20 && id.All(char.IsAsciiDigit);
}
