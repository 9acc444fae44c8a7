using System.Text;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>The portal's owners. Those who left are a list of their own (<c>archived=true</c>), without a user id.</summary>
static class OwnerEndpoints
{
    const int DefaultLimit = 100;
    const int MaxLimit = 500;

    public static void List(Exchange exchange)
    {
        var query = exchange.Request.Query;
        var limit = query.TryGetValue("limit", out var asked) ? int.TryParse(asked, out var number) ? number : 0 : DefaultLimit;
        if (limit is < 1 or > MaxLimit)
        {
            throw Refusals.Invalid($"limit must be between 1 and {MaxLimit}.");
        }

        var after = query.TryGetValue("after", out var cursor) ? DecodeCursor(cursor!) : 0;
        var archived = string.Equals(query["archived"], "true", StringComparison.OrdinalIgnoreCase);
        var email = (string?)query["email"];
        var rest = exchange.Portal.Owners.All
            .Where(owner => owner.IsArchived == archived && owner.Id > after && (email is null || owner.Email == email))
            .Take(limit + 1)
            .ToArray();
        var page = rest.Take(limit).ToArray();
        var body = new JsonObject { ["results"] = new JsonArray([.. page.Select(OwnerOf)]) };
        if (rest.Length > limit)
        {
            var next = EncodeCursor(page[^1].Id);
            body["paging"] = new JsonObject
            {
                ["next"] = new JsonObject
                {
                    ["after"] = next,
                    ["link"] = $"https://api.hubapi.com/crm/v3/owners?limit={limit}&after={Uri.EscapeDataString(next)}",
                },
            };
        }

        exchange.Body.Node(body);
    }

    public static void Get(Exchange exchange)
    {
        var id = exchange.RouteId();
        var archived = string.Equals(exchange.Request.Query["archived"], "true", StringComparison.OrdinalIgnoreCase);
        var byUser = string.Equals(exchange.Request.Query["idProperty"], "userId", StringComparison.Ordinal);
        var owner = Array.Find(exchange.Portal.Owners.All, owner => (byUser ? owner.UserId : owner.Id) == id && owner.IsArchived == archived);
        exchange.Body.Node(OwnerOf(owner ?? throw Refusals.ResourceNotFound()));
    }

    static JsonObject OwnerOf(Owner owner)
    {
        var body = new JsonObject
        {
            ["id"] = owner.Id.ToString(),
            ["email"] = owner.Email,
            ["type"] = "PERSON",
            ["firstName"] = owner.FirstName,
            ["lastName"] = owner.LastName,
        };
        if (!owner.IsArchived)
        {
            body["userId"] = owner.UserId;
        }

        body["userIdIncludingInactive"] = owner.UserId;
        body["createdAt"] = InstantText.ToText(owner.CreatedMilliseconds);
        body["updatedAt"] = InstantText.ToText(owner.CreatedMilliseconds);
        body["archived"] = owner.IsArchived;
        return body;
    }

    // opaque on purpose: this list's cursors are not the record cursors of the deals
    static string EncodeCursor(long lastId) => Convert.ToBase64String(Encoding.ASCII.GetBytes(lastId.ToString()));

    static long DecodeCursor(string cursor)
    {
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length)
            && long.TryParse(Encoding.ASCII.GetString(bytes, 0, length), out var id)
                ? id
                : throw Refusals.Invalid($"Invalid after parameter: {cursor}");
    }
}
