using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// What an error's body says. HubSpot's envelope is <c>status, message, correlationId, errors, context, category</c>, any of which may
/// be missing; its gateway's 429 says <c>errorType</c> and <c>policyName</c> instead of <c>category</c>; its edge sends HTML.
/// </summary>
sealed partial record HubSpotErrorBody(
    string? Message, string? Category, string? CorrelationId, string? PolicyName, IReadOnlyList<string> RequiredScopes)
{
    /// <summary>More than any error worth reading.</summary>
    public const int MaxBytes = 64 * 1024;

    const int MaxMessageLength = 1_000;

    static readonly HubSpotErrorBody Nothing = new(null, null, null, null, []);

    /// <param name="body">Possibly cut, possibly no JSON.</param>
    /// <param name="headers">They carry the correlation id too.</param>
    /// <param name="token">Cut out of every word, should HubSpot repeat it.</param>
    public static HubSpotErrorBody Read(ReadOnlyMemory<byte> body, HttpResponseHeaders headers, AccessToken token)
    {
        var read = Read(body, token);
        return read.CorrelationId is null && headers.TryGetValues("X-HubSpot-Correlation-Id", out var ids)
            ? read with { CorrelationId = Clean(ids.First(), token) }
            : read;
    }

    static HubSpotErrorBody Read(ReadOnlyMemory<byte> body, AccessToken token)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? FromEnvelope(document.RootElement, token) : Nothing;
        }
        catch (JsonException)
        {
            var title = HtmlTitle().Match(Encoding.UTF8.GetString(body.Span)).Groups["title"].Value;
            return Nothing with { Message = Clean(title, token) };
        }
    }

    static HubSpotErrorBody FromEnvelope(JsonElement envelope, AccessToken token)
    {
        var scopes = new List<string>();
        CollectScopes(envelope, token, scopes);
        return new HubSpotErrorBody(
            Text("message"), Text("category") ?? Text("errorType"), Text("correlationId") ?? Text("requestId"), Text("policyName"), scopes);

        string? Text(string key) =>
            envelope.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? Clean(value.GetString(), token) : null;
    }

    /// <summary><c>requiredGranularScopes</c>, or <c>requiredScopes</c> in older answers, wherever they stand.</summary>
    static void CollectScopes(JsonElement element, AccessToken token, List<string> scopes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                CollectScopes(item, token, scopes);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.Name is "requiredGranularScopes" or "requiredScopes" && member.Value.ValueKind == JsonValueKind.Array)
                {
                    scopes.AddRange(member.Value.EnumerateArray()
                        .Where(static s => s.ValueKind == JsonValueKind.String)
                        .Select(s => Clean(s.GetString(), token))
                        .OfType<string>()
                        .Except(scopes, StringComparer.Ordinal));
                }
                else
                {
                    CollectScopes(member.Value, token, scopes);
                }
            }
        }
    }

    // The token goes first: a cut through its middle would leave half of it standing.
    static string? Clean(string? text, AccessToken token)
    {
        text = text?.Replace(token.Reveal(), token.ToString(), StringComparison.Ordinal).Trim();
        return text switch
        {
            null or "" => null,
            { Length: > MaxMessageLength } => string.Concat(text.AsSpan(0, MaxMessageLength), "…"),
            _ => text,
        };
    }

    [GeneratedRegex(
        "<title>(?<title>[^<]*)</title>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HtmlTitle();
}
