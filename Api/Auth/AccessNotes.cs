using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HubSpotDeals.Api.Auth;

/// <summary>Says in the OpenAPI document what the door asks of an endpoint's callers; <c>/docs</c> then takes their key.</summary>
static class AccessNotes
{
    const string Scheme = "ApiKey";

    /// <summary>What the door may answer in the endpoint's place.</summary>
    internal static IReadOnlyList<ApiError> Refusals { get; } = [ApiError.Unauthorized, ApiError.Forbidden, ApiError.RateLimitExceeded];

    /// <summary>True if the operation lies behind the door.</summary>
    internal static bool Cover(OpenApiOperationTransformerContext context) =>
        Access.Covers("/" + context.Description.RelativePath);

    /// <summary>Adds the key to the operation; as a choice where this service takes calls without one.</summary>
    internal static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var document = context.Document!;
        if (document.Components?.SecuritySchemes?.ContainsKey(Scheme) != true)
        {
            document.AddComponent<IOpenApiSecurityScheme>(Scheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyRing.Header,
                Description = "The key of this service's operator for you. Needed only where keys are configured.",
            });
        }

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        if (context.ApplicationServices.GetService<ApiKeyRing>() is not { AreNeeded: true })
        {
            operation.Security.Add([]);
        }
    }
}
