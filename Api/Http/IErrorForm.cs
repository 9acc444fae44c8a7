namespace HubSpotDeals.Api.Http;

/// <summary>Set on a request whose errors have another form than the envelope: pages, and endpoint groups that follow another document.</summary>
interface IErrorForm
{
    /// <summary>Answers with the error.</summary>
    /// <param name="context">The request, whose response has not begun.</param>
    /// <param name="error">The kind, with its status.</param>
    /// <param name="errors">Field by field what is wrong; null: that is not what is.</param>
    /// <param name="details">What else helps; null: nothing.</param>
    Task WriteAsync(HttpContext context, ApiError error, IReadOnlyDictionary<string, string>? errors, object? details);
}
