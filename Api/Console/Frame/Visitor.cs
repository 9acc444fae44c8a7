using HubSpotDeals.Api.Auth;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>Who looks at a page.</summary>
static class Visitor
{
    /// <summary>The name of the visitor's key; null: none is needed, or none was given yet.</summary>
    internal static string? NameOf(HttpContext context) =>
        context.Features.Get<Caller>() is { } caller && caller != Caller.Anyone ? caller.Name : null;
}
