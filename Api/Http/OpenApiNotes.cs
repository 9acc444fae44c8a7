using System.Text.Json;
using System.Text.Json.Nodes;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// The verbs with which an endpoint is described, once, where its route is mapped. What all endpoints of a kind have in common (the
/// envelopes, 500 and 503, the errors of reading a body or a scan id) need not be said: <see cref="OpenApiOperations"/> adds it.
/// </summary>
public static class OpenApiNotes
{
    /// <summary>The body it takes, by the type that <see cref="JsonBody"/> reads, and an example of it.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, object example) =>
        endpoint.WithMetadata(new BodyNote(typeof(T), Node(example)));

    /// <summary>An answer in the success envelope, with an example of its data and of its message, if it has one.</summary>
    public static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder endpoint, int status, string description, T example, string? message = null)
        where T : notnull => endpoint
            .Produces<SuccessEnvelope<T>>(status)
            .WithMetadata(new AnswerNote(status, description, Node(new SuccessEnvelope<T>(message, example, ExampleTime))));

    /// <summary>An answer of its own shape, without the envelope, such as a health report.</summary>
    public static RouteHandlerBuilder AnswersBare<T>(this RouteHandlerBuilder endpoint, int status, string description, T example) =>
        endpoint.Produces<T>(status).WithMetadata(new AnswerNote(status, description, Node(example)));

    /// <summary>An answer that is a file of one of these content types.</summary>
    public static RouteHandlerBuilder AnswersFile(
        this RouteHandlerBuilder endpoint, string description, params string[] contentTypes) =>
        endpoint.WithMetadata(new FileNote(description, contentTypes));

    /// <summary>The kinds of error it may answer beside those that go without saying.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ApiError[] errors) =>
        endpoint.WithMetadata(new ErrorsNote(errors));

    /// <summary>A part of its path that is one of a few names.</summary>
    public static RouteHandlerBuilder PathText(
        this RouteHandlerBuilder endpoint, string name, string description, params string[] values) =>
        endpoint.WithMetadata(new PathNote(name, description, values));

    /// <summary>A whole number in its query.</summary>
    public static RouteHandlerBuilder QueryNumber(
        this RouteHandlerBuilder endpoint, string name, string description, long min, long max, long fallback) =>
        endpoint.WithMetadata(new QueryNote(name, description, IsRequired: false, Values: [], min, max, fallback));

    /// <summary>A text in its query: any, or one of a few.</summary>
    public static RouteHandlerBuilder QueryText(
        this RouteHandlerBuilder endpoint, string name, string description, bool isRequired = false, params string[] values) =>
        endpoint.WithMetadata(new QueryNote(name, description, isRequired, values));

    /// <summary>When the examples happen.</summary>
    internal static DateTimeOffset ExampleTime { get; } = new(2024, 12, 7, 10, 30, 0, TimeSpan.Zero);

    internal static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, ApiJson.Options)!;
}

/// <summary>See <see cref="OpenApiNotes.Takes"/>.</summary>
sealed record BodyNote(Type Body, JsonNode Example);

/// <summary>See <see cref="OpenApiNotes.Answers"/>.</summary>
sealed record AnswerNote(int Status, string Description, JsonNode Example);

/// <summary>See <see cref="OpenApiNotes.AnswersFile"/>.</summary>
sealed record FileNote(string Description, IReadOnlyList<string> ContentTypes);

/// <summary>See <see cref="OpenApiNotes.Refuses"/>.</summary>
sealed record ErrorsNote(IReadOnlyList<ApiError> Errors);

/// <summary>On a group whose errors have another form than the envelope.</summary>
/// <param name="Body">The form, as a type.</param>
/// <param name="Example">An error in it.</param>
sealed record ErrorFormNote(Type Body, Func<ApiError, object> Example);

/// <summary>See <see cref="OpenApiNotes.PathText"/>.</summary>
sealed record PathNote(string Name, string Description, IReadOnlyList<string> Values);

/// <summary>See <see cref="OpenApiNotes.QueryNumber"/> (which has bounds) and <see cref="OpenApiNotes.QueryText"/>.</summary>
sealed record QueryNote(
    string Name, string Description, bool IsRequired, IReadOnlyList<string> Values, long? Min = null, long? Max = null, long? Fallback = null);
