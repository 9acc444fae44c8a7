namespace HubSpotDeals.Sandbox.Portals;

/// <summary>The words of generated deals.</summary>
static class Vocabulary
{
    static readonly string[] FirstHalves =
    [
        "Nord", "Blau", "Alpen", "Hansa", "Terra", "Vita", "Sol", "Quantum", "Silver", "Iron", "Bright", "Clear", "Harbor", "Summit", "River",
        "Maple", "Cobalt", "Delta", "Echo", "Falcon", "Granite", "Helio", "Indigo", "Juniper", "Krone", "Lumen", "Møller", "Nova", "Orchard",
        "Pacific", "Red Oak", "Saxon",
    ];

    static readonly string[] SecondHalves =
    [
        "werk", "tech", " Logistics", " Foods", " Health", " Systems", "soft", " & Sons", " Partners", " Energy", " Motors", "bank", " Media",
        " Labs", " Textiles", " GmbH", " S.p.A.", " Ltd.", " Inc.", " Group", " Pharma", " Steel", " Travel", " Retail",
    ];

    static readonly string[] Subjects =
    [
        "New business", "Platform licence", "Annual renewal", "Pilot project", "Expansion", "Onboarding package", "Support plan", "Training",
        "Data migration", "Enterprise agreement", "Add-on seats", "Consulting days", "Hardware refresh", "Website relaunch",
    ];

    static readonly string[] Sentences =
    [
        "Asked for a second demo with the finance team.", "Budget is approved for the next quarter.", "Wants references from the same industry.",
        "Compares us with two competitors.", "Legal reviews the contract.", "Decision was moved after a reorganisation.",
        "Needs single sign-on and an audit trail.", "Price was the main objection.", "Champion left the company.",
        "Send the revised proposal by Friday.", "Prefers to be called in the morning.", "Procurement asks for three offers.",
    ];

    public static string SubjectOf(ulong hash) => Subjects[Dice.Below(Subjects.Length, hash, 0x703)];

    public static string DealName(ulong hash) => string.Concat(
        FirstHalves[Dice.Below(FirstHalves.Length, hash, 0x701)],
        SecondHalves[Dice.Below(SecondHalves.Length, hash, 0x702)],
        " - ",
        SubjectOf(hash));

    public static string SentenceOf(ulong hash, ulong salt) => Sentences[Dice.Below(Sentences.Length, hash, salt)];
}
