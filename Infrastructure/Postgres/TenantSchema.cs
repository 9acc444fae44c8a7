using System.Text.RegularExpressions;

namespace HubSpotDeals.Infrastructure.Postgres;

/// <summary>The PostgreSQL schema in which one portal's rows live: <c>hubspot_deals_&lt;portal&gt;</c>.</summary>
/// <remarks>The only way to name a tenant's table, so that no text from a request can become SQL or another tenant's name.</remarks>
public readonly partial record struct TenantSchema
{
    TenantSchema(string portalId) => PortalId = portalId;

    /// <summary>HubSpot's portal id (hub id), 1 to 20 digits.</summary>
    public string PortalId { get; }

    /// <summary>The schema's name, safe without quoting.</summary>
    public string Name => "hubspot_deals_" + PortalId;

    /// <summary>The schema of a portal.</summary>
    /// <exception cref="ArgumentException">The id is not 1 to 20 digits.</exception>
    public static TenantSchema Of(string portalId)
    {
        return Digits().IsMatch(portalId)
            ? new TenantSchema(portalId)
            : throw new ArgumentException($"'{portalId}' is not a portal id: 1 to 20 digits", nameof(portalId));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // \z, not $: a trailing newline must not pass.
    [GeneratedRegex(@"^[0-9]{1,20}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();
}
