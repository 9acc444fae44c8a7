using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>Records, pages and batches as HubSpot writes and reads them.</summary>
static class CrmWire
{
    internal sealed record Input(
        string? Id,
        IReadOnlyDictionary<string, string>? Properties,
        IReadOnlyList<Association>? Associations = null,
        string? IdProperty = null,
        string? ObjectWriteTraceId = null);

    internal sealed record Association(Reference To, IReadOnlyList<AssociationType> Types)
    {
        internal static IReadOnlyList<Association>? Of(IReadOnlyList<CrmLink> links) => links.Count == 0
            ? null
            : [.. links.Select(link => new Association(new Reference(link.Id), [new AssociationType("HUBSPOT_DEFINED", link.TypeId)]))];
    }

    internal sealed record Reference(string Id);

    internal sealed record AssociationType(string AssociationCategory, int AssociationTypeId);

    internal sealed record Batch<T>(IReadOnlyList<T> Inputs, IReadOnlyList<string>? Properties = null, string? IdProperty = null);

    internal sealed record Page
    {
        public required CrmRecord[] Results { get; init; }

        public long? Total { get; init; }

        public HubSpotWire.Paging? Paging { get; init; }

        public CrmPage ToPage() => new(Results, Paging?.Next?.After, Total);
    }

    internal sealed record BatchAnswer
    {
        public required CrmRecord[] Results { get; init; }

        public BatchError[]? Errors { get; init; }
    }

    /// <summary>One error may speak of several records: its context names them, by id or by the trace ids that they were sent with.</summary>
    internal sealed record BatchError(string? Message, string? Category, Dictionary<string, string[]>? Context);

    internal sealed record Links
    {
        public required LinksOf[] Results { get; init; }
    }

    internal sealed record LinksOf(LinkEnd From, LinkTarget[] To, HubSpotWire.Paging? Paging);

    internal sealed record LinkEnd(string Id);

    /// <summary>The id is a number here and a text everywhere else.</summary>
    internal sealed record LinkTarget(long ToObjectId);

    internal static byte[] Write<T>(T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CrmRecord))]
[JsonSerializable(typeof(CrmWire.Page))]
[JsonSerializable(typeof(CrmWire.Input))]
[JsonSerializable(typeof(CrmWire.Batch<CrmWire.Input>))]
[JsonSerializable(typeof(CrmWire.Batch<CrmWire.Reference>))]
[JsonSerializable(typeof(CrmWire.BatchAnswer))]
[JsonSerializable(typeof(CrmWire.Links))]
[JsonSerializable(typeof(HubSpotWire.PipelineList))]
sealed partial class CrmWireJson : JsonSerializerContext;
