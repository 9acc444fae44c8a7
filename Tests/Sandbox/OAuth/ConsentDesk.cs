using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>Where users decide whether an app gets access to a portal of theirs.</summary>
sealed class ConsentDesk(OAuthBook book, SandboxServer sandbox)
{
    /// <summary>How it behaves from now on.</summary>
    public Consent Consent { get; set; } = new();

    public IReadOnlyCollection<Portal> Portals => sandbox.Portals;

    /// <summary>Reads what an app asks for.</summary>
    /// <exception cref="Refusal">HubSpot would show a page that says what is wrong, and send nobody back.</exception>
    public ConsentRequest Read(IQueryCollection query)
    {
        var app = book.FindApp(query["client_id"]) ?? throw Refused("there is no app with this client id");
        var redirectUri = (string?)query["redirect_uri"];
        if (!Uri.TryCreate(redirectUri, UriKind.Absolute, out _)
            || (app.RedirectUris.Count > 0 && !app.RedirectUris.Contains(redirectUri, StringComparer.Ordinal)))
        {
            // HubSpot's words: oauth-quickstart-python#3
            throw Refused($"the redirect URL '{redirectUri}' doesn't match the app's registered redirect URL");
        }

        var (required, optional) = (ScopesOf(query["scope"]), ScopesOf(query["optional_scope"]));
        if (required.Length == 0
            || required.Except(app.Scopes, StringComparer.Ordinal).Any()
            || optional.Except(app.Scopes.Concat(app.OptionalScopes), StringComparer.Ordinal).Any())
        {
            throw Refused("there is a mismatch between the scopes in the install URL and the app's configured scopes");
        }

        return new ConsentRequest(app, redirectUri, [.. required.Union(optional, StringComparer.Ordinal)], query["state"]);
    }

    /// <summary>The address to send the user back to, with a code.</summary>
    /// <exception cref="KeyNotFoundException">There is no such portal.</exception>
    public string Grant(ConsentRequest request, long? portalId)
    {
        var portal = portalId is { } id ? sandbox.Portal(id) : sandbox.Portals.First();
        var code = book.IssueCode(new Installation(request.App, portal, request.Scopes), request.RedirectUri);
        return request.Back("code", code);
    }

    static string[] ScopesOf(string? list) => (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // the status is unverified
    static Refusal Refused(string why) => new(
        400,
        "<!DOCTYPE html><html><head><title>HubSpot</title></head><body><h1>Couldn't complete the connection</h1>"
        + $"<p>Authorization failed as {System.Net.WebUtility.HtmlEncode(why)}.</p></body></html>");
}

/// <summary>What an app asks a user for.</summary>
sealed record ConsentRequest(AppOptions App, string RedirectUri, IReadOnlyList<string> Scopes, string? State)
{
    public string Denied => Back("error", "access_denied");

    /// <summary>The redirect address with one parameter more, and the state if the app gave one.</summary>
    public string Back(string name, string value)
    {
        var parameters = $"{name}={Uri.EscapeDataString(value)}" + (State is null ? "" : $"&state={Uri.EscapeDataString(State)}");
        return $"{RedirectUri}{(RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{parameters}";
    }
}
