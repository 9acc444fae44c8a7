using System.Collections.Concurrent;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Suite.HubSpot.Support;

/// <summary>The client as the service registers it, on a clock that the test moves, with everything it says recorded.</summary>
public sealed class ClientUnderTest : IAsyncDisposable
{
    public const string Secret = "pat-na1-5ec2e7aa-0000-4000-8000-7e57c0ffee00";

    static readonly TimeSpan RequestTimeout = new HubSpotOptions().RequestTimeout;

    readonly ServiceProvider _services;
    readonly ConcurrentQueue<CallAttempt> _attempts = new();

    public ClientUnderTest(string baseUrl, params (string Key, string Value)[] settings)
        : this(baseUrl, new TestClock(), settings)
    {
    }

    /// <summary>On a clock that HubSpot's stand-in shares.</summary>
    public ClientUnderTest(string baseUrl, TestClock clock, params (string Key, string Value)[] settings)
    {
        Clock = clock;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("HubSpot:BaseUrl", baseUrl)])
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)))
            .Build();
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
            .AddSingleton<TimeProvider>(Clock)
            .AddHubSpot(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Client = _services.GetRequiredService<HubSpotClient>();
        Options = new CallOptions { Observer = _attempts.Enqueue };
    }

    public HubSpotClient Client { get; }

    public IServiceProvider Services => _services;

    public TestClock Clock { get; }

    public RecordedLogs Logs { get; } = new();

    public AccessToken Token { get; } = AccessToken.Parse(Secret);

    /// <summary>The defaults, observed.</summary>
    public CallOptions Options { get; }

    public IReadOnlyList<CallAttempt> Attempts => [.. _attempts];

    public IEnumerable<TimeSpan> Waits => Attempts.Where(a => a.RetryIn is not null).Select(a => a.RetryIn!.Value);

    public Task<DealPage> ListAsync(CallOptions? options = null, CancellationToken cancellationToken = default) =>
        SkippingWaitsAsync(Client.ListDealsAsync(Token, new DealListRequest { Properties = ["dealname"] }, options ?? Options, cancellationToken));

    /// <summary>The failure of a list call.</summary>
    public async Task<HubSpotException> ListFailureAsync(CallOptions? options = null)
    {
        try
        {
            using var page = await ListAsync(options);
        }
        catch (HubSpotException failure)
        {
            return failure;
        }
        throw new AssertionException("The call succeeded.");
    }

    /// <summary>Moves the clock over every wait between attempts, and over nothing else.</summary>
    public async Task<T> SkippingWaitsAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            var wait = Clock.WhenTimerAsync(static due => due != RequestTimeout);
            if (await Task.WhenAny(call, wait) == wait)
            {
                Clock.Advance(await wait);
            }
        }
        return await call;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
