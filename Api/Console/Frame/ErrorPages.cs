using System.Text.Json;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>An error of the API, told to somebody who looks at it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What programs read.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Facts">What else helps, by its name.</param>
public sealed record ErrorModel(int Status, string Code, string Message, IReadOnlyList<KeyValuePair<string, string>> Facts);

/// <summary>Writes the errors of the console's addresses as pages.</summary>
sealed class ErrorPages : IErrorForm
{
    internal static ErrorPages Instance { get; } = new();

    /// <inheritdoc/>
    public Task WriteAsync(HttpContext context, ApiError error, IReadOnlyDictionary<string, string>? errors, object? details) =>
        Page.Of<ErrorPage>(
            new ErrorModel(error.Status, error.Code, error.Message, [.. FactsOf(errors), .. FactsOf(details)]), error.Status).ExecuteAsync(context);

    static IEnumerable<KeyValuePair<string, string>> FactsOf(IReadOnlyDictionary<string, string>? errors) => errors ?? Enumerable.Empty<KeyValuePair<string, string>>();

    /// <summary>What an envelope would have as <c>details</c>.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> FactsOf(object? details)
    {
        if (details is null)
        {
            yield break;
        }

        foreach (var member in JsonSerializer.SerializeToElement(details, ApiJson.Options).EnumerateObject())
        {
            yield return KeyValuePair.Create(member.Name, member.Value.ToString());
        }
    }
}
