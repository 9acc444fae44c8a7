using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace HubSpotDeals.Launcher;

/// <summary>The few calls of the service's REST API that a launch makes.</summary>
sealed class ServiceClient : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly HttpClient _http;

    public ServiceClient(Uri service)
    {
        // A proxy that the environment names knows nothing of this machine's ports.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service, Timeout = TimeSpan.FromSeconds(30) };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Whether the service is there and calls itself healthy.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health", UriKind.Relative), ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception silence) when (IsSilence(silence, ct))
        {
            return false;
        }
    }

    /// <summary>Starts a scan of all deals; it is durable when this returns.</summary>
    /// <exception cref="LaunchException">The service refused; the message is the service's.</exception>
    public async Task StartScanAsync(string scanId, string portal, string accessToken, CancellationToken ct)
    {
        var body = new { config = new { scanId, organizationId = portal, type = new[] { "deals" }, auth = new { accessToken } } };
        try
        {
            using var answer = await _http.PostAsJsonAsync(new Uri("/api/v1/scan/start", UriKind.Relative), body, Json, ct);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                throw new LaunchException($"The demo scan was refused ({(int)answer.StatusCode}): {await MessageOfAsync(answer, ct)}");
            }
        }
        catch (Exception silence) when (IsSilence(silence, ct))
        {
            throw new LaunchException($"The demo scan could not be started: {silence.Message}", silence);
        }
    }

    /// <summary>How far the scan is; null when the service did not answer.</summary>
    /// <exception cref="LaunchException">The service refuses to say.</exception>
    public async Task<ScanStatus?> StatusAsync(string scanId, CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"/api/v1/scan/{scanId}/status", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync<Envelope>(Json, ct) is { Data: { } status }
                ? status
                : throw new LaunchException($"The demo scan's status can't be read ({(int)answer.StatusCode}).");
        }
        catch (Exception silence) when (IsSilence(silence, ct))
        {
            return null;
        }
    }

    /// <summary>No answer, or none in time; whether the service still lives is for its process to say.</summary>
    static bool IsSilence(Exception error, CancellationToken ct) =>
        error is HttpRequestException || (error is OperationCanceledException && !ct.IsCancellationRequested);

    static async Task<string> MessageOfAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        try
        {
            using var error = JsonDocument.Parse(text);
            return string.Join(' ', error.RootElement.EnumerateObject()
                .Where(member => member.Name is "error_code" or "message" or "errors" or "details").Select(member => member.Value.ToString()));
        }
        catch (JsonException)
        {
            return text;
        }
    }

    sealed record Envelope(ScanStatus? Data);
}

/// <summary>The members of a scan's status that a launch shows.</summary>
sealed record ScanStatus(string Status, ScanProgress Progress, string? ErrorMessage)
{
    public bool HasEnded => Status is "completed" or "failed" or "cancelled" or "paused";
}

/// <summary>Deals, and deals per second. The total is null or 0 until HubSpot has said it.</summary>
sealed record ScanProgress(long? TotalDeals, long ProcessedDeals, double? DealsPerSecond);
