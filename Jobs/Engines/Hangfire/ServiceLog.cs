using Hangfire.AspNetCore;
using Hangfire.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Hangfire.Logging.LogLevel;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Where Hangfire's log lines go: to the service's log, while there is one.</summary>
/// <remarks>
/// Hangfire keeps one such place for the whole process. Where several hosts live in one, as in the tests, the one that named its log last
/// may be gone before the others: their workers would fail at every job, unable to open a log.
/// </remarks>
sealed class ServiceLog(ILoggerFactory loggers) : ILogProvider
{
    readonly AspNetCoreLogProvider _log = new(loggers);

    /// <inheritdoc/>
    public ILog GetLogger(string name)
    {
        try
        {
            return _log.GetLogger(name);
        }
        catch (ObjectDisposedException)
        {
            return new Silence();
        }
    }

    sealed class Silence : ILog
    {
        public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null) => false;
    }
}
