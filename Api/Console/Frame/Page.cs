using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>A page as an endpoint's answer.</summary>
static class Page
{
    /// <summary>The component rendered with its model, as one document.</summary>
    /// <typeparam name="TPage">The component; its parameter <c>Model</c> takes the model.</typeparam>
    internal static IResult Of<TPage>(object model, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new RazorComponentResult<TPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Model"] = model })
        {
            StatusCode = status,
            // The whole document or none: a failure in the middle must become an error page.
            PreventStreamingRendering = true,
        };
}
