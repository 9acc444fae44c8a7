using System.Text.Json.Nodes;

namespace HubSpotDeals.Sandbox.Wire;

/// <summary>
/// HubSpot's error bodies, key for key. Those marked "own words" are known by status and category only: no recorded body was
/// found, so no client may rely on their text.
/// </summary>
static class Refusals
{
    const string ScopesLink = "https://developers.hubspot.com/scopes";

    public static Refusal NoCredentials() => new(401, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
            + "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        ["correlationId"] = id,
        ["category"] = "INVALID_AUTHENTICATION",
    });

    public static Refusal Expired(DateTimeOffset expiredAt, DateTimeOffset now) => new(401, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"The OAuth token used to make this call expired {Ago(now - expiredAt)} ago.",
        ["correlationId"] = id,
        ["category"] = "EXPIRED_AUTHENTICATION",
        ["context"] = new JsonObject { ["expire time"] = new JsonArray(InstantText.ToText(expiredAt.ToUnixTimeMilliseconds())) },
    });

    public static Refusal MissingScopes(IReadOnlyList<string> anyOf) => new(403, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
            + $"{ScopesLink}.",
        ["correlationId"] = id,
        ["errors"] = new JsonArray(new JsonObject
        {
            ["message"] = "One or more of the following scopes are required.",
            ["context"] = new JsonObject { ["requiredGranularScopes"] = Texts(anyOf) },
        }),
        ["links"] = new JsonObject { ["scopes"] = ScopesLink },
        ["category"] = "MISSING_SCOPES",
    });

    /// <summary>The gateway's 429.</summary>
    public static Refusal RateLimited(string limit, string policy, string group) => new(429, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"You have reached your {limit} limit.",
        ["errorType"] = "RATE_LIMIT",
        ["correlationId"] = id,
        ["policyName"] = policy,
        ["groupName"] = group,
    });

    /// <summary>The search service's own 429, which has other keys than the gateway's.</summary>
    public static Refusal SearchRateLimited() => new(429, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "You have reached your secondly limit.",
        ["correlationId"] = id,
        ["category"] = "RATE_LIMITS",
    });

    public static Refusal NonNumericId(string recordId) => new(404, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "Object not found.  objectId are usually numeric.",
        ["correlationId"] = id,
        ["context"] = new JsonObject { ["id"] = new JsonArray(recordId) },
        ["category"] = "OBJECT_NOT_FOUND",
    });

    public static Refusal ResourceNotFound() => new(404, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "resource not found",
        ["correlationId"] = id,
    });

    /// <summary>What GET of a missing record answers: the servlet container's page.</summary>
    public static Refusal NotFoundPage(string path) => new(
        404,
        $"""
        <html>
        <head>
        <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
        <title>Error 404 Not Found</title>
        </head>
        <body><h2>HTTP ERROR 404</h2>
        <p>Problem accessing {System.Net.WebUtility.HtmlEncode(path)}. Reason:
        <pre>    Not Found</pre></p>
        </body>
        </html>
        """);

    public static Refusal UrlTooLong() => new(
        414,
        "<html> <head><title>414 Request-URI Too Large</title></head> <body> <center><h1>414 Request-URI Too Large</h1></center> </body> </html>");

    /// <summary>Own words: the servlet container's page.</summary>
    public static Refusal UnsupportedMediaType() => new(
        415, "<html> <head><title>Error 415 Unsupported Media Type</title></head> <body><h2>HTTP ERROR 415 Unsupported Media Type</h2></body> </html>");

    /// <summary>A 400 with a category; the texts of the callers are own words where FACTS has none.</summary>
    public static Refusal Invalid(string message) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = message,
        ["correlationId"] = id,
        ["category"] = "VALIDATION_ERROR",
    });

    /// <summary>A bare 400: what a search past its 10,000th result answers.</summary>
    public static Refusal Problem() => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "There was a problem with the request.",
        ["correlationId"] = id,
    });

    public static Refusal InvalidJson(long line, long column, string why) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"Invalid input JSON on line {line}, column {column}: {why}",
        ["correlationId"] = id,
    });

    public static Refusal UnknownObjectType(string name) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"Unable to infer object type from: {name}",
        ["correlationId"] = id,
    });

    public static Refusal ContactExists(long id) => Conflict($"Contact already exists. Existing ID: {id}");

    /// <summary>What an association with a record that is not there answers (hubspot-api-nodejs#646).</summary>
    public static Refusal InvalidAssociation(string objectType, long recordId) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "One or more associations are invalid",
        ["correlationId"] = id,
        ["context"] = new JsonObject
        {
            ["INVALID_OBJECT_IDS"] = new JsonArray($"{objectType}={recordId} is not valid"),
            ["objectId"] = new JsonArray(recordId.ToString()),
            ["objectType"] = new JsonArray(objectType),
        },
        ["category"] = "VALIDATION_ERROR",
    })
    {
        IsOfAssociation = true,
    };

    /// <summary>Recorded for batch update and upsert of contacts; a batch that names a record twice changes none.</summary>
    public static Refusal DuplicateIds(IReadOnlyCollection<string> ids) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"Duplicate IDs found in batch input: [{string.Join(", ", ids)}]. IDs must be unique",
        ["correlationId"] = id,
        ["context"] = new JsonObject { ["ids"] = Texts(ids) },
        ["category"] = "VALIDATION_ERROR",
    });

    /// <summary>The message and context are recorded, the inner errors are not.</summary>
    public static Refusal MissingProperties(string objectType, IReadOnlyCollection<string> names) => new(400, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = $"Error creating {objectType}. Some required properties were not set.",
        ["correlationId"] = id,
        ["context"] = new JsonObject { ["properties"] = Texts(names) },
        ["category"] = "VALIDATION_ERROR",
    });

    /// <summary>Own words, but for <see cref="ContactExists"/>.</summary>
    public static Refusal Conflict(string message) => new(409, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = message,
        ["correlationId"] = id,
        ["category"] = "CONFLICT",
    });

    public static Refusal InternalError(int status) => new(status, id => new JsonObject
    {
        ["status"] = "error",
        ["message"] = "internal error",
        ["correlationId"] = id,
    });

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    static string Ago(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => $"{Math.Max(0, (long)age.TotalSeconds)} second(s)",
        { TotalHours: < 1 } => $"{(long)age.TotalMinutes} minute(s)",
        { TotalDays: < 1 } => $"{(long)age.TotalHours} hour(s)",
        _ => $"{(long)age.TotalDays} day(s)",
    };
}
