using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// Deals from a file of opportunities, one a row, in the default pipeline. What the file does not say (owner's e-mail, activity)
/// is left out; its own columns are custom properties <c>opportunity_id</c>, <c>product</c> and <c>account</c>.
/// </summary>
sealed class OpportunityDeals(ulong seed, Opportunities opportunities, Pipelines pipelines, Owners owners)
    : GeneratedDeals(seed, opportunities.Rows.Length, archived: 0)
{
    // an opportunity that nobody has engaged with yet carries no date at all: it came in when the file's last one closed
    readonly long _newest = opportunities.Rows.Max(row => Midnight(row.Closed ?? row.Engaged)) ?? FirstCreated;

    readonly Dictionary<string, Owner> _ownerOf =
        opportunities.Agents.Zip(owners.All).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    readonly Dictionary<string, Stage> _stageOf = new(StringComparer.Ordinal)
    {
        ["Prospecting"] = pipelines.StageOf("appointmentscheduled"),
        ["Engaging"] = pipelines.StageOf("presentationscheduled"),
        ["Won"] = pipelines.StageOf("closedwon"),
        ["Lost"] = pipelines.StageOf("closedlost"),
    };

    public override void Describe(int slot, out DealFacts deal)
    {
        var row = opportunities.Rows[slot];
        var created = Midnight(row.Engaged) ?? _newest;
        deal = new DealFacts
        {
            Slot = slot,
            Id = Ids.IdAt(slot),
            Hash = Dice.Roll(Seed, 0xDEA1_0000_0000 + (ulong)slot),
            Created = created,
            Modified = Midnight(row.Closed) ?? created,
            Closes = Midnight(row.Closed),
            Stage = _stageOf[row.Stage],
            Owner = _ownerOf[row.Agent],
            Amount = long.TryParse(row.CloseValue, out var amount) ? amount : null,
            Awkward = AwkwardValues.None,
        };
    }

    public override string NameOf(in DealFacts deal)
    {
        var row = opportunities.Rows[deal.Slot];
        return row.Account.Length == 0 ? row.Product : $"{row.Account} - {row.Product}";
    }

    public override IEnumerable<PropertyColumn> OwnProperties() =>
    [
        Own("opportunity_id", "Opportunity ID", static row => row.Id),
        Own("product", "Product", static row => row.Product),
        Own("account", "Account", static row => row.Account),
    ];

    static long? Midnight(DateOnly? date) => date is { } day
        ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds()
        : null;

    PropertyColumn Own(string name, string label, Func<Opportunity, string> field) => new(
        new PropertyDefinition(name, label, "string", "text"),
        (in deal) => deal.IsGenerated && field(opportunities.Rows[deal.Slot]) is { Length: > 0 } text ? DealValue.Text(text) : DealValue.Null);
}
