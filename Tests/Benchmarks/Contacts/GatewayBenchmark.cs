using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Contacts;

/// <summary>
/// Two hundred reads of contacts a second, through the gateway and straight at HubSpot's stand-in, one after the other in each round: what the
/// gateway adds.
/// </summary>
/// <remarks>An open loop: requests are sent when their time comes, whether or not others are answered, and waiting counts.</remarks>
static class GatewayBenchmark
{
    const int Portal = 33_333_333;
    const int Contacts = 5_000;
    const int PerSecond = 200;
    const string Token = "pat-na1-11111111-2222-3333-4444-000033333333";

    static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(GatewayOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        await using var deployment = await Deployment.StartAsync(stop.Token);
        using (var added = await deployment.Http.PostAsJsonAsync(
            new Uri(deployment.SandboxUrl, "/_sandbox/portals"),
            new { portalId = Portal, deals = 1, contacts = Contacts, tokens = new[] { new { token = Token } } },
            stop.Token))
        {
            added.EnsureSuccessStatusCode();
        }

        var ids = await ReadIdsAsync(deployment, stop.Token);
        output.WriteLine($"{Environment.ProcessorCount} cores, load {ProcessFigures.LoadAverage():N1}; {Contacts:N0} contacts, {PerSecond} reads a second for {Length.TotalSeconds:N0} s");
        List<double> added99 = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var direct = await LoadAsync(deployment, new Uri(deployment.SandboxUrl, "/crm/objects/2026-09/contacts"), ids, isGateway: false, stop.Token);
            var gateway = await LoadAsync(deployment, new Uri(deployment.ServiceUrl, "/api/hs/contacts"), ids, isGateway: true, stop.Token);
            if (round > 0) // the first warms the compiler
            {
                added99.Add(At(gateway, 99) - At(direct, 99));
                output.WriteLine($"round {round}: gateway p50 {At(gateway, 50):N1} p99 {At(gateway, 99):N1} ms, stand-in p50 {At(direct, 50):N1} p99 {At(direct, 99):N1} ms");
            }
        }

        output.WriteLine($"median of what the gateway adds at p99: {added99.Order().ElementAt(added99.Count / 2):N1} ms   (limit: 50)");
        return 0;
    }

    static async Task<IReadOnlyList<string>> ReadIdsAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using var request = Request(new Uri(deployment.SandboxUrl, "/crm/objects/2026-09/contacts?limit=100"));
        using var answer = await deployment.Http.SendAsync(request, cancellationToken);
        var page = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Page>(cancellationToken);
        return [.. page!.Results.Select(contact => contact.Id)];
    }

    /// <summary>Milliseconds of each request, in order of their lengths.</summary>
    static async Task<double[]> LoadAsync(Deployment deployment, Uri contacts, IReadOnlyList<string> ids, bool isGateway, CancellationToken cancellationToken)
    {
        var count = (int)(PerSecond * Length.TotalSeconds);
        var begin = Stopwatch.GetTimestamp();
        var calls = new Task<double>[count];
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / PerSecond);
            var early = due - Stopwatch.GetElapsedTime(begin);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, TimeProvider.System, cancellationToken);
            }

            calls[number] = CallAsync(deployment, contacts, number, ids, isGateway, begin, due, cancellationToken);
        }

        return [.. (await Task.WhenAll(calls)).Order()];
    }

    static async Task<double> CallAsync(
        Deployment deployment, Uri contacts, int number, IReadOnlyList<string> ids, bool isGateway, long begin, TimeSpan due, CancellationToken cancellationToken)
    {
        // Of ten reads six are of one contact, three of a page, one is a search.
        using var request = (number % 10) switch
        {
            < 6 => Request(new Uri($"{contacts}/{ids[number % ids.Count]}?properties=email,firstname,lastname")),
            < 9 => Request(new Uri($"{contacts}?limit=20&properties=email,firstname,lastname")),
            _ when isGateway => Request(new Uri($"{contacts}/search?query=a&limit=20")),
            _ => new HttpRequestMessage(HttpMethod.Post, $"{contacts}/search")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
                Content = JsonContent.Create(new { query = "a", limit = 20 }),
            },
        };
        using var answer = await deployment.Http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return (Stopwatch.GetElapsedTime(begin) - due).TotalMilliseconds;
    }

    static HttpRequestMessage Request(Uri url) => new(HttpMethod.Get, url) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };

    static double At(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    sealed record Page(IReadOnlyList<Contact> Results);

    sealed record Contact(string Id);
}
