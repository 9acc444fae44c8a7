using System.Text;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Writes contacts and tickets as records, as <see cref="RecordWriter"/> does with deals.</summary>
sealed class CrmRecordWriter(SandboxRecords records, PropertyPlan plan, JsonBuffer json)
{
    readonly byte[] _url = Encoding.ASCII.GetBytes(
        $"\"url\":\"https://app.hubspot.com/contacts/{records.Portal.PortalId}/record/{records.Type.Id}/");

    /// <summary>Properties whose history is written too.</summary>
    public IReadOnlyList<string> HistoryOf { get; init; } = [];

    /// <summary>Object types whose associations are written too.</summary>
    public IReadOnlyList<string> Associations { get; init; } = [];

    public void Write(CrmRecord record) => Write(record, isNew: null);

    /// <param name="record">The record.</param>
    /// <param name="isNew">What the answer to an upsert says besides; null in all others.</param>
    public void Write(CrmRecord record, bool? isNew)
    {
        json.Raw("{\"id\":\""u8);
        json.Number(record.Id);
        json.Raw("\",\"properties\":"u8);
        plan.Write(record.ValueOf, json);
        if (HistoryOf.Count > 0)
        {
            HistoryWriter.Write(records.Schema, HistoryOf, record, json);
        }

        json.Raw(",\"createdAt\":\""u8);
        json.Instant(record.Created);
        json.Raw("\",\"updatedAt\":\""u8);
        json.Instant(record.Modified);
        json.Raw(record.ArchivedAt is null ? "\",\"archived\":false,"u8 : "\",\"archived\":true,"u8);
        if (record.ArchivedAt is { } at)
        {
            json.Raw("\"archivedAt\":\""u8);
            json.Instant(at);
            json.Raw("\","u8);
        }

        if (isNew is { } fresh)
        {
            json.Raw(fresh ? "\"new\":true,"u8 : "\"new\":false,"u8);
        }

        if (Associations.Count > 0)
        {
            AssociationWriter.WriteInline(records.Portal, records.Type, record.Id, Associations, json);
        }

        json.Raw(_url);
        json.Number(record.Id);
        json.Raw("\"}"u8);
    }
}
