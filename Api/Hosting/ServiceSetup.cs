using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console;
using HubSpotDeals.Api.Gateway;
using HubSpotDeals.Api.Health;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans;
using HubSpotDeals.Api.Stats;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Api.Hosting;

/// <summary>Puts the service together; <c>Program</c> reads as its table of contents.</summary>
static class ServiceSetup
{
    /// <summary>What a process exits with when a setting keeps it from starting (EX_CONFIG of sysexits).</summary>
    internal const int ConfigurationExitCode = 78;

    /// <summary>A builder whose settings lie beside the program, wherever it is started from.</summary>
    internal static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            // The framework would call an unnamed environment production; here production has a port of its own, and has to be named.
            EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
                ?? Environments.Development,
        });
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl(builder.Environment));
        }

        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // Within the 30 s that an orchestrator gives a process to end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        return builder;
    }

    /// <summary>Where the service listens unless <c>ASPNETCORE_URLS</c> says otherwise.</summary>
    internal static string DefaultUrl(IHostEnvironment environment) => environment switch
    {
        _ when environment.IsStaging() => "http://localhost:5201",
        _ when environment.IsProduction() => "http://localhost:5202",
        _ => "http://localhost:5200",
    };

    /// <summary>The database of this process, answering.</summary>
    internal static async Task<PostgresHome> OpenPostgresAsync(this WebApplicationBuilder builder)
    {
        using var logging = LoggerFactory.Create(log => log
            .AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddSimpleConsole(console => console.SingleLine = true));
        return await PostgresHome.OpenAsync(
            builder.Configuration, TimeProvider.System, logging.CreateLogger<PostgresHome>(), CancellationToken.None);
    }

    /// <summary>Registers everything but the routes.</summary>
    internal static void AddDeals(this WebApplicationBuilder builder, PostgresHome postgres)
    {
        var services = builder.Services;
        services.AddSingleton(new NpgsqlDataSourceBuilder(postgres.ConnectionString).Build());
        services.AddSingleton<Migrator>();
        services.AddSingleton<ScanStore>();
        services.AddSingleton<ScanControl>();
        services.AddSecrets(builder.Configuration);
        services.AddHubSpot(builder.Configuration);
        services.AddJobs(builder.Configuration, postgres.ConnectionString, NodeSettings.Read(builder.Configuration));
        services.AddApiHttp();
        services.AddAccess(builder.Configuration);
        services.AddScans();
        services.AddHealth();
        services.AddStats();
        services.AddApiDocument();
        services.AddConsole();
        services.AddGateway();
    }

    /// <summary>Brings the database to what this build knows, before anything uses it.</summary>
    internal static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<Migrator>()
            .ApplyAsync([MigrationSet.Control, JobEngineSetup.Migrations], CancellationToken.None);
        await app.Services.GetRequiredService<SecretsSetup>().EnsureKeyAsync(CancellationToken.None);
    }

    /// <summary>Whether this process serves the API; a mere worker says only whether it is well.</summary>
    internal static bool AnswersRequests(this WebApplication app) =>
        app.Services.GetRequiredService<NodeIdentity>().Roles.HasFlag(NodeRoles.Api);

    /// <summary>The one line for the operator, if the failure is one that a setting mends; else null.</summary>
    internal static string? MendOf(Exception failure) => failure switch
    {
        SetupException or MigrationException or SecretsException => failure.Message,
        OptionsValidationException wrong => string.Join(" ", wrong.Failures),
        // Several parts of the service refuse their settings.
        AggregateException { InnerExceptions: var several } when several.All(inner => inner is OptionsValidationException) =>
            string.Join(" ", several.Select(MendOf)),
        // What the framework's binder says of a text where a number belongs; it names the key.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => failure.Message,
        _ => null,
    };
}
