using System.Globalization;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>What an embedded server is told at each start: a bulk-loading service beside it, on a machine that may be small.</summary>
static class ServerSettings
{
    const long Megabyte = 1024 * 1024;

    /// <summary>The settings for this machine, with those given by name put over them.</summary>
    public static IReadOnlyDictionary<string, string> For(IReadOnlyDictionary<string, string> overrides)
    {
        // Aware of a container's limit. An eighth, because the service, and in a demo HubSpot's stand-in, live beside it.
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        var sharedBuffers = Math.Clamp(memory / 8, 32, 512);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            // A socket file's path may be 107 bytes long at most, which a deep checkout exceeds.
            ["unix_socket_directories"] = "",
            ["max_connections"] = "100",
            ["shared_buffers"] = string.Create(CultureInfo.InvariantCulture, $"{sharedBuffers}MB"),
            ["maintenance_work_mem"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(memory / 16, 32, 256)}MB"),
            ["work_mem"] = "16MB",
            ["wal_buffers"] = "16MB",
            ["wal_compression"] = "on",
            // A million deals are loaded between two checkpoints; the log on disk stays below this.
            ["max_wal_size"] = "2GB",
            ["min_wal_size"] = "128MB",
            ["checkpoint_timeout"] = "15min",
            ["checkpoint_completion_target"] = "0.9",
            ["random_page_cost"] = "1.1",
            // Compiling a query costs more than any query here takes.
            ["jit"] = "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            // A statement that failed may carry a customer's values; the service logs the error without them.
            ["log_min_error_statement"] = "panic",
        };
        foreach (var (name, value) in overrides)
        {
            settings[name] = value;
        }

        return settings;
    }
}
