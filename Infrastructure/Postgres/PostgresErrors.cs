using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres;

/// <summary>What a failure of PostgreSQL means for the work in hand.</summary>
public static class PostgresErrors
{
    /// <summary>The service's own SQLSTATE: raised by <c>store_checkpoints</c> when the caller no longer holds the scan.</summary>
    public const string LeaseLost = "HD001";

    /// <summary>The transaction was refused because another worker, or nobody, holds the scan by now.</summary>
    public static bool IsLeaseLost(PostgresException failure) => failure.SqlState == LeaseLost;

    /// <summary>Two rows have one key: HubSpot sent a deal twice.</summary>
    public static bool IsDuplicate(PostgresException failure) => failure.SqlState == PostgresErrorCodes.UniqueViolation;

    /// <summary>A row itself can't be stored, however often it is tried: bad data (class 22) or a row that is too large (54000).</summary>
    public static bool IsPoison(PostgresException failure) =>
        failure.SqlState.StartsWith("22", StringComparison.Ordinal) || failure.SqlState == PostgresErrorCodes.ProgramLimitExceeded;

    /// <summary>The database or the way to it is in trouble now, and may not be later.</summary>
    /// <remarks>
    /// Beyond what Npgsql calls transient: the server's shutdown and start (57P01..57P03), a full disk (53100) and too many
    /// connections (53300), all of which an operator mends while the scan waits.
    /// </remarks>
    public static bool IsTrouble(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } when state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("57P", StringComparison.Ordinal)
            || state.StartsWith("58", StringComparison.Ordinal)
            || state.StartsWith("08", StringComparison.Ordinal)
            || state is "40001" or "40P01" or "55P03" or "57014" or "XX000" or "XX001" => true,
        PostgresException postgres => postgres.IsTransient,
        NpgsqlException => true,
        TimeoutException or IOException => true,
        _ => false,
    };
}
