using System.Globalization;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Health;

/// <summary>How full the service's disk is, counted as <c>df</c> does: what is reserved for the system is neither.</summary>
/// <param name="UsedBytes">What is written.</param>
/// <param name="AvailableBytes">What this process may still write.</param>
public sealed record DiskSpace(long UsedBytes, long AvailableBytes)
{
    const long GigaByte = 1_000_000_000;

    /// <summary>Always low: logs and sort files alone can fill it.</summary>
    const long LeastBytes = GigaByte;

    /// <summary>A nearly full disk that is large still has room for many scans: more than this is never low.</summary>
    const long PlentyBytes = 10 * GigaByte;

    const int LowUsagePercent = 90;

    /// <summary>Whether somebody should make room before scans begin to fail.</summary>
    public bool IsLow => AvailableBytes < LeastBytes || (AvailableBytes < PlentyBytes && UsagePercent >= LowUsagePercent);

    /// <summary>Such as <c>50 GB</c> or <c>512 MB</c>, rounded down.</summary>
    public string Available => SizeText.Of(AvailableBytes);

    /// <summary>Such as <c>60%</c>.</summary>
    public string Usage => string.Create(CultureInfo.InvariantCulture, $"{UsagePercent}%");

    int UsagePercent => UsedBytes + AvailableBytes is > 0 and var all ? (int)Math.Ceiling(UsedBytes * 100m / all) : 100;

    /// <summary>The disk that holds a directory.</summary>
    /// <exception cref="IOException">There is no such directory, or its disk can't be asked.</exception>
    public static DiskSpace Of(string directory)
    {
        var disk = new DriveInfo(directory);
        return new DiskSpace(disk.TotalSize - disk.TotalFreeSpace, disk.AvailableFreeSpace);
    }
}
