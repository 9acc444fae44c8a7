using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotDeals.Api.Auth;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;

namespace HubSpotDeals.Api.Http;

/// <summary>Writes an endpoint's notes, and what all endpoints of its kind have in common, into its operation of the OpenAPI document.</summary>
static class OpenApiOperations
{
    const string Json = "application/json";

    internal static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var notes = context.Description.ActionDescriptor.EndpointMetadata;
        var scanId = DescribePath(operation, context.Description.RelativePath ?? "", [.. notes.OfType<PathNote>()]);
        DescribeQuery(operation, notes.OfType<QueryNote>());
        var body = notes.OfType<BodyNote>().LastOrDefault();
        if (body is not null)
        {
            await DescribeBodyAsync(operation, body, context, cancellationToken);
        }

        var isGuarded = AccessNotes.Cover(context);
        if (isGuarded)
        {
            AccessNotes.Describe(operation, context);
        }

        DescribeAnswers(operation, notes);
        var form = notes.OfType<ErrorFormNote>().LastOrDefault() ?? Envelopes;
        DescribeErrors(
            operation,
            await ErrorSchemaAsync(form, context, cancellationToken),
            form,
            [
                .. notes.OfType<ErrorsNote>().SelectMany(note => note.Errors),
                .. body is not null || notes.OfType<QueryNote>().Any() ? [ApiError.ValidationError] : Array.Empty<ApiError>(),
                .. body is not null ? [ApiError.PayloadTooLarge, ApiError.UnsupportedMediaType] : Array.Empty<ApiError>(),
                .. scanId ? [ApiError.InvalidScanId] : Array.Empty<ApiError>(),
                .. isGuarded ? AccessNotes.Refusals : [],
                ApiError.InternalError,
                ApiError.ServiceUnavailable,
            ]);
    }

    /// <summary>Declares every parameter of the path (handlers that bind their own types hide them); true if the scan id is one.</summary>
    static bool DescribePath(OpenApiOperation operation, string path, IReadOnlyList<PathNote> notes)
    {
        var names = RoutePatternFactory.Parse(path).Parameters.Select(parameter => parameter.Name).ToList();
        foreach (var name in names)
        {
            var parameter = Parameter(operation, name, ParameterLocation.Path);
            parameter.Required = true;
            if (notes.FirstOrDefault(note => string.Equals(note.Name, name, StringComparison.Ordinal)) is { } note)
            {
                parameter.Description = note.Description;
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = note.Values.Count == 0 ? null : [.. note.Values.Select(value => JsonValue.Create(value))],
                };
            }
            else if (string.Equals(name, RouteScanId.RouteParameter, StringComparison.Ordinal))
            {
                parameter.Description = "Unique scan identifier";
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Za-z0-9_-]+$",
                    MaxLength = RouteScanId.MaxLength,
                };
            }
        }

        return names.Contains(RouteScanId.RouteParameter, StringComparer.Ordinal);
    }

    static void DescribeQuery(OpenApiOperation operation, IEnumerable<QueryNote> notes)
    {
        foreach (var note in notes)
        {
            var parameter = Parameter(operation, note.Name, ParameterLocation.Query);
            parameter.Description = note.Description;
            parameter.Required = note.IsRequired;
            parameter.Schema = new OpenApiSchema
            {
                Type = note.Min is null ? JsonSchemaType.String : JsonSchemaType.Integer,
                Format = note.Min is null ? null : "int64",
                Minimum = note.Min?.ToString(CultureInfo.InvariantCulture),
                Maximum = note.Max?.ToString(CultureInfo.InvariantCulture),
                Default = note.Fallback is { } fallback ? JsonValue.Create(fallback) : null,
                Enum = note.Values.Count == 0 ? null : [.. note.Values.Select(value => JsonValue.Create(value))],
            };
        }
    }

    static async Task DescribeBodyAsync(
        OpenApiOperation operation, BodyNote body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken) =>
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [Json] = new()
                {
                    Schema = await context.GetOrCreateSchemaAsync(body.Body, cancellationToken: cancellationToken),
                    Example = body.Example.DeepClone(),
                },
            },
        };

    static void DescribeAnswers(OpenApiOperation operation, IList<object> notes)
    {
        operation.Responses ??= [];
        foreach (var note in notes.OfType<AnswerNote>())
        {
            var answer = operation.Responses[Key(note.Status)];
            answer.Description = note.Description;
            answer.Content![Json].Example = note.Example.DeepClone();
        }

        foreach (var note in notes.OfType<FileNote>())
        {
            var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            operation.Responses[Key(StatusCodes.Status200OK)] = new OpenApiResponse
            {
                Description = note.Description,
                Content = note.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = file }, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>The form that errors have unless their group says otherwise.</summary>
    static readonly ErrorFormNote Envelopes = new(typeof(ErrorEnvelope), EnvelopeOf);

    /// <summary>The errors' schema, put into the document once and referred to.</summary>
    static async Task<OpenApiSchemaReference> ErrorSchemaAsync(
        ErrorFormNote form, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(form.Body.Name) != true)
        {
            document.AddComponent(form.Body.Name, await context.GetOrCreateSchemaAsync(form.Body, cancellationToken: cancellationToken));
        }

        return new OpenApiSchemaReference(form.Body.Name, document);
    }

    static void DescribeErrors(OpenApiOperation operation, OpenApiSchemaReference schema, ErrorFormNote form, IEnumerable<ApiError> errors)
    {
        foreach (var ofStatus in errors.Distinct().GroupBy(error => error.Status).OrderBy(ofStatus => ofStatus.Key))
        {
            operation.Responses!.TryAdd(Key(ofStatus.Key), new OpenApiResponse
            {
                Description = string.Join("; ", ofStatus.Select(error => $"`{error.Code}` {error.Message}")),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Json] = new()
                    {
                        Schema = schema,
                        Examples = ofStatus.ToDictionary(error => error.Code, IOpenApiExample (error) => Example(form, error), StringComparer.Ordinal),
                    },
                },
            });
        }
    }

    static OpenApiExample Example(ErrorFormNote form, ApiError error) => new()
    {
        Summary = error.Message,
        Value = OpenApiNotes.Node(form.Example(error)),
    };

    static object EnvelopeOf(ApiError error) => new ErrorEnvelope(
        error.Code,
        error.Message,
        error == ApiError.ValidationError ? new Dictionary<string, string>(StringComparer.Ordinal) { ["path.to.field"] = "What is wrong there" } : null,
        error == ApiError.ValidationError ? null : new { },
        OpenApiNotes.ExampleTime);

    /// <summary>The operation's parameter of this name: the framework's, or a new one.</summary>
    static OpenApiParameter Parameter(OpenApiOperation operation, string name, ParameterLocation place)
    {
        operation.Parameters ??= [];
        if (operation.Parameters.OfType<OpenApiParameter>().FirstOrDefault(known => known.In == place && string.Equals(known.Name, name, StringComparison.Ordinal)) is { } known)
        {
            return known;
        }

        var added = new OpenApiParameter { Name = name, In = place, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        operation.Parameters.Add(added);
        return added;
    }

    static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}
