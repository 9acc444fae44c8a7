using System.Text.Json;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>One request and the answer that is being made to it.</summary>
sealed class Exchange(HttpContext http, Operation operation, JsonBuffer body, DateTimeOffset arrived)
{
    Access? _access;

    public HttpContext Http => http;

    public HttpRequest Request => http.Request;

    public Operation Operation => operation;

    public DateTimeOffset Arrived => arrived;

    public string CorrelationId { get; } = Guid.CreateVersion7().ToString();

    /// <summary>The answer's body. What stands here when the handler returns is sent.</summary>
    public JsonBuffer Body => body;

    public int Status { get; set; } = StatusCodes.Status200OK;

    public string ContentType { get; set; } = ContentTypes.Json;

    /// <summary>Who asks; null until a known token was seen.</summary>
    public Access? KnownAccess
    {
        get => _access;
        set => _access = value;
    }

    public Access Access => _access ?? throw new InvalidOperationException("The call is not authenticated.");

    public Portal Portal => Access.Portal;

    /// <summary>The contacts or tickets that the call is about.</summary>
    public SandboxRecords Records => Portal.RecordsOf(Operation.Type)
        ?? throw new InvalidOperationException($"{Operation.Type.Plural} are not kept as records.");

    /// <summary>The properties of the object type that the call is about.</summary>
    public PropertySchema Schema => Portal.RecordsOf(Operation.Type)?.Schema ?? Portal.Schema;

    /// <summary>The pipelines of the object type that the call is about.</summary>
    public Pipelines Pipelines => Portal.RecordsOf(Operation.Type)?.Pipelines ?? Portal.Pipelines;

    /// <summary>The fault that this answer shall have.</summary>
    public FaultRule? Fault { get; set; }

    /// <summary>The path and query as the caller sent them.</summary>
    public string Target => string.Concat(Request.Path.Value, Request.QueryString.Value);

    /// <summary>The path and query without a secret.</summary>
    public string LoggedTarget => operation.HasSecretInPath ? $"{Request.Path.Value![..Request.Path.Value!.LastIndexOf('/')]}/…" : Target;

    /// <summary>Whether the caller used a date-versioned path rather than v3.</summary>
    public bool IsDateVersioned => Request.Path.Value!.Contains("/2026-", StringComparison.Ordinal);

    public string RouteText(string name) => (string)Request.RouteValues[name]!;

    /// <summary>The record id in the path.</summary>
    public long RouteId()
    {
        var text = RouteText("id");
        return long.TryParse(text, out var id) ? id : throw Refusals.NonNumericId(text);
    }

    /// <summary>The deal in the path, live or archived; merged-away ones are gone.</summary>
    public StoredDeal? RouteDeal() => Portal.Deals.Find(RouteId()) is { MergedInto: null } deal ? deal : null;

    /// <summary>The contact or ticket in the path, live or archived, by its id or by the value that stands for it.</summary>
    /// <param name="idProperty">Null: the path names the id.</param>
    public CrmRecord? RouteRecord(string? idProperty) =>
        idProperty is null ? Records.Book.Find(RouteId()) : Records.Book.FindUnique(RouteText("id"));

    /// <summary>Puts a property definition in the place of its namesake, or adds it.</summary>
    public void ChangeSchema(PropertyColumn column)
    {
        if (Portal.RecordsOf(Operation.Type) is { } records)
        {
            records.ChangeSchema(column);
        }
        else
        {
            Portal.ChangeSchema(column);
        }
    }

    public async Task<byte[]> ReadBodyAsync(CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await Request.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    public async Task<JsonDocument> ReadJsonAsync(CancellationToken cancellationToken) => ParseJson(await ReadBodyAsync(cancellationToken));

    /// <exception cref="Refusal">The bytes are no JSON object.</exception>
    public static JsonDocument ParseJson(byte[] utf8)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8);
        }
        catch (JsonException malformed)
        {
            throw Refusals.InvalidJson((malformed.LineNumber ?? 0) + 1, (malformed.BytePositionInLine ?? 0) + 1, "Unexpected character");
        }

        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document
            : throw Refusals.InvalidJson(1, 1, $"Cannot deserialize value from {document.RootElement.ValueKind}");
    }
}
