using System.Diagnostics;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Downloads;

/// <summary>What one download took, read and dropped by a client in this process.</summary>
/// <param name="Bytes">The file's length.</param>
/// <param name="FirstByte">From sending the request to the first byte of the file.</param>
/// <param name="Time">To its last.</param>
/// <param name="ServicePeak">The most memory the service held meanwhile, in bytes.</param>
sealed record Download(long Bytes, TimeSpan FirstByte, TimeSpan Time, long ServicePeak)
{
    public static async Task<Download> MeasureAsync(Deployment deployment, string scanId, string format, CancellationToken cancellationToken)
    {
        ProcessFigures.ForgetPeakMemory(deployment.Service.Id);
        var begin = Stopwatch.GetTimestamp();
        using var answer = await deployment.Http.GetAsync(
            new Uri(deployment.ServiceUrl, $"/api/v1/results/{scanId}/download/{format}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var (bytes, firstByte) = await DropAsync(body, begin, cancellationToken);
        return new Download(bytes, firstByte, Stopwatch.GetElapsedTime(begin), ProcessFigures.PeakMemory(deployment.Service.Id));
    }

    /// <summary>Reads a stream to its end and keeps nothing of it.</summary>
    public static async Task<(long Bytes, TimeSpan FirstByte)> DropAsync(Stream stream, long begin, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        var (bytes, firstByte) = (0L, TimeSpan.Zero);
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            firstByte = bytes == 0 ? Stopwatch.GetElapsedTime(begin) : firstByte;
            bytes += count;
        }

        return (bytes, firstByte);
    }
}
