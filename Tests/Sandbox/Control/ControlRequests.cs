using HubSpotDeals.Sandbox.Faults;

namespace HubSpotDeals.Sandbox.Control;

/// <summary>The bodies of <c>/_sandbox</c>. Members left out keep their defaults, or what they were.</summary>
static class ControlRequests
{
    public sealed record NewPortal(
        long PortalId,
        int Deals = 100_000,
        int Archived = 500,
        long Seed = 42,
        bool Awkward = true,
        bool LoneSurrogates = false,
        int ExtraCustomProperties = 0,
        int BulkModified = 0,
        string? OpportunitiesFile = null,
        double SearchLagMs = 0,
        int Contacts = 0,
        int Tickets = 0,
        IReadOnlyList<NewToken>? Tokens = null,
        RateLimits? Limits = null)
    {
        public PortalOptions ToOptions() => new()
        {
            PortalId = PortalId,
            Deals = Deals,
            Archived = Archived,
            Contacts = Contacts,
            Tickets = Tickets,
            Seed = Seed,
            Awkward = Awkward,
            LoneSurrogates = LoneSurrogates,
            ExtraCustomProperties = ExtraCustomProperties,
            BulkModified = BulkModified,
            OpportunitiesFile = OpportunitiesFile,
            SearchLag = TimeSpan.FromMilliseconds(SearchLagMs),
            Tokens = [.. (Tokens ?? []).Select(token => token.ToOptions())],
            Limits = Limits,
        };
    }

    public sealed record NewToken(
        string Token,
        TokenKind Kind = TokenKind.PrivateApp,
        IReadOnlyList<string>? Scopes = null,
        DateTimeOffset? ExpiresAt = null,
        int? ExpiresAfterRequests = null)
    {
        public TokenOptions ToOptions() => new()
        {
            Token = Token,
            Kind = Kind,
            Scopes = Scopes ?? SandboxScopes.All,
            ExpiresAt = ExpiresAt,
            ExpiresAfterRequests = ExpiresAfterRequests,
        };
    }

    public sealed record TokenChange(string Token, DateTimeOffset? At = null, IReadOnlyList<string>? Scopes = null);

    public sealed record PortalChange(
        int? RequestsPer10Seconds = null, int? SearchesPerSecond = null, int? Daily = null, double? SearchLagMs = null, bool? MultiStatus = null);

    public sealed record ServerChange(double? LatencyMs = null, ConsentAnswer? Consent = null, long? ConsentPortalId = null);

    public sealed record NewApp(
        string ClientId,
        string ClientSecret,
        long? AppId = null,
        string? Name = null,
        IReadOnlyList<string>? RedirectUris = null,
        IReadOnlyList<string>? Scopes = null,
        IReadOnlyList<string>? OptionalScopes = null,
        double? CodeLifetimeSeconds = null,
        double? ExpiresInSeconds = null,
        bool RotatesRefreshTokens = false)
    {
        public AppOptions ToOptions()
        {
            var app = new AppOptions { ClientId = ClientId, ClientSecret = ClientSecret };
            return app with
            {
                AppId = AppId ?? app.AppId,
                Name = Name ?? app.Name,
                RedirectUris = RedirectUris ?? app.RedirectUris,
                Scopes = Scopes ?? app.Scopes,
                OptionalScopes = OptionalScopes ?? app.OptionalScopes,
                CodeLifetime = CodeLifetimeSeconds is { } code ? TimeSpan.FromSeconds(code) : app.CodeLifetime,
                AccessTokenLifetime = ExpiresInSeconds is { } access ? TimeSpan.FromSeconds(access) : app.AccessTokenLifetime,
                RotatesRefreshTokens = RotatesRefreshTokens,
            };
        }
    }

    public sealed record NewCode(string RedirectUri, long PortalId = PortalOptions.DefaultPortalId, IReadOnlyList<string>? Scopes = null);

    public sealed record NewRecord(IReadOnlyDictionary<string, string> Properties);

    public sealed record PropertyChange(string Type, string FieldType);

    public sealed record NewDeal(IReadOnlyDictionary<string, string> Properties, long? Id = null);

    public sealed record NewFault(
        FaultKind Kind,
        string? Operation = null,
        string? Path = null,
        long? PortalId = null,
        int Skip = 0,
        int? Times = null,
        int Every = 1,
        double Probability = 1,
        long Seed = 0,
        int Status = 500,
        double? RetryAfterSeconds = null,
        string? Body = null,
        string ContentType = "application/json;charset=utf-8",
        double DelayMs = 0)
    {
        public FaultRule ToRule() => new()
        {
            Kind = Kind,
            Operation = Operation,
            Path = Path,
            PortalId = PortalId,
            Skip = Skip,
            Times = Times,
            Every = Every,
            Probability = Probability,
            Seed = Seed,
            Status = Status,
            RetryAfter = RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Body = Body,
            ContentType = ContentType,
            Delay = TimeSpan.FromMilliseconds(DelayMs),
        };
    }
}
