using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Gateway;

/// <summary>The browser sessions of the contacts gateway, the same for all nodes.</summary>
public sealed class GatewaySessions(NpgsqlDataSource database)
{
    /// <summary>A session that nobody has used for so long is forgotten, with its tokens.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    const string Select =
        "select id, hub_id, app_id, scopes, access_token, refresh_token, expires_at, version, clock_timestamp() as read_at from hubspot_deals.gateway_sessions ";

    /// <summary>The session; null: there is none.</summary>
    public async Task<GatewaySession?> FindAsync(byte[] id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            Select + "where id = @id and used_at > clock_timestamp() - @Lifetime", new { id, Lifetime }, cancellationToken: cancellationToken)))?.ToSession();
    }

    /// <summary>Has a user sent to HubSpot: remembers the state that must come back with them.</summary>
    public async Task BeginAsync(byte[] session, byte[] state, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from hubspot_deals.gateway_sessions where used_at < clock_timestamp() - @Lifetime;
            delete from hubspot_deals.gateway_states where expires_at < clock_timestamp();
            insert into hubspot_deals.gateway_sessions (id) values (@session) on conflict (id) do update set used_at = clock_timestamp();
            insert into hubspot_deals.gateway_states (id, session) values (@state, @session);
            """,
            new { session, state, Lifetime },
            cancellationToken: cancellationToken));
    }

    /// <summary>Uses a state up.</summary>
    /// <returns>False: it is none, was used before, is too old, or is another session's.</returns>
    public async Task<bool> TakeStateAsync(byte[] session, byte[] state, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // One statement: of two that come with the same state, one gets it. That it came at all uses it up, whoever brought it.
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            with taken as (delete from hubspot_deals.gateway_states where id = @state returning session, expires_at)
            select exists (select from taken where session = @session and expires_at > clock_timestamp())
            """,
            new { session, state },
            cancellationToken: cancellationToken));
    }

    /// <summary>Connects a new session in the place of the one that asked: what was known of that before the consent is worth nothing after it.</summary>
    public async Task ConnectAsync(byte[] former, GatewaySession session, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from hubspot_deals.gateway_sessions where id = @former;
            insert into hubspot_deals.gateway_sessions (id, hub_id, app_id, scopes, access_token, refresh_token, expires_at, version)
            values (@Id, @HubId, @AppId, @Scopes, @AccessToken, @RefreshToken, clock_timestamp() + @expiresIn, 1);
            """,
            new { former, session.Id, session.HubId, session.AppId, Scopes = session.Scopes.ToArray(), session.AccessToken, session.RefreshToken, expiresIn },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Ends a session.</summary>
    /// <returns>It, as it was; null: there was none.</returns>
    public async Task<GatewaySession?> EndAsync(byte[] id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            delete from hubspot_deals.gateway_sessions where id = @id
            returning id, hub_id, app_id, scopes, access_token, refresh_token, expires_at, version, clock_timestamp() as read_at
            """,
            new { id },
            cancellationToken: cancellationToken)))?.ToSession();
    }

    /// <summary>
    /// Renews a session's access token, unless somebody has since it was read. The row is locked meanwhile, for all nodes: of any number of
    /// callers one asks HubSpot, and the others wait for what it got.
    /// </summary>
    /// <param name="id">The session.</param>
    /// <param name="version">As its reader saw it.</param>
    /// <param name="renew">Gets new tokens, encrypted, and how long the first lasts. What it throws leaves everything as it was.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The session as it is now; null: it has ended meanwhile.</returns>
    public async Task<GatewaySession?> RenewAsync(
        byte[] id, int version, Func<GatewaySession, Task<(byte[] Access, byte[] Refresh, TimeSpan ExpiresIn)>> renew, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var locked = (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            Select + "where id = @id for update", new { id }, transaction, cancellationToken: cancellationToken)))?.ToSession();
        if (locked is null || locked.Version != version)
        {
            return locked;
        }

        var (access, refresh, expiresIn) = await renew(locked);
        // HubSpot has given the tokens: that the caller goes away now must not lose them.
        var renewed = (await connection.QuerySingleAsync<Row>(new CommandDefinition(
            """
            update hubspot_deals.gateway_sessions
               set access_token = @access, refresh_token = @refresh, expires_at = clock_timestamp() + @expiresIn, version = version + 1,
                   used_at = clock_timestamp()
             where id = @id
            returning id, hub_id, app_id, scopes, access_token, refresh_token, expires_at, version, clock_timestamp() as read_at
            """,
            new { id, access, refresh, expiresIn },
            transaction,
            cancellationToken: CancellationToken.None))).ToSession();
        await transaction.CommitAsync(CancellationToken.None);
        return renewed;
    }

    sealed record Row
    {
        public byte[] Id { get; init; } = [];
        public long? HubId { get; init; }
        public long? AppId { get; init; }
        public string[]? Scopes { get; init; }
        public byte[]? AccessToken { get; init; }
        public byte[]? RefreshToken { get; init; }
        public DateTime? ExpiresAt { get; init; }
        public int Version { get; init; }
        public DateTime ReadAt { get; init; }

        internal GatewaySession ToSession() => new()
        {
            Id = Id,
            HubId = HubId,
            AppId = AppId,
            Scopes = Scopes ?? [],
            AccessToken = AccessToken,
            RefreshToken = RefreshToken,
            ExpiresAt = ExpiresAt,
            Version = Version,
            ReadAt = ReadAt,
        };
    }
}
