using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace HubSpotDeals.Api.Http;

/// <summary>The API's own description: the OpenAPI document at <c>/swagger.json</c> and its pages at <c>/docs</c>, which need no network.</summary>
public static class OpenApi
{
    const string DocumentName = "v1";
    const string DocumentPath = "/swagger.json";

    /// <summary>The service's name, as its document has it.</summary>
    public const string Title = "HubSpot Deals ETL Service";

    /// <summary>The API's version.</summary>
    public const string Version = "1.0.0";

    /// <summary>Registers the document's making.</summary>
    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        // Parts of answers are nested in them and named for what they are there: two that share a name are two schemas.
        options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } id
            ? (type.Type.DeclaringType?.Name ?? "") + id
            : null;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = Title,
                Version = Version,
                Description = "Extracts deals from HubSpot into PostgreSQL: asynchronous, resumable, with tenants kept apart.",
            };
            // The address the caller used is the right one; the server's own may be behind a proxy.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Tags = (document.Tags ?? new HashSet<OpenApiTag>()).OrderBy(tag => tag.Name, StringComparer.Ordinal).Select(Described).ToHashSet();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
        options.AddSchemaTransformer((schema, context, _) =>
        {
            OpenApiSchemas.Describe(schema, context);
            return Task.CompletedTask;
        });
    });

    /// <summary>What the groups of endpoints are for, by their tags.</summary>
    static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["Contacts gateway"] = "HubSpot's contacts, for callers with a HubSpot token or a browser session that is connected by OAuth",
        ["Health"] = "Whether the service is well, and how it does",
        ["Maintenance"] = "Keeping the service tidy by hand; it does so by schedule too",
        ["Pipeline"] = "Where extracted deals go",
        ["Results"] = "What a scan has stored, page by page and as a file",
        ["Scans"] = "Extractions: start, watch, steer, remove",
    };

    static OpenApiTag Described(OpenApiTag tag) => new() { Name = tag.Name, Description = Groups.GetValueOrDefault(tag.Name ?? "") };

    /// <summary>Serves the document and its pages.</summary>
    public static WebApplication UseApiDocument(this WebApplication app)
    {
        app.MapOpenApi(DocumentPath).ExcludeFromDescription();
        app.UseSwaggerUI(pages =>
        {
            pages.RoutePrefix = "docs";
            pages.DocumentTitle = Title;
            pages.SwaggerEndpoint(DocumentPath, Title + " " + Version);
            pages.DocExpansion(DocExpansion.List);
            // The badge would ask a public server to look at the document.
            pages.EnableValidator(null);
        });
        return app;
    }
}
