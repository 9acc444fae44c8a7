using System.Net.Sockets;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres;

/// <summary>The database of this process: the one that is configured, or a private server that it runs itself.</summary>
public sealed partial class PostgresHome : IAsyncDisposable
{
    /// <summary>Names the database; without it, the embedded server is used.</summary>
    public const string ConnectionKey = "ConnectionStrings:Postgres";

    /// <summary>Where the embedded server keeps its data.</summary>
    public const string DirectoryKey = "Postgres:Embedded:Directory";

    /// <summary>How long a database that does not answer is waited for.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    readonly EmbeddedPostgres? _embedded;

    PostgresHome(string connectionString, EmbeddedPostgres? embedded)
    {
        ConnectionString = connectionString;
        _embedded = embedded;
    }

    /// <summary>For Npgsql, with this service's own settings.</summary>
    public string ConnectionString { get; }

    /// <summary>Finds the database, and waits until it answers.</summary>
    /// <exception cref="SetupException">It can't be had; the message names the setting and the mend.</exception>
    public static async Task<PostgresHome> OpenAsync(
        IConfiguration configuration, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        // Columns are snake_case; properties are not. Dapper has one switch for the process.
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        EmbeddedPostgres? embedded = null;
        try
        {
            var configured = configuration[ConnectionKey];
            if (string.IsNullOrWhiteSpace(configured))
            {
                var directory = configuration[DirectoryKey] is { Length: > 0 } given ? given : Path.Combine(".data", "postgres");
                embedded = await EmbeddedPostgres.StartAsync(
                    new EmbeddedPostgresOptions { Directory = Path.GetFullPath(directory) }, logger, cancellationToken);
                configured = embedded.ConnectionString;
            }

            var home = new PostgresHome(WithOwnSettings(configured), embedded);
            await home.WaitAsync(clock, logger, cancellationToken);
            return home;
        }
        catch (EmbeddedPostgresException missing)
        {
            throw new SetupException(missing.Message, missing);
        }
        catch
        {
            if (embedded is not null)
            {
                await embedded.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Ends the embedded server, if this process runs it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    static string WithOwnSettings(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "hubspot-deals",
                // Statements that come again are planned once: every page's checkpoint, every renewal of a lease.
                MaxAutoPrepare = 40,
                // A way to the database that has gone dead is noticed while nothing is sent.
                TcpKeepAlive = true,
                TcpKeepAliveTime = 10,
                TcpKeepAliveInterval = 3,
                Timezone = "UTC",
            }.ConnectionString;
        }
        catch (ArgumentException wrong)
        {
            throw NoConnectionString(wrong);
        }
    }

    // Without the text itself: it may hold a password.
    static SetupException NoConnectionString(ArgumentException wrong) =>
        new("ConnectionStrings__Postgres is no Npgsql connection string: write it like Host=db;Database=hubspot_deals;Username=me;Password=…", wrong);

    async Task WaitAsync(TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (ArgumentException wrong)
            {
                // Npgsql looks only here for what must be there, such as the host.
                throw NoConnectionString(wrong);
            }
            catch (PostgresException refused) when (!PostgresErrors.IsTrouble(refused))
            {
                throw new SetupException($"the database of ConnectionStrings__Postgres refuses this service ({refused.MessageText}): mend its user, password or database", refused);
            }
            catch (Exception away) when (PostgresErrors.IsTrouble(away) || away is SocketException)
            {
                if (clock.GetElapsedTime(since) > Patience)
                {
                    throw new SetupException($"the database of ConnectionStrings__Postgres did not answer for {Patience.TotalSeconds} s ({away.Message}): start it, or mend the setting", away);
                }

                Log.Waiting(logger, away.Message);
                await Task.Delay(BetweenTries, clock, cancellationToken);
            }
        }
    }

    static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "waiting for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

/// <summary>A setting is missing or contradictory: the process can't start. The message is for the operator, in one line.</summary>
public sealed class SetupException(string message, Exception? inner = null) : Exception(message, inner);
