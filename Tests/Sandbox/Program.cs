using System.Runtime.InteropServices;
using HubSpotDeals.Sandbox;

if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

SandboxServer server;
try
{
    server = await SandboxServer.StartAsync(CommandLine.Parse(args), CancellationToken.None);
}
catch (Exception refused) when (refused is FormatException or IOException or InvalidDataException)
{
    await Console.Error.WriteLineAsync($"sandbox: {refused.Message}");
    return 78;
}

var ended = new TaskCompletionSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
Console.WriteLine($"sandbox ready {server.BaseAddress.GetLeftPart(UriPartial.Authority)} portal {server.Portals.First().PortalId}");
await ended.Task;
await server.DisposeAsync();
return 0;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.TrySetResult();
}
