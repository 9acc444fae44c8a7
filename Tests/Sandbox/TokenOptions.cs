namespace HubSpotDeals.Sandbox;

/// <summary>The two kinds of access token; they differ in their limits and headers.</summary>
public enum TokenKind
{
    /// <summary>A private app or service key: no expiry, shares the account's daily limit.</summary>
    PrivateApp,

    /// <summary>A public app's access token: expires, has no daily limit and no daily headers.</summary>
    OAuth,
}

/// <summary>An access token of a portal.</summary>
public sealed record TokenOptions
{
    public required string Token { get; init; }

    public TokenKind Kind { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = SandboxScopes.All;

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The token expires with the request after so many; null: it does not.</summary>
    public int? ExpiresAfterRequests { get; init; }

    /// <summary>The token a portal has unless told otherwise; the default portal's ends in 555555555555.</summary>
    public static TokenOptions DefaultFor(long portalId) => new()
    {
        Token = portalId == PortalOptions.DefaultPortalId
            ? "pat-na1-11111111-2222-3333-4444-555555555555"
            : $"pat-na1-11111111-2222-3333-4444-{portalId:D12}",
    };
}

/// <summary>The scopes that the sandbox's endpoints ask for.</summary>
public static class SandboxScopes
{
    public const string DealsRead = "crm.objects.deals.read";
    public const string DealsWrite = "crm.objects.deals.write";
    public const string SchemasRead = "crm.schemas.deals.read";
    public const string SchemasWrite = "crm.schemas.deals.write";
    public const string ContactsRead = "crm.objects.contacts.read";
    public const string ContactsWrite = "crm.objects.contacts.write";
    public const string ContactSchemasRead = "crm.schemas.contacts.read";
    public const string ContactSchemasWrite = "crm.schemas.contacts.write";

    /// <summary>Tickets know one scope for reading, writing, properties and pipelines.</summary>
    public const string Tickets = "tickets";

    /// <summary>Companies are met only at the end of associations.</summary>
    public const string CompaniesRead = "crm.objects.companies.read";
    public const string CompaniesWrite = "crm.objects.companies.write";
    public const string OwnersRead = "crm.objects.owners.read";
    public const string Account = "oauth";

    public static IReadOnlyList<string> All { get; } =
    [
        DealsRead, DealsWrite, SchemasRead, SchemasWrite, ContactsRead, ContactsWrite, ContactSchemasRead, ContactSchemasWrite, Tickets,
        CompaniesRead, CompaniesWrite, OwnersRead, Account,
    ];
}
