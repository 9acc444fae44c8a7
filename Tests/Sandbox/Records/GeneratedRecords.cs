using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>
/// The contacts and tickets that a portal starts with, and how they hang together with its deals: most contacts have a deal or
/// two, one has more than HubSpot shows at once, most tickets come from a contact.
/// </summary>
sealed class GeneratedRecords(Portal portal, PortalOptions options)
{
    /// <summary>The place of the contact that has more deals than an answer lists inline.</summary>
    const int Crowded = 7;
    const int DealsOfCrowded = 130;
    const int AwkwardEvery = 16;
    const int NoEmailEvery = 64;

    readonly ulong _seed = (ulong)options.Seed;
    readonly List<(AssociationType Type, long From, long To)> _links = [];
    readonly Dictionary<long, List<long>> _dealsOf = [];

    public void Fill()
    {
        var contacts = Enumerable.Range(0, options.Contacts).Select(Contact).ToArray();
        portal.Contacts.Book.StartWith(contacts);
        for (var slot = 0; slot < contacts.Length; slot++)
        {
            GiveDeals(slot, contacts[slot].Id);
        }

        var tickets = Enumerable.Range(0, options.Tickets).Select(Ticket).ToArray();
        portal.Tickets.Book.StartWith(tickets);
        for (var slot = 0; slot < tickets.Length; slot++)
        {
            GiveContact(slot, tickets[slot].Id, contacts);
        }

        portal.Links.StartWith([.. _links]);
    }

    CrmRecord Contact(int slot)
    {
        var roll = Dice.Roll(_seed, 0xC0_0000_0000 + (ulong)slot);
        var (first, last) = options.Awkward && slot % AwkwardEvery == AwkwardEvery - 1
            ? PeopleNames.Awkward[slot / AwkwardEvery % PeopleNames.Awkward.Length]
            : (Pick(PeopleNames.First, roll, 1), Pick(PeopleNames.Last, roll, 2));
        var values = new Dictionary<string, string>(RecordRules.AtBirth(ObjectType.Contacts), StringComparer.Ordinal)
        {
            ["firstname"] = first,
            ["lastname"] = last,
            ["lifecyclestage"] = Pick(["lead", "lead", "opportunity", "customer", "subscriber"], roll, 3),
            ["hs_object_source"] = "IMPORT",
            ["hs_object_source_label"] = "IMPORT",
        };
        if (!options.Awkward || slot % NoEmailEvery != NoEmailEvery - 1)
        {
            // unique by its number, and in plain letters whatever the name is
            values["email"] = $"{Mailbox(first, last)}{slot}@{Pick(["example.com", "example.org", "mail.example.net"], roll, 4)}";
        }

        Sometimes(4, "phone", $"+49 30 {Dice.Below(9_000_000, roll, 5) + 1_000_000}");
        Sometimes(5, "company", Pick(PeopleNames.Companies, roll, 6));
        Sometimes(3, "jobtitle", Pick(PeopleNames.Jobs, roll, 7));
        Sometimes(5, "city", Pick(PeopleNames.Cities, roll, 8));
        Sometimes(2, "website", $"https://www.example.com/{slot}");
        Sometimes(2, "hs_lead_status", Pick(["NEW", "OPEN", "IN_PROGRESS", "CONNECTED"], roll, 9));
        return Record(ObjectType.Contacts, portal.Contacts.Book.TakeId(), slot, options.Contacts, roll, values);

        void Sometimes(int ofEight, string property, string value)
        {
            if (Dice.Below(8, roll, Dice.Of(property)) < ofEight)
            {
                values[property] = value;
            }
        }
    }

    CrmRecord Ticket(int slot)
    {
        var roll = Dice.Roll(_seed, 0x71_0000_0000 + (ulong)slot);
        var values = new Dictionary<string, string>(RecordRules.AtBirth(ObjectType.Tickets), StringComparer.Ordinal)
        {
            ["subject"] = Pick(PeopleNames.Subjects, roll, 1),
            ["content"] = Vocabulary.SentenceOf(roll, 2),
            ["hs_pipeline_stage"] = Pick(["1", "2", "3", "4", "4"], roll, 3),
            ["hs_ticket_priority"] = Pick(["LOW", "MEDIUM", "HIGH"], roll, 4),
            ["hs_ticket_category"] = Pick(["PRODUCT_ISSUE", "BILLING_ISSUE", "GENERAL_INQUIRY"], roll, 5),
        };
        return Record(ObjectType.Tickets, portal.Tickets.Book.TakeId(), slot, options.Tickets, roll, values);
    }

    static CrmRecord Record(ObjectType type, long id, int slot, int slots, ulong roll, Dictionary<string, string> values)
    {
        const long Span = GeneratedDeals.LastTouched - GeneratedDeals.FirstCreated;
        var created = Math.Min(GeneratedDeals.LastTouched, GeneratedDeals.FirstCreated + (long)((slot + (1.6 * Dice.Unit(roll, 21))) * Span / slots));
        var record = new CrmRecord
        {
            Id = id,
            Created = created,
            Modified = created + Dice.Below(GeneratedDeals.LastTouched - created + 1, roll, 22),
            Values = values,
        };
        RecordRules.Follow(type, record, values);
        return record;
    }

    // three contacts of ten have no deal, four have one, two have two, one has three
    void GiveDeals(int slot, long contactId)
    {
        var generated = portal.Deals.Generated;
        var live = generated.Slots - generated.Archived.Count;
        if (live == 0)
        {
            return;
        }

        var roll = Dice.Roll(_seed, 0xA5_0000_0000 + (ulong)slot);
        var usual = Dice.Below(10, roll, 1) switch { < 3 => 0, < 7 => 1, < 9 => 2, _ => 3 };
        var wanted = slot == Crowded && live > DealsOfCrowded ? DealsOfCrowded : usual;
        var deals = new List<long>();
        var step = Dice.Below(generated.Slots, roll, 2);
        for (var tried = 0; deals.Count < wanted && tried < generated.Slots; tried++)
        {
            var dealSlot = (int)((step + tried) % generated.Slots);
            if (!generated.Archived.Contains(dealSlot))
            {
                deals.Add(generated.Ids.IdAt(dealSlot));
            }
        }

        _dealsOf[contactId] = deals;
        _links.AddRange(deals.Select(deal => (AssociationTypes.Default(ObjectType.Contacts, ObjectType.Deals)!, contactId, deal)));
    }

    // nineteen tickets of twenty come from a contact, half of those are about a deal of his
    void GiveContact(int slot, long ticketId, CrmRecord[] contacts)
    {
        var roll = Dice.Roll(_seed, 0x7C_0000_0000 + (ulong)slot);
        if (contacts.Length == 0 || Dice.Below(20, roll, 1) == 0)
        {
            return;
        }

        var contact = contacts[Dice.Below(contacts.Length, roll, 2)].Id;
        _links.Add((AssociationTypes.Default(ObjectType.Tickets, ObjectType.Contacts)!, ticketId, contact));
        if (_dealsOf.GetValueOrDefault(contact) is { Count: > 0 } deals && Dice.Below(2, roll, 3) == 0)
        {
            _links.Add((AssociationTypes.Default(ObjectType.Tickets, ObjectType.Deals)!, ticketId, deals[(int)Dice.Below(deals.Count, roll, 4)]));
        }
    }

    static string Pick(string[] words, ulong roll, ulong salt) => words[Dice.Below(words.Length, roll, salt)];

    static string Mailbox(string first, string last)
    {
        var plain = $"{first}.{last}".Where(letter => char.IsAsciiLetter(letter) || letter == '.').Select(char.ToLowerInvariant);
        var letters = new string([.. plain]).Trim('.');
        return letters.Length == 0 ? "contact" : letters;
    }
}
