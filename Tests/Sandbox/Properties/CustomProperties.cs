using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// What a customer added: every type and form field that can be made, and the names that hurt. Two names are longer than
/// PostgreSQL's 63 bytes and equal up to there; others collide with result columns or SQL words.
/// </summary>
static class CustomProperties
{
    static readonly string[] Regions = ["north", "south", "east", "west"];
    static readonly string[] Competitors = ["acme", "globex", "initech", "umbrella"];

    static readonly (string Type, string FieldType)[] ExtraForms =
    [
        ("string", "text"), ("number", "number"), ("date", "date"), ("datetime", "date"), ("bool", "booleancheckbox"),
        ("enumeration", "select"), ("string", "textarea"), ("enumeration", "checkbox"),
    ];

    public static IEnumerable<PropertyDefinition> All =>
    [
        Make("created_at", "Created at (previous CRM)", "datetime", "date"),
        Make("id", "Id in the previous CRM", "string", "text"),
        Make("order", "Order", "string", "text"),
        Make("user", "User", "string", "text"),
        Make("2019_campaign", "2019 campaign", "string", "text"),
        Make("lead-source", "Lead source", "enumeration", "radio", Regions),
        Make("customer_success_handover_checklist_completed_by_regional_manager_signature", "Handover signed by", "string", "text"),
        Make("customer_success_handover_checklist_completed_by_regional_manager_date", "Handover signed on", "date", "date"),
        Make("contract_volume", "Contract volume", "number", "number"),
        Make("discounted_amount", "Discounted amount", "number", "calculation_equation"),
        Make("kickoff_date", "Kick-off", "date", "date"),
        Make("last_reviewed_at", "Last reviewed", "datetime", "date"),
        Make("is_strategic", "Strategic?", "bool", "booleancheckbox", "true", "false"),
        Make("newsletter_wanted", "Newsletter wanted?", "enumeration", "booleancheckbox", "true", "false"),
        Make("sales_region", "Sales region", "enumeration", "select", Regions),
        Make("competitors", "Competitors", "enumeration", "checkbox", Competitors),
        Make("internal_notes", "Internal notes", "string", "textarea"),
        Make("proposal_html", "Proposal", "string", "html"),
        Make("contract_file", "Contract", "string", "file"),
        Make("billing_phone", "Billing phone", "string", "phonenumber"),
        Make("mobile_phone", "Mobile phone", "phone_number", "phonenumber"),
        Make("source_record", "Source record", "object_coordinates", "text"),
        Make("quote_payload", "Quote payload", "json", "text"),
    ];

    public static IEnumerable<PropertyDefinition> Extra(int count) => Enumerable.Range(1, count).Select(number =>
    {
        var (type, fieldType) = ExtraForms[number % ExtraForms.Length];
        return Make($"custom_{number:D4}", $"Custom {number}", type, fieldType, type == "enumeration" ? Regions : []);
    });

    static PropertyDefinition Make(string name, string label, string type, string fieldType, params string[] choices) =>
        new(name, label, type, fieldType)
        {
            Group = "deal_activity",
            Options = [.. choices.Select(choice => new PropertyOption(choice, choice))],
            Created = GeneratedDeals.FirstCreated,
            Updated = GeneratedDeals.FirstCreated,
        };
}
