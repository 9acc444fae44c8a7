using System.Security.Cryptography;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Objects;
using Microsoft.Extensions.Caching.Memory;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>How many contacts there are, by HubSpot's search, remembered for moments: the search allows five questions a second.</summary>
sealed class ContactTotals(CrmClient crm, IMemoryCache cache)
{
    /// <summary>The search itself is seconds behind.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    internal async Task<long> ReadAsync(AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        // Not by the token itself: a dump of the process's memory has enough of them.
        var key = ("contact total", Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token.Reveal()))));
        if (cache.TryGetValue<long>(key, out var known))
        {
            return known;
        }

        var page = await crm.SearchAsync(CrmObjectType.Contacts, new CrmSearch { Limit = 1, Properties = [ContactBody.Email] }, token, call, cancellationToken);
        return cache.Set(key, page.Total ?? 0, Fresh);
    }
}
