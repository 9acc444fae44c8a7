using Microsoft.Extensions.Configuration;

namespace HubSpotDeals.Infrastructure.HubSpot.OAuth;

/// <summary>This service's app at HubSpot: configuration section <c>HubSpot:OAuth</c>, or <c>HS_CLIENT_ID</c> and <c>HS_CLIENT_SECRET</c>.</summary>
public sealed class OAuthOptions
{
    public const string Section = "HubSpot:OAuth";

    /// <summary>The app's client id; empty: there is none, and nobody can connect.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>A secret.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Where HubSpot sends users back to, as it is registered with the app; empty: the callback at the address that the user came by.</summary>
    public string RedirectUri { get; set; } = "";

    /// <summary>What the app asks for, with blanks between.</summary>
    public string Scopes { get; set; } = "oauth crm.objects.contacts.read crm.objects.contacts.write";

    /// <summary>Where users give their consent.</summary>
    public string AuthorizeUrl { get; set; } = "https://app.hubspot.com/oauth/authorize";

    /// <summary>Whether users can connect at all.</summary>
    public bool IsComplete => ClientId.Length > 0 && ClientSecret.Length > 0;

    /// <summary>Reads the settings; the document's own names for the two that must be there are taken as well.</summary>
    internal static void Read(OAuthOptions options, IConfiguration configuration)
    {
        configuration.GetSection(Section).Bind(options);
        options.ClientId = Or(options.ClientId, configuration["HS_CLIENT_ID"]);
        options.ClientSecret = Or(options.ClientSecret, configuration["HS_CLIENT_SECRET"]);
        options.RedirectUri = Or(options.RedirectUri, configuration["HS_REDIRECT_URI"]);
    }

    static string Or(string set, string? other) => set.Length > 0 ? set : other ?? "";
}
