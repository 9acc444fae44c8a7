using System.Text;
using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>Computes a property's value from what is known of the deal.</summary>
delegate DealValue ValueSource(in DealFacts deal);

/// <summary>A property as it is read from deals: its definition and where its values come from.</summary>
sealed class PropertyColumn(PropertyDefinition definition, ValueSource source)
{
    public PropertyDefinition Definition { get; } = definition;

    public string Name => Definition.Name;

    /// <summary><c>"name":</c> as it stands in every record.</summary>
    public byte[] JsonName { get; } = Encoding.UTF8.GetBytes($"\"{definition.Name}\":");

    /// <summary>The same values under a changed definition: what was stored stays stored, whatever the type says now.</summary>
    public PropertyColumn With(PropertyDefinition changed) => new(changed, source);

    public DealValue ValueOf(in DealFacts deal) =>
        deal.Awkward != AwkwardValues.None && AwkwardValues.TryGet(deal.Awkward, Name, out var awkward) ? awkward : source(in deal);

    public DealValue ValueOf(StoredDeal deal) =>
        deal.Written.TryGetValue(Name, out var written) ? DealValue.Text(written) : ValueOf(deal.Facts);
}
