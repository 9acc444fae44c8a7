using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>Somebody who looks at the console with a browser that has no script: follows no redirect by itself, and keeps cookies.</summary>
sealed class ConsoleVisitor : IDisposable
{
    readonly HttpClient _client;

    internal ConsoleVisitor(ScanApi api) => _client = new HttpClient(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = Cookies }) { BaseAddress = api.Address };

    internal CookieContainer Cookies { get; } = new();

    internal async Task<ConsolePage> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return await ConsolePage.OfAsync(answer);
    }

    /// <summary>Sends a page's form, with its token, as the page has it.</summary>
    internal Task<ConsolePage> SendAsync(string page, string action, params (string Name, string Value)[] fields) =>
        SendAsync(page, action, sendToken: true, fields);

    internal async Task<ConsolePage> SendAsync(string page, string action, bool sendToken, params (string Name, string Value)[] fields)
    {
        List<KeyValuePair<string, string>> all = [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))];
        if (sendToken)
        {
            all.Add(KeyValuePair.Create("_form", (await GetAsync(page)).Document.QuerySelector("input[name=_form]")!.GetAttribute("value")!));
        }

        using var content = new FormUrlEncodedContent(all);
        return await PostAsync(action, content);
    }

    internal async Task<ConsolePage> PostAsync(string path, HttpContent? content)
    {
        using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await ConsolePage.OfAsync(answer);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>A page as it came.</summary>
sealed record ConsolePage(HttpStatusCode Status, string Html, IDocument Document, IReadOnlyDictionary<string, string> Headers)
{
    static readonly HtmlParser Parser = new();

    /// <summary>Where it sends the browser.</summary>
    internal string? Location => Headers.GetValueOrDefault("Location");

    internal static async Task<ConsolePage> OfAsync(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync();
        return new ConsolePage(
            answer.StatusCode,
            html,
            Parser.ParseDocument(html),
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>What a reader sees of the elements: their words, with one blank between any two.</summary>
    internal IReadOnlyList<string> Texts(string selector) =>
    [
        .. Document.QuerySelectorAll(selector).Select(element => string.Join(' ', element.GetDescendants().OfType<IText>()
            .SelectMany(text => text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))),
    ];

    /// <summary>The figure under a name, of tiles and facts.</summary>
    internal string? Fact(string name) => Document.QuerySelectorAll("dt").FirstOrDefault(term => term.TextContent.Trim() == name)?.NextElementSibling?.TextContent.Trim();
}
