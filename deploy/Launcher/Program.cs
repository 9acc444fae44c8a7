using HubSpotDeals.Launcher;

LaunchOptions options;
try
{
    options = LaunchOptions.Parse(args);
}
catch (LaunchException mistake)
{
    await Console.Error.WriteLineAsync($"{mistake.Message}\n\n{LaunchOptions.Usage}");
    return mistake.ExitCode;
}

if (options.Help)
{
    await Console.Out.WriteLineAsync(LaunchOptions.Usage);
    return 0;
}

using var signals = new StopSignals();
return await new Launch(options, HubSpotSource.From(options), new Screen(Screen.IsTerminal), TimeProvider.System).RunAsync(signals.Stopping);
