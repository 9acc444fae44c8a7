using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Hangfire's tables.</summary>
static class JobStorageSetup
{
    const string Schema = "hubspot_deals_hangfire";

    /// <summary>Any number that nothing else in the database locks.</summary>
    const long InstallLock = 0x48_46_49_4E_53_54;

    /// <summary>The storage, with its tables as this version of Hangfire has them.</summary>
    /// <param name="connectionString">The database.</param>
    internal static PostgreSqlStorage Open(string connectionString)
    {
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            PrepareSchemaIfNecessary = false,
            // How soon a node sees what another has queued; what it queues itself it sees at once. Hangfire's long polling would be sooner,
            // and holds a connection for every idle worker.
            QueuePollInterval = TimeSpan.FromSeconds(1),
            // Hangfire's locks are rows, and stay when a process is killed. All are held for moments: ten minutes, the default, is how long
            // a job would then be stuck that somebody was about to start.
            DistributedLockTimeout = TimeSpan.FromSeconds(5),
            // A worker renews its claim while it works; the job of one that is dead is free again after this. One that merely stalls does no
            // harm when its job is run again: the scan's lease decides. A job that was claimed and never begun has nobody else to free it.
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = TimeSpan.FromSeconds(5),
        };
        Install(connectionString);
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }

    /// <summary>One node at a time: two that install at once get in each other's way.</summary>
    static void Install(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select pg_advisory_lock({InstallLock})";
        command.ExecuteNonQuery();
        try
        {
            PostgreSqlObjectsInstaller.Install(connection, Schema);
        }
        finally
        {
            command.CommandText = $"select pg_advisory_unlock({InstallLock})";
            command.ExecuteNonQuery();
        }
    }
}
