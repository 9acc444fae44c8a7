namespace HubSpotDeals.Sandbox.Records;

/// <summary>One way in which a record is associated with another, seen from the first: v3 says the name, v4 the number and the label.</summary>
/// <param name="Id">HubSpot's number.</param>
/// <param name="ReverseId">The same association seen from the other end.</param>
/// <param name="From">The object type it starts from.</param>
/// <param name="To">The object type it leads to.</param>
/// <param name="Name">Such as <c>deal_to_contact</c>.</param>
/// <param name="Label">Null: unlabelled.</param>
sealed record AssociationType(int Id, int ReverseId, ObjectType From, ObjectType To, string Name, string? Label);

/// <summary>
/// The ways that HubSpot defines between the sandbox's object types; a customer's own labels it has not. Numbers: the guide
/// "associate records" (FACTS §5); 339 is confirmed by hubspot-api-php#227, 25, 26 and 340 are general knowledge.
/// </summary>
static class AssociationTypes
{
    static readonly AssociationType[] All =
    [
        .. Both(ObjectType.Deals, ObjectType.Contacts, 3, 4),
        .. Both(ObjectType.Contacts, ObjectType.Tickets, 15, 16),
        .. Both(ObjectType.Deals, ObjectType.Tickets, 27, 28),
        .. Both(ObjectType.Deals, ObjectType.Companies, 5, 6, "Primary"),
        .. Both(ObjectType.Deals, ObjectType.Companies, 341, 342),
        .. Both(ObjectType.Contacts, ObjectType.Companies, 1, 2, "Primary"),
        .. Both(ObjectType.Contacts, ObjectType.Companies, 279, 280),
        .. Both(ObjectType.Tickets, ObjectType.Companies, 26, 25, "Primary"),
        .. Both(ObjectType.Tickets, ObjectType.Companies, 339, 340),
    ];

    public static AssociationType? Find(int id) => Array.Find(All, type => type.Id == id);

    /// <summary>The unlabelled one; null between object types that the sandbox does not associate.</summary>
    public static AssociationType? Default(ObjectType from, ObjectType to) =>
        Array.Find(All, type => type.From == from && type.To == to && type.Label is null);

    static AssociationType[] Both(ObjectType one, ObjectType other, int id, int reverseId, string? label = null)
    {
        // of the two ways to a company the labelled one has the plain name in v3
        var suffix = other == ObjectType.Companies && label is null ? "_unlabeled" : "";
        return
        [
            new(id, reverseId, one, other, $"{one.Singular}_to_{other.Singular}{suffix}", label),
            new(reverseId, id, other, one, $"{other.Singular}_to_{one.Singular}{suffix}", label),
        ];
    }
}
