using System.Globalization;
using Spectre.Console;

namespace HubSpotDeals.Launcher;

/// <summary>What the person sees: a progress bar in a terminal, plain lines anywhere else.</summary>
sealed class Screen(bool isTerminal)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether standard output is a terminal that a bar can be drawn in.</summary>
    public static bool IsTerminal =>
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public static void Say(string line) => Console.WriteLine(line);

    /// <summary>Says what went wrong, where a script looks for it.</summary>
    public static void Complain(string line) => Console.Error.WriteLine(line);

    /// <summary>Shows a scan's progress until it has ended.</summary>
    /// <param name="scanId">The scan.</param>
    /// <param name="look">Asks how far it is; null when that can't be said just now.</param>
    /// <param name="clock">Paces the looks.</param>
    /// <param name="ct">Ends the looking.</param>
    /// <returns>Its last status.</returns>
    public async Task<ScanStatus> FollowAsync(string scanId, Func<Task<ScanStatus?>> look, TimeProvider clock, CancellationToken ct)
    {
        if (!isTerminal)
        {
            var lines = new ProgressLines(scanId);
            return await WatchAsync(status =>
            {
                if (lines.Next(status) is { } line)
                {
                    Say(line);
                }
            });
        }

        ProgressColumn[] columns =
        [
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn(),
        ];
        return await AnsiConsole.Progress().Columns(columns).StartAsync(context =>
        {
            var bar = context.AddTask(scanId);
            return WatchAsync(status =>
            {
                var progress = status.Progress;
                bar.IsIndeterminate = progress.TotalDeals is not > 0 && !status.HasEnded;
                bar.MaxValue = Math.Max(1, progress.TotalDeals ?? progress.ProcessedDeals);
                bar.Value = status.Status is "completed" ? bar.MaxValue : progress.ProcessedDeals;
                bar.Description = string.Create(CultureInfo.InvariantCulture,
                    $"{progress.ProcessedDeals:N0} deals, {progress.DealsPerSecond ?? 0:N0}/s");
            });
        });

        async Task<ScanStatus> WatchAsync(Action<ScanStatus> show)
        {
            while (true)
            {
                if (await look() is { } status)
                {
                    show(status);
                    if (status.HasEnded)
                    {
                        return status;
                    }
                }

                await Task.Delay(Look, clock, ct);
            }
        }
    }
}
