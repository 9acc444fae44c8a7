using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console;
using HubSpotDeals.Api.Gateway;
using HubSpotDeals.Api.Health;
using HubSpotDeals.Api.Hosting;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Maintenance;
using HubSpotDeals.Api.Results;
using HubSpotDeals.Api.Scans;
using HubSpotDeals.Api.Stats;

try
{
    var builder = ServiceSetup.CreateBuilder(args);
    await using var postgres = await builder.OpenPostgresAsync();
    builder.AddDeals(postgres);

    await using var app = builder.Build();
    await app.PrepareDatabaseAsync();

    app.UseConsolePages();
    app.UseGatewayErrors();
    app.UseApiErrors();
    app.MapHealth();
    if (app.AnswersRequests())
    {
        app.UseAccess();
        app.UseApiDocument();
        app.MapScans();
        app.MapResults();
        app.MapMaintenance();
        app.MapStats();
        app.MapConsole();
        app.MapGateway();
    }

    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (ServiceSetup.MendOf(failure) is { } mend)
{
    await Console.Error.WriteLineAsync(mend);
    return ServiceSetup.ConfigurationExitCode;
}
