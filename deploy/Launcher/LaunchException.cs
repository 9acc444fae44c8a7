namespace HubSpotDeals.Launcher;

/// <summary>The launch can't go on; the message is one for the person at the terminal, the exit code one for a script.</summary>
sealed class LaunchException(string message, Exception? innerException = null, int exitCode = 1) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
