using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>Records, pages and batches as HubSpot writes and reads them.</summary>
static class CrmWire
{
    internal sealed record Input(string? Id, IReadOnlyDictionary<string, string>? Properties, string? ObjectWriteTraceId = null);

    internal sealed record Reference(string Id);

    internal sealed record Batch<T>(IReadOnlyList<T> Inputs);

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
sealed partial class CrmWireJson : JsonSerializerContext;
