using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Antiforgery;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>Lets a form through that came from one of this service's own pages: each carries a token that no other page can know.</summary>
sealed class FormGuard(IAntiforgery forgery) : IEndpointFilter
{
    /// <summary>The field that carries the token.</summary>
    internal const string Field = "_form";

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        return await IsOursAsync(context.HttpContext)
            ? await next(context)
            : Answer.Error(
                ApiError.ValidationError with { Message = "This form did not come from a page of this service, or is too old" },
                new { suggestion = "Open the page again, and send its form once more" });
    }

    async Task<bool> IsOursAsync(HttpContext context)
    {
        try
        {
            return await forgery.IsRequestValidAsync(context);
        }
        catch (AntiforgeryValidationException unread) when (unread.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            throw new ApiException(ApiError.PayloadTooLarge);
        }
        catch (Exception unread) when (unread is AntiforgeryValidationException or InvalidDataException or NotSupportedException or IOException)
        {
            // No form of ours has so many fields, or such long ones, or such letters.
            return false;
        }
    }
}
