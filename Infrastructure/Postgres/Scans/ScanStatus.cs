namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Where a scan is in its life. In the database and on the wire these are the names in lower case.</summary>
public enum ScanStatus
{
    /// <summary>Promised, and waiting for a worker.</summary>
    Pending,

    /// <summary>A worker holds its lease.</summary>
    Running,

    /// <summary>Every deal is stored.</summary>
    Completed,

    /// <summary>Ended by a fault that does not pass by itself; can be started again, and goes on from its checkpoint.</summary>
    Failed,

    /// <summary>Ended by its user; keeps what it stored, and can be started again.</summary>
    Cancelled,

    /// <summary>Stopped by its user, or for want of valid credentials; goes on from its checkpoint when it is resumed.</summary>
    Paused,
}

/// <summary>The names of the states.</summary>
public static class ScanStatusNames
{
    /// <summary>All names, in the order of a scan's life.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<ScanStatus>().Select(Text)];

    /// <summary>The name, such as <c>pending</c>.</summary>
    public static string Text(this ScanStatus status) => status switch
    {
        ScanStatus.Pending => "pending",
        ScanStatus.Running => "running",
        ScanStatus.Completed => "completed",
        ScanStatus.Failed => "failed",
        ScanStatus.Cancelled => "cancelled",
        ScanStatus.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a state of a scan"),
    };
}
