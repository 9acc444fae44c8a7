using System.Globalization;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>Writes to a portal's deals. Property values are taken as they are: whether HubSpot would accept them was asked before.</summary>
sealed class DealEditor(Portal portal)
{
    readonly DealBook _deals = portal.Deals;

    /// <param name="properties">The values of the new deal.</param>
    /// <param name="id">Null: the next one. A free id among the existing ones makes a deal that a running scan has already passed.</param>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public StoredDeal Create(IReadOnlyDictionary<string, string> properties, long? id = null)
    {
        var now = portal.Now();
        var facts = new DealFacts
        {
            Id = id ?? _deals.TakeId(),
            Slot = -1,
            Created = now,
            Modified = now,
            Awkward = AwkwardValues.None,
        };
        facts.Hash = Dice.Roll(_deals.Generated.Seed, (ulong)facts.Id);
        var made = Changed(new StoredDeal { Facts = facts }, properties, now);
        _deals.Write(made.Id, taken => taken is null ? [made] : throw new ArgumentException($"There is a deal {made.Id} already.", nameof(id)));
        return made;
    }

    /// <summary>Null when there is no such live deal.</summary>
    public StoredDeal? Update(long id, IReadOnlyDictionary<string, string> properties)
    {
        StoredDeal? updated = null;
        _deals.Write(id, deal =>
        {
            if (deal is not { ArchivedAt: null, MergedInto: null })
            {
                return [];
            }

            updated = Changed(deal, properties, portal.Now());
            return [updated];
        });
        return updated;
    }

    /// <summary>Archives the deal if it is there and live; like HubSpot, it says nothing if it is not.</summary>
    public void Archive(long id) => _deals.Write(
        id,
        deal => deal is { ArchivedAt: null, MergedInto: null } ? [deal with { ArchivedAt = portal.Now() }] : []);

    /// <summary>Merges the second deal into the first, which stays and remembers the id. Null when either is not there.</summary>
    public StoredDeal? Merge(long survivorId, long mergedId)
    {
        StoredDeal? survivor = null;
        _deals.Write(survivorId, deal =>
        {
            if (survivorId == mergedId
                || deal is not { ArchivedAt: null, MergedInto: null }
                || _deals.Find(mergedId) is not { ArchivedAt: null, MergedInto: null } merged)
            {
                return [];
            }

            var earlier = deal.Written.GetValueOrDefault("hs_merged_object_ids");
            var ids = string.IsNullOrEmpty(earlier) ? mergedId.ToString() : $"{earlier};{mergedId}";
            survivor = Changed(deal, new Dictionary<string, string>(StringComparer.Ordinal) { ["hs_merged_object_ids"] = ids }, portal.Now());
            return [merged with { MergedInto = survivorId }, survivor];
        });
        return survivor;
    }

    StoredDeal Changed(StoredDeal deal, IReadOnlyDictionary<string, string> properties, long now)
    {
        var written = new Dictionary<string, string>(deal.Written, StringComparer.Ordinal);
        var history = new Dictionary<string, EarlierValue[]>(deal.History, StringComparer.Ordinal);
        var facts = deal.Facts;
        foreach (var (name, value) in properties)
        {
            if (portal.Schema.Find(name) is { } column)
            {
                var setAt = deal.Written.ContainsKey(name) ? deal.Facts.Modified : deal.Facts.Created;
                history[name] = [new EarlierValue(column.ValueOf(deal).ToText(), setAt), .. history.GetValueOrDefault(name) ?? []];
                written[name] = Normalised(column.Definition, value);
            }

            Follow(ref facts, name, value);
        }

        facts.Modified = now;
        return deal with { Facts = facts, Written = written, History = history };
    }

    // times come in as ISO or epoch milliseconds and go out in one form
    static string Normalised(PropertyDefinition definition, string value) => (definition.Type, InstantText.Parse(value)) switch
    {
        ("datetime", { } instant) => InstantText.ToText(instant),
        ("date", { } instant) => InstantText.ToDateText(instant),
        _ => value,
    };

    // what the calculated properties follow from
    void Follow(ref DealFacts facts, string name, string value)
    {
        switch (name)
        {
            case "dealstage":
                facts.Stage = portal.Pipelines.Stages.Find(stage => stage.Id == value);
                break;
            case "hubspot_owner_id":
                facts.Owner = Array.Find(portal.Owners.All, owner => owner.Id.ToString() == value);
                break;
            case "closedate":
                facts.Closes = InstantText.Parse(value);
                break;
            case "createdate":
                facts.CreateDateCleared = value.Length == 0;
                facts.Created = InstantText.Parse(value) ?? facts.Created;
                break;
            case "amount":
                (facts.Amount, facts.AmountScale) = AmountOf(value);
                break;
        }
    }

    static (long? Mantissa, byte Scale) AmountOf(string value)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount >= 1_000_000_000
            || amount.Scale > 6)
        {
            return (null, 0);
        }

        return ((long)(amount * (decimal)Math.Pow(10, amount.Scale)), amount.Scale);
    }
}
