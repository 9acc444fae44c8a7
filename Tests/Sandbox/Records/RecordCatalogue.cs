using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>
/// The properties of contacts and tickets (contact-properties.tsv, ticket-properties.tsv): the well-known ones of the hundreds
/// that HubSpot defines, and two of a customer's own.
/// </summary>
static class RecordCatalogue
{
    static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        ["lifecyclestage"] =
            ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other"],
        ["hs_lead_status"] =
            ["NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING"],
        ["hs_analytics_source"] =
        [
            "ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "OTHER_CAMPAIGNS", "DIRECT_TRAFFIC", "OFFLINE",
            "PAID_SOCIAL", "AI_REFERRALS",
        ],
        ["favourite_products"] = ["basic", "plus", "enterprise"],
        ["hs_ticket_priority"] = ["LOW", "MEDIUM", "HIGH", "URGENT"],
        ["hs_ticket_category"] = ["PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"],
        ["source_type"] = ["CHAT", "EMAIL", "FORM", "PHONE"],
    };

    public static PropertySchema Build(ObjectType type, Pipelines pipelines)
    {
        using var resource = typeof(RecordCatalogue).Assembly.GetManifestResourceStream($"{type.Singular}-properties.tsv")!;
        using var reader = new StreamReader(resource);
        var columns = new List<PropertyColumn>();
        while (reader.ReadLine() is { } line)
        {
            columns.Add(new PropertyColumn(DefinitionOf(type, line.Split('\t'), pipelines, columns.Count), static (in _) => DealValue.Null));
        }

        return new PropertySchema(columns, type.Defaults, ["createdate", "hs_object_id", type.ModifiedProperty]);
    }

    static PropertyDefinition DefinitionOf(ObjectType type, string[] fields, Pipelines pipelines, int ordinal)
    {
        var (name, valueType, fieldType, owner, label) = (fields[0], fields[1], fields[2], fields[3], fields[4]);
        var options = OptionsOf(type, name, valueType, pipelines);
        long? edited = ordinal % 24 == 23 ? null : GeneratedDeals.FirstCreated - (ordinal * 3_600_000L);
        return new PropertyDefinition(name, label, valueType, fieldType)
        {
            Group = $"{type.Singular}information",
            HubSpotDefined = owner != "custom",
            ReadOnlyValue = owner == "readonly",
            Options = options,
            ExternalOptions = valueType == "enumeration" && options.Count == 0,
            IsEmailAddress = type == ObjectType.Contacts && name is "email" or "work_email",
            HasUniqueValue = name == type.UniqueProperty,
            Created = edited,
            Updated = edited,
        };
    }

    static IReadOnlyList<PropertyOption> OptionsOf(ObjectType type, string name, string valueType, Pipelines pipelines) => (name, valueType) switch
    {
        ("hs_pipeline", _) when type == ObjectType.Tickets =>
            [.. pipelines.All.Select(pipeline => new PropertyOption(pipeline.Label, pipeline.Id))],
        ("hs_pipeline_stage", _) when type == ObjectType.Tickets =>
            [.. pipelines.Stages.Select(stage => new PropertyOption($"{stage.Label} ({stage.Pipeline.Label})", stage.Id))],
        (_, "bool") => [new("True", "true"), new("False", "false")],
        _ when Choices.TryGetValue(name, out var choices) => [.. choices.Select(choice => new PropertyOption(choice, choice))],
        _ => [],
    };
}
