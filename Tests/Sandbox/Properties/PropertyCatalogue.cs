using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>The deal properties a portal starts with: HubSpot's own (deal-properties.tsv and four for each stage) and custom ones.</summary>
static class PropertyCatalogue
{
    static readonly HashSet<string> Writable = new(StringComparer.Ordinal)
    {
        "hs_acv", "hs_arr", "hs_mrr", "hs_tcv", "hs_priority", "hs_next_step", "hs_manual_forecast_category", "hs_forecast_probability",
        "hs_forecast_amount", "hs_all_collaborator_owner_ids", "hs_campaign", "hs_likelihood_to_close", "hs_tag_ids",
        "hs_deal_amount_calculation_preference", "hs_unique_creation_key", "hs_pinned_engagement_id",
    };

    static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        ["dealtype"] = ["newbusiness", "existingbusiness"],
        ["hs_priority"] = ["low", "medium", "high"],
        ["hs_manual_forecast_category"] = ["OMIT", "PIPELINE", "BEST_CASE", "COMMIT", "CLOSED"],
        ["hs_analytics_source"] = Sources,
        ["hs_analytics_latest_source"] = Sources,
        ["hs_analytics_latest_source_company"] = Sources,
        ["hs_analytics_latest_source_contact"] = Sources,
        ["deal_currency_code"] = ["EUR", "USD", "GBP"],
        ["hs_deal_registration_mrr_currency_code"] = ["EUR", "USD", "GBP"],
        ["hs_object_source_label"] = ["CRM_UI", "INTEGRATION", "IMPORT", "API"],
    };

    static string[] Sources =>
    [
        "ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "OTHER_CAMPAIGNS", "DIRECT_TRAFFIC", "OFFLINE",
        "PAID_SOCIAL", "AI_REFERRALS",
    ];

    /// <param name="deals">The portal's deals, which name themselves.</param>
    /// <param name="pipelines">Each stage brings four properties of its own.</param>
    /// <param name="extraCustom">Further custom properties, <c>custom_0001</c> and on, to make a portal with hundreds.</param>
    public static PropertySchema Build(GeneratedDeals deals, Pipelines pipelines, int extraCustom)
    {
        var rules = StandardValues.Of(deals, pipelines);
        var definitions = Standard(pipelines).Concat(CustomProperties.All).Concat(CustomProperties.Extra(extraCustom));
        var columns = definitions.Select(
            definition => new PropertyColumn(definition, rules.GetValueOrDefault(definition.Name) ?? FillerValues.Of(definition)));
        return new PropertySchema(columns.Concat(deals.OwnProperties()));
    }

    static IEnumerable<PropertyDefinition> Standard(Pipelines pipelines)
    {
        using var resource = typeof(PropertyCatalogue).Assembly.GetManifestResourceStream("deal-properties.tsv")!;
        using var reader = new StreamReader(resource);
        var ordinal = 0;
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            yield return OwnedByHubSpot(fields[0], fields[3], fields[1], fields[2], pipelines, ordinal++);
        }

        foreach (var stage in pipelines.Stages)
        {
            var place = $"\"{stage.Label} ({stage.Pipeline.Label})\"";
            var name = stage.NameInProperties;
            yield return OwnedByHubSpot($"hs_v2_cumulative_time_in_{name}", $"Cumulative time in {place}", "number", "number", pipelines, ordinal++);
            yield return OwnedByHubSpot($"hs_v2_date_entered_{name}", $"Date entered {place}", "datetime", "date", pipelines, ordinal++);
            yield return OwnedByHubSpot($"hs_v2_date_exited_{name}", $"Date exited {place}", "datetime", "date", pipelines, ordinal++);
            yield return OwnedByHubSpot($"hs_v2_latest_time_in_{name}", $"Latest time in {place}", "number", "number", pipelines, ordinal++);
        }
    }

    static PropertyDefinition OwnedByHubSpot(string name, string label, string type, string fieldType, Pipelines pipelines, int ordinal)
    {
        // one definition in two dozen carries no times, as in real answers
        long? edited = ordinal % 24 == 0 ? null : GeneratedDeals.FirstCreated - (ordinal * 3_600_000L);
        return new PropertyDefinition(name, label, type, fieldType)
        {
            HubSpotDefined = true,
            ReadOnlyValue = IsReadOnly(name, fieldType),
            Options = OptionsOf(name, type, pipelines),
            ExternalOptions = type == "enumeration" && OptionsOf(name, type, pipelines).Count == 0,
            Created = edited,
            Updated = edited,
        };
    }

    static bool IsReadOnly(string name, string fieldType) =>
        fieldType.StartsWith("calculation_", StringComparison.Ordinal)
        || name.StartsWith("num_", StringComparison.Ordinal)
        || name.StartsWith("notes_last_", StringComparison.Ordinal)
        || (name.StartsWith("hs_", StringComparison.Ordinal) && !Writable.Contains(name));

    static IReadOnlyList<PropertyOption> OptionsOf(string name, string type, Pipelines pipelines) => (name, type) switch
    {
        ("dealstage", _) => [.. pipelines.Stages.Select(stage => new PropertyOption($"{stage.Label} ({stage.Pipeline.Label})", stage.Id))],
        ("pipeline", _) => [.. pipelines.All.Select(pipeline => new PropertyOption(pipeline.Label, pipeline.Id))],
        (_, "bool") => [new("True", "true"), new("False", "false")],
        _ when Choices.TryGetValue(name, out var choices) => [.. choices.Select(choice => new PropertyOption(choice, choice))],
        _ => [],
    };
}
