using System.Text.Json;
using Dapper;
using HubSpotDeals.Infrastructure.HubSpot;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Portals;

/// <summary>What the people of a portal call what its deals hold by id. Empty where nobody has asked HubSpot yet, or was allowed to.</summary>
public sealed record PortalNames
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Nothing is known: everything goes by its id.</summary>
    public static PortalNames None { get; } = new();

    /// <summary>The company's currency, ISO 4217; null: not known.</summary>
    public string? Currency { get; init; }

    /// <summary>The deal pipelines with their stages, in the order in which people see them.</summary>
    public IReadOnlyList<DealPipeline> Pipelines { get; init; } = [];

    /// <summary>Owners' names by their ids, those who have left included.</summary>
    public IReadOnlyDictionary<string, string> Owners { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A pipeline's name; its id if it has none.</summary>
    public string PipelineOf(string id) => Pipelines.FirstOrDefault(pipeline => pipeline.Id == id)?.Label ?? id;

    /// <summary>A stage's name; its id if it has none.</summary>
    /// <param name="id">The stage's.</param>
    /// <param name="pipeline">The pipeline that it is in; null: whichever has one of this id.</param>
    public string StageOf(string id, string? pipeline = null) =>
        Pipelines.Where(candidate => pipeline is null || candidate.Id == pipeline)
            .SelectMany(candidate => candidate.Stages)
            .FirstOrDefault(stage => stage.Id == id)?.Label ?? id;

    /// <summary>An owner's name; the id if it has none.</summary>
    public string OwnerOf(string id) => Owners.GetValueOrDefault(id, id);

    /// <summary>PostgreSQL's jsonb takes no NUL, whoever has one in their name.</summary>
    PortalNames WithoutNul()
    {
        return this with
        {
            Currency = Currency is null ? null : Clean(Currency),
            Pipelines =
            [
                .. Pipelines.Select(pipeline => new DealPipeline(
                    Clean(pipeline.Id), Clean(pipeline.Label),
                    [.. pipeline.Stages.Select(stage => stage with { Id = Clean(stage.Id), Label = Clean(stage.Label) })])),
            ],
            Owners = Owners.GroupBy(owner => Clean(owner.Key), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Clean(group.First().Value), StringComparer.Ordinal),
        };

        static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);
    }

    /// <summary>A portal's names as they were last read from HubSpot.</summary>
    public static async Task<PortalNames> ReadAsync(NpgsqlDataSource database, string portalId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var json = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select names::text from hubspot_deals.portals where portal_id = @portalId", new { portalId }, cancellationToken: cancellationToken));
        return json is null ? None : JsonSerializer.Deserialize<PortalNames>(json, Json)!;
    }

    /// <summary>Whether HubSpot need not be asked for them yet.</summary>
    public static async Task<bool> AreFreshAsync(NpgsqlDataSource database, string portalId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from hubspot_deals.portals where portal_id = @portalId and names_fresh_until > clock_timestamp())",
            new { portalId },
            cancellationToken: cancellationToken));
    }

    /// <summary>Keeps the names, in the place of those that were known.</summary>
    /// <param name="database">Where they are kept.</param>
    /// <param name="portalId">The portal.</param>
    /// <param name="fresh">HubSpot need not be asked again for so long.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task StoreAsync(NpgsqlDataSource database, string portalId, TimeSpan fresh, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.portals (portal_id, names, names_fresh_until) values (@portalId, @names::jsonb, clock_timestamp() + @fresh)
            on conflict (portal_id) do update set names = excluded.names, names_fresh_until = excluded.names_fresh_until
            """,
            new { portalId, fresh, names = JsonSerializer.Serialize(WithoutNul(), Json) },
            cancellationToken: cancellationToken));
    }
}
