using System.Text.Json.Nodes;

namespace HubSpotDeals.Sandbox.Wire;

/// <summary>An answer that is an error, on its way to the caller from wherever it was decided.</summary>
sealed class Refusal : Exception
{
    readonly Func<string, JsonObject>? _body;
    readonly string? _html;

    /// <param name="status">The HTTP status.</param>
    /// <param name="body">Makes the JSON body, keys in HubSpot's order, from the correlation id.</param>
    public Refusal(int status, Func<string, JsonObject> body)
    {
        Status = status;
        _body = body;
    }

    /// <summary>A refusal by a proxy or servlet container in front of the API, which speaks HTML.</summary>
    public Refusal(int status, string html)
    {
        Status = status;
        _html = html;
    }

    public int Status { get; }

    /// <summary>It concerns one association only: the others of a batch can still be made.</summary>
    public bool IsOfAssociation { get; init; }

    /// <summary>The JSON body; of an HTML page, an empty object.</summary>
    public JsonObject Body(string correlationId) => _body?.Invoke(correlationId) ?? [];

    public string ContentType => _html is null ? ContentTypes.Json : ContentTypes.Html;

    public void WriteTo(JsonBuffer buffer, string correlationId)
    {
        if (_html is not null)
        {
            buffer.Raw(System.Text.Encoding.UTF8.GetBytes(_html));
        }
        else
        {
            buffer.Node(_body!(correlationId));
        }
    }
}

/// <summary>The content types of HubSpot's answers, spelled as it spells them.</summary>
static class ContentTypes
{
    public const string Json = "application/json;charset=utf-8";
    public const string Html = "text/html";
}
