using System.Globalization;

namespace HubSpotDeals.Launcher;

/// <summary>A scan's progress as lines of text: one for each tenth of it and for each change of its state, not one for each look.</summary>
sealed class ProgressLines(string scanId)
{
    string? _state;
    long _tenths;

    /// <summary>The line that this status is worth; null when it is worth none.</summary>
    public string? Next(ScanStatus status)
    {
        var progress = status.Progress;
        var tenths = progress.TotalDeals is > 0 and var total ? progress.ProcessedDeals * 10 / total : 0;
        if (string.Equals(status.Status, _state, StringComparison.Ordinal) && tenths <= _tenths)
        {
            return null;
        }

        (_state, _tenths) = (status.Status, tenths);
        var of = progress.TotalDeals is > 0 and var all ? string.Create(CultureInfo.InvariantCulture, $" of {all:N0}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{scanId}: {status.Status}, {progress.ProcessedDeals:N0}{of} deals");
    }
}
