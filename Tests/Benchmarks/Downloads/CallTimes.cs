using System.Diagnostics;
using HubSpotDeals.Benchmarks.Extraction;

namespace HubSpotDeals.Benchmarks.Downloads;

/// <summary>How long calls of one kind took.</summary>
sealed class CallTimes(string path)
{
    readonly List<TimeSpan> _times = [];

    public string Path => path;

    public int Count => _times.Count;

    /// <summary>The time that so many percent of the calls took at most.</summary>
    public TimeSpan Percentile(int percent)
    {
        var sorted = _times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }

    /// <summary>Calls once.</summary>
    /// <exception cref="HttpRequestException">The answer was not a good one.</exception>
    public async Task CallAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        using var answer = await deployment.Http.GetAsync(new Uri(deployment.ServiceUrl, path), cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        answer.EnsureSuccessStatusCode();
        _times.Add(Stopwatch.GetElapsedTime(begin));
    }
}
