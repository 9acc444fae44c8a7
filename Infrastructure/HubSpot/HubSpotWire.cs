using System.Globalization;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// The small answers as HubSpot writes them. What is <c>required</c> here is in every recorded answer; its absence makes it malformed.
/// </summary>
static class HubSpotWire
{
    public sealed record Account(long PortalId, string? TimeZone, string? CompanyCurrency, string? UiDomain, string? AccountType)
    {
        [JsonRequired]
        public long PortalId { get; init; } = PortalId;

        public PortalDetails ToDetails() => new(PortalId, TimeZone, CompanyCurrency, UiDomain, AccountType);
    }

    public sealed record PropertyList
    {
        public required Property[] Results { get; init; }
    }

    public sealed record Property
    {
        public required string Name { get; init; }

        public string? Label { get; init; }

        public required string Type { get; init; }

        public string? FieldType { get; init; }

        public Option[]? Options { get; init; }

        /// <summary>Absent from the portal's own properties.</summary>
        public bool HubspotDefined { get; init; }

        public PropertyDefinition ToDefinition() => new(
            Name, Label ?? Name, Type, FieldType ?? "",
            [.. (Options ?? []).Select(static o => new PropertyOption(o.Value, o.Label ?? o.Value))],
            HubspotDefined);
    }

    public sealed record Option
    {
        public required string Value { get; init; }

        public string? Label { get; init; }
    }

    public sealed record PipelineList
    {
        public required Pipeline[] Results { get; init; }
    }

    public sealed record Pipeline
    {
        public required string Id { get; init; }

        public string? Label { get; init; }

        public Stage[]? Stages { get; init; }

        public DealPipeline ToPipeline() => new(
            Id, Label ?? Id, [.. (Stages ?? []).OrderBy(static s => s.DisplayOrder).Select(static s => s.ToStage())]);
    }

    public sealed record Stage
    {
        public required string Id { get; init; }

        public string? Label { get; init; }

        public int DisplayOrder { get; init; }

        /// <summary>All text: <c>"isClosed":"false"</c>, <c>"probability":"0.2"</c>.</summary>
        public Dictionary<string, string?>? Metadata { get; init; }

        public DealStage ToStage() => new(
            Id, Label ?? Id, DisplayOrder, Metadata?.GetValueOrDefault("isClosed") is "true",
            decimal.TryParse(
                Metadata?.GetValueOrDefault("probability"), NumberStyles.Float, CultureInfo.InvariantCulture, out var probability)
                    ? probability
                    : null);
    }

    public sealed record OwnerList
    {
        public required Owner[] Results { get; init; }

        public Paging? Paging { get; init; }
    }

    public sealed record Owner
    {
        public required string Id { get; init; }

        public string? Email { get; init; }

        public string? FirstName { get; init; }

        public string? LastName { get; init; }

        public DealOwner ToOwner()
        {
            var name = $"{FirstName} {LastName}".Trim();
            return new DealOwner(Id, name.Length > 0 ? name : Email ?? Id);
        }
    }

    public sealed record Paging(PagingNext? Next);

    public sealed record PagingNext(string? After);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HubSpotWire.Account))]
[JsonSerializable(typeof(HubSpotWire.PropertyList))]
[JsonSerializable(typeof(HubSpotWire.PipelineList))]
[JsonSerializable(typeof(HubSpotWire.OwnerList))]
sealed partial class HubSpotWireJson : JsonSerializerContext;
