using Dapper;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>
/// Makes the key ring ready. To be called at every start, after the migrations and before the host starts: the host loads the ring,
/// and two nodes that find it empty would each make a key and keep it for a day without looking for the other's.
/// </summary>
public sealed partial class SecretsSetup
{
    /// <summary>Any number will do, as long as nothing else in the database takes the same lock: "secrets" in ASCII.</summary>
    const long KeyRingLock = 0x73_65_63_72_65_74_73;

    /// <summary>The difference between two nodes' clocks that Data Protection itself puts up with.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    readonly NpgsqlDataSource _database;
    readonly PostgresKeyRing _ring;
    readonly KeyRingSeal _seal;
    readonly IKeyManager _keys;
    readonly KeyManagementOptions _options;
    readonly TimeProvider _clock;
    readonly ILogger<SecretsSetup> _logger;

    internal SecretsSetup(
        NpgsqlDataSource database, PostgresKeyRing ring, KeyRingSeal seal, IKeyManager keys, IOptions<KeyManagementOptions> options,
        TimeProvider clock, ILogger<SecretsSetup> logger)
    {
        _database = database;
        _ring = ring;
        _seal = seal;
        _keys = keys;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>
    /// Sees to it that the ring can be opened and has a key in force, made by one node alone; seals it if <c>Secrets__Key</c> is set.
    /// </summary>
    /// <exception cref="SecretsException">The ring can't be opened with this node's <c>Secrets__Key</c>.</exception>
    public async Task EnsureKeyAsync(CancellationToken cancellationToken)
    {
        if (!_seal.IsActive)
        {
            Log.Unsealed(_logger);
        }
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(@KeyRingLock)", new { KeyRingLock }, transaction, cancellationToken: cancellationToken));

        // Under the lock, though on connections of the framework's own: the next node sees what they have committed.
        // Reading comes first: a ring that another key sealed must not be half sealed with this one.
        var now = _clock.GetUtcNow();
        var hasKey = _keys.GetAllKeys().Any(key =>
            !key.IsRevoked && key.ActivationDate <= now + ClockSkew && key.ExpirationDate > now + ClockSkew);
        if (_ring.SealPlainElements() is > 0 and var count)
        {
            Log.Sealed(_logger, count);
        }
        if (!hasKey)
        {
            _keys.CreateNewKey(now, now + _options.NewKeyLifetime);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning,
            "Secrets__Key is not set: the keys that encrypt access tokens lie readable in the database beside them. "
            + "Set it, on every node, to the output of 'openssl rand -base64 32'")]
        public static partial void Unsealed(ILogger logger);

        [LoggerMessage(1201, LogLevel.Information, "{Count} keys that lay readable in the database are sealed now with Secrets__Key")]
        public static partial void Sealed(ILogger logger, int count);
    }
}
