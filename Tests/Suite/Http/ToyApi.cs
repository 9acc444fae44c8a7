using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Suite.Http;

/// <summary>A few endpoints of the test's own on what all endpoints stand on, on a real socket.</summary>
sealed class ToyApi : IAsyncDisposable
{
    readonly WebApplication _app;

    ToyApi(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    internal Uri Address { get; }
    internal HttpClient Client { get; }
    internal LogLines Log { get; }

    internal static async Task<ToyApi> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? add = null)
    {
        var log = new LogLines();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddRouting();
        builder.Services.AddApiHttp();
        add?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseApiErrors();
        map(app);
        await app.StartAsync();
        return new ToyApi(app, log);
    }

    internal Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<Reply> PostAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    internal async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Client.SendAsync(request);
        return await Reply.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>An answer, read whole.</summary>
sealed record Reply(HttpStatusCode Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Text)
{
    internal JsonElement Json => JsonDocument.Parse(Text).RootElement;

    internal string? ErrorCode => Json.GetProperty("error_code").GetString();

    /// <summary>Field path → text of a validation error.</summary>
    internal Dictionary<string, string> Errors =>
        Json.GetProperty("errors").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!, StringComparer.Ordinal);

    internal static async Task<Reply> OfAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.ToString(),
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync());
}

/// <summary>What was logged.</summary>
sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

    internal IEnumerable<string> AtLeast(LogLevel level) => _lines.Where(line => line.Level >= level).Select(line => line.Text);

    /// <summary>Waits until a line with this text is there.</summary>
    internal async Task WaitForAsync(string part)
    {
        // How long a broken test may hang, not how long anything may take.
        using var hanging = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!_lines.Any(line => line.Text.Contains(part, StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, hanging.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Collector(_lines, categoryName);

    public void Dispose()
    {
    }

    sealed class Collector(ConcurrentQueue<(LogLevel, string, string)> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, category, formatter(state, exception) + Environment.NewLine + exception));
    }
}
