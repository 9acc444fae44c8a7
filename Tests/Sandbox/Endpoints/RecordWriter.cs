using System.Text;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Writes deals as records: id, properties, times and the link to the page that shows the deal.</summary>
sealed class RecordWriter(Portal portal, PropertyPlan plan, JsonBuffer json)
{
    readonly byte[] _url = Encoding.ASCII.GetBytes($"\"url\":\"https://app.hubspot.com/contacts/{portal.PortalId}/record/0-3/");

    /// <summary>Properties whose history is written too.</summary>
    public IReadOnlyList<string> HistoryOf { get; init; } = [];

    /// <summary>Object types whose associations are written too.</summary>
    public IReadOnlyList<string> Associations { get; init; } = [];

    public void Write(StoredDeal deal)
    {
        Begin(deal.Id);
        plan.Write(deal, json);
        End(deal, deal.Facts, deal.ArchivedAt);
    }

    /// <summary>Writes the generated deal in <paramref name="slot"/>.</summary>
    public void Write(int slot)
    {
        portal.Deals.Generated.Describe(slot, out var facts);
        Begin(facts.Id);
        plan.Write(in facts, json);
        End(null, in facts, facts.Archived);
    }

    /// <summary>Writes the deal that a reader stands on.</summary>
    public void Write(in PageItem item)
    {
        if (item.Stored is { } stored)
        {
            Write(stored);
        }
        else
        {
            Write(item.Slot);
        }
    }

    void Begin(long id)
    {
        json.Raw("{\"id\":\""u8);
        json.Number(id);
        json.Raw("\",\"properties\":"u8);
    }

    void End(StoredDeal? deal, in DealFacts facts, long? archivedAt)
    {
        if (HistoryOf.Count > 0)
        {
            HistoryWriter.Write(portal.Schema, HistoryOf, deal ?? new StoredDeal { Facts = facts }, json);
        }

        json.Raw(",\"createdAt\":\""u8);
        json.Instant(facts.CreateDateCleared ? 0 : facts.Created);
        json.Raw("\",\"updatedAt\":\""u8);
        json.Instant(facts.Modified);
        if (archivedAt is { } at)
        {
            json.Raw("\",\"archived\":true,\"archivedAt\":\""u8);
            json.Instant(at);
            json.Raw("\","u8);
        }
        else
        {
            json.Raw("\",\"archived\":false,"u8);
        }

        if (Associations.Count > 0)
        {
            AssociationWriter.WriteInline(portal, ObjectType.Deals, facts.Id, Associations, json);
        }

        json.Raw(_url);
        json.Number(facts.Id);
        json.Raw("\"}"u8);
    }
}

/// <summary>A deal that belongs on a page, before it is written.</summary>
readonly record struct PageItem(long Id, StoredDeal? Stored, int Slot);
