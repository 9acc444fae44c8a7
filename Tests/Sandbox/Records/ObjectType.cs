using static HubSpotDeals.Sandbox.SandboxScopes;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>A kind of CRM object, under the names that paths give it, and what differs between it and the others.</summary>
sealed class ObjectType
{
    const string TicketScope = SandboxScopes.Tickets;

    public static readonly ObjectType Deals = new("deals", "deal", "0-3", DealsRead, DealsWrite, SchemasRead, SchemasWrite);

    public static readonly ObjectType Contacts =
        new("contacts", "contact", "0-1", ContactsRead, ContactsWrite, ContactSchemasRead, ContactSchemasWrite)
        {
            ModifiedProperty = "lastmodifieddate",
            UniqueProperty = "email",
            Defaults = ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            Queried = ["firstname", "lastname", "email", "phone", "company"],
            FirstId = 107_000_000_000,
        };

    public static readonly ObjectType Tickets = new("tickets", "ticket", "0-5", TicketScope, TicketScope, TicketScope, TicketScope)
    {
        Required = ["hs_pipeline_stage", "subject"],
        Defaults =
        [
            "content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category",
            "hs_ticket_priority", "subject",
        ],
        Queried = ["subject", "content", "hs_ticket_category"],
        FirstId = 21_600_000_000,
    };

    /// <summary>The sandbox has no companies, only their ids at the other end of associations.</summary>
    public static readonly ObjectType Companies =
        new("companies", "company", "0-2", CompaniesRead, CompaniesWrite, CompaniesRead, CompaniesWrite);

    ObjectType(string plural, string singular, string id, string read, string write, string readSchema, string writeSchema)
    {
        (Plural, Singular, Id) = (plural, singular, id);
        (ReadScope, WriteScope, ReadSchemaScope, WriteSchemaScope) = (read, write, readSchema, writeSchema);
    }

    /// <summary>The kinds whose records are kept one by one; deals are computed.</summary>
    public static IReadOnlyList<ObjectType> Kept { get; } = [Contacts, Tickets];

    public string Plural { get; }

    public string Singular { get; }

    /// <summary>Such as <c>0-3</c>.</summary>
    public string Id { get; }

    /// <summary>What error messages call it.</summary>
    public string InMessages => Singular.ToUpperInvariant();

    public string ReadScope { get; }

    public string WriteScope { get; }

    public string ReadSchemaScope { get; }

    public string WriteSchemaScope { get; }

    /// <summary>The property that holds when the record was last changed: contacts call it otherwise than all others.</summary>
    public string ModifiedProperty { get; private init; } = "hs_lastmodifieddate";

    /// <summary>The property that may stand for the id, because no two live records have the same value of it.</summary>
    public string? UniqueProperty { get; private init; }

    /// <summary>What a new record can't be without.</summary>
    public IReadOnlyList<string> Required { get; private init; } = [];

    /// <summary>What a read returns when it names no properties.</summary>
    public IReadOnlyList<string> Defaults { get; private init; } = [];

    /// <summary>Where a search looks for the words of its query.</summary>
    public IReadOnlyList<string> Queried { get; private init; } = [];

    /// <summary>The ids of new records are above this. No two kinds share an id, so that mixing them up shows.</summary>
    public long FirstId { get; private init; }

    /// <summary>By plural, singular or id; null for what the sandbox has not.</summary>
    public static ObjectType? Find(string name) => name switch
    {
        "deals" or "deal" or "0-3" => Deals,
        "contacts" or "contact" or "0-1" => Contacts,
        "companies" or "company" or "0-2" => Companies,
        "tickets" or "ticket" or "0-5" => Tickets,
        _ => null,
    };
}
