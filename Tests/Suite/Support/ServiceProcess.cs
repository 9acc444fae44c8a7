using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace HubSpotDeals.Suite.Support;

/// <summary>The built service as a process of its own, on a database and a HubSpot of the test's: to be driven over HTTP, stopped and killed.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>So many requests of a scan are answered at a time.</summary>
    public const int RequestsInFlight = 2;

    readonly Process _process;
    readonly HttpClient _http;
    readonly List<string> _output;

    ServiceProcess(Process process, HttpClient http, List<string> output)
    {
        _process = process;
        _http = http;
        _output = output;
    }

    public int Id => _process.Id;

    /// <summary>Where it listens.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>Everything that it has said, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts it and waits until it is healthy.</summary>
    public static async Task<ServiceProcess> StartAsync(
        TestDatabase database, Uri hubSpot, CancellationToken ct, params (string Key, string Value)[] settings)
    {
        var url = $"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Checkout.Built("Api")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = url,
                ["ConnectionStrings__Postgres"] = database.ConnectionString,
                ["HubSpot__BaseUrl"] = hubSpot.ToString(),
                ["HubSpot__RetryBaseDelay"] = "00:00:00.050",
                ["HubSpot__RequestsPer10Seconds"] = "100000",
                ["HubSpot__SearchRequestsPerSecond"] = "10000",
                // Several chains of pages, and yet a scan that lasts long enough to be disturbed.
                ["HubSpot__MaxConcurrentRequests"] = RequestsInFlight.ToString(CultureInfo.InvariantCulture),
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var output = new List<string>();
        var process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var service = new ServiceProcess(process, new HttpClient { BaseAddress = new Uri(url) }, output);
        await Eventually.BecomesAsync(service.HealthAsync, Is.EqualTo(HttpStatusCode.OK), "the health of the service", ct);
        return service;

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.Add(line.Data ?? "");
            }
        }
    }

    /// <summary>Asks for a scan of all deals; the answer as it came.</summary>
    public async Task<(HttpStatusCode Status, string Body)> StartScanAsync(
        string scanId, string portalId, string token, IReadOnlyList<string> properties, CancellationToken ct)
    {
        var config = new { scanId, organizationId = portalId, type = new[] { "deals" }, auth = new { accessToken = token }, filters = new { properties } };
        using var answer = await _http.PostAsJsonAsync("api/v1/scan/start", new { config }, ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    public async Task<string> GetAsync(string path, CancellationToken ct)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    public Task<string> PostAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Post, path, ct);

    /// <summary>A request without a body; the answer's body, whatever its status.</summary>
    public async Task<string> SendAsync(HttpMethod method, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await _http.SendAsync(request, ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    /// <summary>The scan's state and how many deals it has stored.</summary>
    public async Task<(string Status, long Processed)> StatusAsync(string scanId, CancellationToken ct)
    {
        using var answer = JsonDocument.Parse(await GetAsync($"api/v1/scan/{scanId}/status", ct));
        var data = answer.RootElement.GetProperty("data");
        return (data.GetProperty("status").GetString()!, data.GetProperty("progress").GetProperty("processedDeals").GetInt64());
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(CancellationToken ct)
    {
        await SignalAsync("TERM", ct);
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: the process sleeps between two instructions, wherever it is.</summary>
    public Task SleepAsync(CancellationToken ct) => SignalAsync("STOP", ct);

    /// <summary>SIGCONT.</summary>
    public Task WakeAsync(CancellationToken ct) => SignalAsync("CONT", ct);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _http.Dispose();
        _process.Dispose();
    }

    async Task<HttpStatusCode?> HealthAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The service ended with {_process.ExitCode}:\n{Output}");
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri("health", UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // The shell's own kill: a small Debian has no program of that name.
    async Task SignalAsync(string signal, CancellationToken ct)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync(ct);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
