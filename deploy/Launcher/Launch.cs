using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HubSpotDeals.Launcher;

/// <summary>One launch from start to end: sandbox, service, demo scan, then serving until asked to stop.</summary>
sealed partial class Launch(LaunchOptions options, HubSpotSource hubSpot, Screen screen, TimeProvider clock)
{
    const int LinesOfAnEnd = 15;

    /// <summary>Longer than a recovery after a power cut takes.</summary>
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    readonly string _home = Path.Combine(options.Data, options.Port.ToString(CultureInfo.InvariantCulture));
    readonly Uri _service = new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{options.Port}"));

    readonly List<ChildProcess> _children = [];

    string DatabaseHome => Path.Combine(_home, "postgres");

    /// <summary>Runs until the demo scan has ended (<c>--once</c>) or the token is cancelled; everything started has ended then.</summary>
    /// <returns>The exit code: 0 after an orderly end.</returns>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        try
        {
            return await RunChildrenAsync(stopping) && AllEndedWell() ? 0 : 1;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Screen.Say("Stopped.");
            return AllEndedWell() ? 0 : 1;
        }
        catch (LaunchException failure)
        {
            Screen.Complain(failure.Message);
            return failure.ExitCode;
        }
    }

    /// <summary>Whether every child that was told to end did so by itself and without complaint.</summary>
    bool AllEndedWell()
    {
        foreach (var child in _children.Where(child => !child.EndedWell))
        {
            Screen.Complain($"The {child.Name} did not stop cleanly; see {child.LogFile}");
        }

        return _children.TrueForAll(child => child.EndedWell);
    }

    /// <summary>Ends by cancellation or failure, or, after the one demo scan asked for, with whether it completed.</summary>
    async Task<bool> RunChildrenAsync(CancellationToken stopping)
    {
        if (options.Once && !hubSpot.CanDemonstrate)
        {
            throw new LaunchException("There is nothing to demonstrate: HUBSPOT_API_KEY and HUBSPOT_HUB_ID name no token and portal.");
        }

        RefuseTakenPort();
        OpenHome();
        await using var sandbox = hubSpot.IsSandbox ? StartSandbox() : null;
        var baseUrl = sandbox is null ? hubSpot.BaseUrl : await AliveAsync(sandbox, ct => SandboxUrlAsync(sandbox, ct), stopping);

        // Disposed before the sandbox: a scan in hand may still want a page.
        await using var service = StartService(baseUrl);
        using var client = new ServiceClient(_service);
        await AliveAsync(service, ct => HealthyAsync(client, service, ct), stopping);
        Screen.Say($"The service runs at {_service}");

        var scanId = options.Demo && hubSpot.CanDemonstrate
            ? string.Create(CultureInfo.InvariantCulture, $"demo-{clock.GetUtcNow():yyyyMMdd-HHmmss}")
            : null;
        var completed = scanId is not null && await AliveAsync(service, ct => DemonstrateAsync(client, scanId, ct), stopping);
        if (options.Once)
        {
            return completed;
        }

        foreach (var line in new WhereToLook(_service, _home, HasServerOfItsOwn ? null : DatabaseHome).Lines(options.Demo, scanId))
        {
            Screen.Say(line);
        }

        var ended = await Task.WhenAny([service.Exited, .. sandbox is null ? Array.Empty<Task>() : [sandbox.Exited]]).WaitAsync(stopping);
        throw await EndOfAsync(ended == service.Exited ? service : sandbox!);
    }

    /// <summary>Two servers on one port would show the first one's answers as the second one's.</summary>
    void RefuseTakenPort()
    {
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            try
            {
                using var listener = new TcpListener(address, options.Port);
                listener.Start();
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw new LaunchException(
                    $"Port {options.Port} can't be listened on ({taken.Message}). Another one: --port {options.Port + 1}", taken);
            }
            catch (SocketException)
            {
                // a machine without IPv6
            }
        }
    }

    void OpenHome()
    {
        try
        {
            Directory.CreateDirectory(_home);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException($"{_home} can't be written by this user: {refused.Message}", refused);
        }
    }

    ChildProcess StartSandbox()
    {
        string[] arguments =
        [
            "--port", "0", "--portal", hubSpot.Portal!, "--deals", options.Deals.ToString(CultureInfo.InvariantCulture), "--token", hubSpot.AccessToken!,
        ];
        return Start("sandbox", "Sandbox", arguments, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    ChildProcess StartService(string? baseUrl)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = _service.ToString().TrimEnd('/') };
        if (baseUrl is not null)
        {
            environment["HubSpot__BaseUrl"] = baseUrl;
        }

        if (hubSpot.IsSandbox)
        {
            // Whatever proxy leads to the real HubSpot, none leads to this one.
            environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost";
            // It has no limits, and so says nothing of any; what HubSpot grants by default would be kept to.
            foreach (var (limit, none) in new[] { ("HubSpot__RequestsPer10Seconds", "100000"), ("HubSpot__SearchRequestsPerSecond", "10000") })
            {
                environment[limit] = Environment.GetEnvironmentVariable(limit) ?? none;
            }
        }

        if (!HasServerOfItsOwn)
        {
            environment["Postgres__Embedded__Directory"] = DatabaseHome;
        }

        return Start("service", "Api", [], environment);
    }

    static bool HasServerOfItsOwn => Environment.GetEnvironmentVariable("ConnectionStrings__Postgres") is { Length: > 0 };

    /// <summary>Programs are built side by side: <c>bin/&lt;project&gt;/&lt;configuration&gt;/</c>.</summary>
    ChildProcess Start(string name, string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"HubSpotDeals.{project}.dll");
        var child = ChildProcess.Start(name, assembly, arguments, environment, _home);
        _children.Add(child);
        return child;
    }

    async Task<string> SandboxUrlAsync(ChildProcess sandbox, CancellationToken ct)
    {
        var begin = clock.GetTimestamp();
        while (true)
        {
            var ready = sandbox.LastLines(int.MaxValue).Select(line => SandboxReady().Match(line)).FirstOrDefault(match => match.Success);
            if (ready is not null)
            {
                Screen.Say($"HubSpot's sandbox with {options.Deals:N0} deals runs at {ready.Groups["url"].Value}");
                return ready.Groups["url"].Value;
            }

            await PauseAsync(sandbox, begin, ct);
        }
    }

    async Task<bool> HealthyAsync(ServiceClient client, ChildProcess service, CancellationToken ct)
    {
        var begin = clock.GetTimestamp();
        while (!await client.IsHealthyAsync(ct))
        {
            await PauseAsync(service, begin, ct);
        }

        return true;
    }

    async Task PauseAsync(ChildProcess child, long begin, CancellationToken ct)
    {
        if (clock.GetElapsedTime(begin) > StartLimit)
        {
            throw new LaunchException($"The {child.Name} is not ready after {StartLimit.TotalMinutes:N0} minutes. {EndOfLog(child)}");
        }

        await Task.Delay(Poll, clock, ct);
    }

    /// <summary>Runs the demo scan to its end; says whether it completed.</summary>
    async Task<bool> DemonstrateAsync(ServiceClient client, string scanId, CancellationToken ct)
    {
        try
        {
            var begin = clock.GetTimestamp();
            await client.StartScanAsync(scanId, hubSpot.Portal!, hubSpot.AccessToken!, ct);
            var last = await screen.FollowAsync(scanId, () => client.StatusAsync(scanId, ct), clock, ct);
            var seconds = clock.GetElapsedTime(begin).TotalSeconds;
            Screen.Say(last.Status is "completed"
                ? string.Create(CultureInfo.InvariantCulture, $"Demo scan {scanId} completed: {last.Progress.ProcessedDeals:N0} deals in {seconds:N1} s.")
                : $"Demo scan {scanId} is {last.Status}: {last.ErrorMessage}");
            return last.Status is "completed";
        }
        catch (LaunchException failure)
        {
            // The service runs all the same, and can be asked for another.
            Screen.Complain(failure.Message);
            return false;
        }
    }

    /// <summary>Does something for which the child must live; its end is the end of the attempt.</summary>
    static async Task<T> AliveAsync<T>(ChildProcess child, Func<CancellationToken, Task<T>> work, CancellationToken stopping)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var working = work(abandon.Token);
        if (await Task.WhenAny(working, child.Exited) == working)
        {
            return await working;
        }

        await abandon.CancelAsync();
        await Task.WhenAny(working);
        stopping.ThrowIfCancellationRequested();
        throw await EndOfAsync(child);
    }

    static async Task<LaunchException> EndOfAsync(ChildProcess child)
    {
        var exitCode = await child.Exited;
        return new LaunchException($"The {child.Name} has ended (exit code {exitCode}). {EndOfLog(child)}", exitCode: exitCode == 0 ? 1 : exitCode);
    }

    static string EndOfLog(ChildProcess child) =>
        $"The end of {child.LogFile}:\n{string.Join('\n', child.LastLines(LinesOfAnEnd).Select(line => "  " + line))}";

    [GeneratedRegex(@"^sandbox ready (?<url>http://\S+) portal \d+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SandboxReady();
}
