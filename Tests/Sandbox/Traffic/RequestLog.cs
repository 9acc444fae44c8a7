using System.Collections.Concurrent;

namespace HubSpotDeals.Sandbox.Traffic;

/// <summary>A request that was answered or cut off. Its token is not kept.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Operation">Such as <c>deals.list</c>.</param>
/// <param name="PortalId">Null when no known token came with it.</param>
/// <param name="Status">What was answered; 0 when the connection was cut before an answer, or the caller gave up.</param>
/// <param name="Target">Path and query.</param>
/// <param name="InFlight">Requests being answered when it arrived, itself included.</param>
public sealed record LoggedRequest(DateTimeOffset At, string Operation, long? PortalId, int Status, string Target, int InFlight);

/// <summary>How many requests one operation answered with one status in one second.</summary>
public sealed record SecondCount(DateTimeOffset Second, string Operation, long? PortalId, int Status, int Requests);

/// <summary>What was asked of the sandbox: the last requests one by one, and all of them in counts.</summary>
public sealed class RequestLog
{
    const int MostKept = 20_000;

    readonly Lock _lock = new();
    readonly LoggedRequest?[] _kept = new LoggedRequest[MostKept];
    readonly ConcurrentDictionary<(long Second, string Operation, long? PortalId, int Status), int> _counts = new();
    long _total;
    int _inFlight;
    int _mostInFlight;

    /// <summary>All requests since the start or the last reset.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>The most requests that were being answered at one time.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>The last 20,000 requests, oldest first.</summary>
    public IReadOnlyList<LoggedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                var first = Math.Max(0, _total - MostKept);
                return [.. Enumerable.Range(0, (int)(_total - first)).Select(index => _kept[(first + index) % MostKept]!)];
            }
        }
    }

    /// <summary>Counts by second, operation, portal and status, oldest second first.</summary>
    public IReadOnlyList<SecondCount> PerSecond =>
    [
        .. _counts
            .Select(count => new SecondCount(
                DateTimeOffset.FromUnixTimeSeconds(count.Key.Second), count.Key.Operation, count.Key.PortalId, count.Key.Status, count.Value))
            .OrderBy(count => count.Second)
            .ThenBy(count => count.Operation, StringComparer.Ordinal),
    ];

    /// <summary>How many requests an operation answered, with whichever status or the given one.</summary>
    public int Count(string operation, int? status = null) =>
        _counts.Where(count => count.Key.Operation == operation && (status is null || count.Key.Status == status)).Sum(count => count.Value);

    public void Reset()
    {
        lock (_lock)
        {
            _total = 0;
            _counts.Clear();
            _mostInFlight = _inFlight;
        }
    }

    /// <summary>A request arrived; returns how many are in flight with it.</summary>
    internal int Enter()
    {
        var inFlight = Interlocked.Increment(ref _inFlight);
        int most;
        while (inFlight > (most = _mostInFlight) && Interlocked.CompareExchange(ref _mostInFlight, inFlight, most) != most)
        {
            // another request raised the mark meanwhile: look again
        }

        return inFlight;
    }

    internal void Leave(LoggedRequest request)
    {
        Interlocked.Decrement(ref _inFlight);
        _counts.AddOrUpdate(
            (request.At.ToUnixTimeSeconds(), request.Operation, request.PortalId, request.Status), 1, static (_, count) => count + 1);
        lock (_lock)
        {
            _kept[_total++ % MostKept] = request;
        }
    }
}
