using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// Values for properties without a rule of their own: of the property's type, rolled from the deal and the property's name.
/// Most are null, as in a real portal, where a property is filled in a third of the deals at best.
/// </summary>
static class FillerValues
{
    const int OneIn = 3;

    public static ValueSource Of(PropertyDefinition definition)
    {
        var salt = Dice.Of(definition.Name);
        ValueSource filled = definition.Type switch
        {
            "number" => (in deal) => NumberOf(deal.Hash, salt),
            "bool" => (in deal) => DealValue.Bool(Dice.Below(2, deal.Hash, salt + 1) == 0),
            "date" => (in deal) => DealValue.Date(TimeOf(in deal, salt)),
            "datetime" => (in deal) => DealValue.Instant(TimeOf(in deal, salt)),
            "enumeration" => EnumerationOf(definition, salt),
            "phone_number" => (in deal) => DealValue.Text($"+4930{Dice.Below(90_000_000, deal.Hash, salt + 1) + 10_000_000}"),
            "object_coordinates" => (in deal) => DealValue.Text($"0-49-{Dice.Below(90_000_000_000, deal.Hash, salt + 1)}"),
            "json" => (in deal) => DealValue.Text($$"""{"version":{{Dice.Below(9, deal.Hash, salt + 1)}},"lines":["a","b"]}"""),
            _ when definition.FieldType == "phonenumber" =>
                (in deal) => DealValue.Text($"(030) {Dice.Below(900, deal.Hash, salt + 1) + 100}-{Dice.Below(9000, deal.Hash, salt + 2) + 1000}"),
            _ when definition.FieldType == "html" => (in deal) => DealValue.Text($"<p>{Vocabulary.SentenceOf(deal.Hash, salt)}</p>"),
            _ => (in deal) => DealValue.Text(Vocabulary.SentenceOf(deal.Hash, salt)),
        };

        return (in deal) => deal.IsGenerated && Dice.Below(OneIn, deal.Hash, salt) == 0 ? filled(in deal) : DealValue.Null;
    }

    static DealValue NumberOf(ulong hash, ulong salt) => Dice.Below(3, hash, salt + 1) == 0
        ? DealValue.Decimal(Dice.Below(100_000_000, hash, salt + 2), 4)
        : DealValue.Whole(Dice.Below(10_000, hash, salt + 2));

    static long TimeOf(in DealFacts deal, ulong salt) =>
        deal.Created + Dice.Below(GeneratedDeals.LastTouched - deal.Created, deal.Hash, salt + 1);

    static ValueSource EnumerationOf(PropertyDefinition definition, ulong salt)
    {
        var isMultiple = definition.FieldType == "checkbox";
        var choices = definition.Options.Count > 0
            ? definition.Options.Select(option => option.Value).ToArray()
            : ["5120033", "5120034", "5120071"];
        return (in deal) =>
        {
            var first = choices[Dice.Below(choices.Length, deal.Hash, salt + 1)];
            var second = choices[Dice.Below(choices.Length, deal.Hash, salt + 2)];
            return DealValue.Text(isMultiple && first != second ? $"{first};{second}" : first);
        };
    }
}
