namespace HubSpotDeals.Api.Stats;

/// <summary>This process since it began: for how long, and at which cost.</summary>
sealed class ServiceLife
{
    static readonly TimeSpan ShortestSample = TimeSpan.FromSeconds(1);

    readonly TimeProvider _clock;
    readonly long _begin;
    readonly Lock _lock = new();
    long _sampleBegin;
    TimeSpan _cpuAtSampleBegin;
    double _cpuShare;

    public ServiceLife(TimeProvider clock)
    {
        _clock = clock;
        StartedAt = clock.GetUtcNow();
        _sampleBegin = _begin = clock.GetTimestamp();
        _cpuAtSampleBegin = Environment.CpuUsage.TotalTime;
    }

    internal DateTimeOffset StartedAt { get; }

    internal TimeSpan Uptime => _clock.GetElapsedTime(_begin);

    /// <summary>
    /// The share of all processors that the process used since this was last asked (or since its beginning), 0 to 1; for a second
    /// after that, the same answer again.
    /// </summary>
    internal double CpuShare()
    {
        lock (_lock)
        {
            var length = _clock.GetElapsedTime(_sampleBegin);
            if (length >= ShortestSample)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                _cpuShare = Math.Clamp((cpu - _cpuAtSampleBegin) / (length * Environment.ProcessorCount), 0, 1);
                (_sampleBegin, _cpuAtSampleBegin) = (_clock.GetTimestamp(), cpu);
            }

            return _cpuShare;
        }
    }
}
