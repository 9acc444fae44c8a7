using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>What HubSpot itself writes into a contact or ticket: at its birth, and after each change.</summary>
static class RecordRules
{
    /// <summary>What the answer to a creation shows beyond what was given.</summary>
    public static IReadOnlyList<string> ShownAtBirth(ObjectType type) => type == ObjectType.Contacts
        ?
        [
            "hs_email_domain", "hs_full_name_or_email", "hs_is_contact", "hs_is_unworked", "hs_object_source", "hs_object_source_id",
            "hs_object_source_label", "lifecyclestage",
        ]
        :
        [
            "hs_object_source", "hs_object_source_id", "hs_object_source_label", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_id",
            "hs_num_times_contacted", "subject",
        ];

    /// <summary>What the answer to a change shows beyond what was changed.</summary>
    public static IReadOnlyList<string> Recalculated(ObjectType type) =>
        type == ObjectType.Contacts ? ["hs_email_domain", "hs_full_name_or_email"] : [];

    /// <summary>The values of a record before the caller's own.</summary>
    public static Dictionary<string, string> AtBirth(ObjectType type)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hs_object_source"] = "INTEGRATION",
            ["hs_object_source_id"] = "1234567",
            ["hs_object_source_label"] = "INTEGRATION",
        };
        if (type == ObjectType.Contacts)
        {
            values["hs_is_contact"] = "true";
            values["hs_is_unworked"] = "true";

            // met in recent accounts, whose default stage is lead; not in FACTS, so nobody may rely on it
            values["lifecyclestage"] = "lead";
        }
        else
        {
            values["hs_num_times_contacted"] = "0";
            values["hs_pipeline"] = "0";
        }

        return values;
    }

    /// <summary>Sets what follows from a record's own values.</summary>
    public static void Follow(ObjectType type, CrmRecord record, Dictionary<string, string> values)
    {
        values["hs_object_id"] = record.Id.ToString();
        values["createdate"] = InstantText.ToText(record.Created);
        values[type.ModifiedProperty] = InstantText.ToText(record.Modified);
        if (type == ObjectType.Tickets)
        {
            values["hs_ticket_id"] = record.Id.ToString();
            return;
        }

        var email = values.GetValueOrDefault("email") ?? "";
        var name = $"{values.GetValueOrDefault("firstname")} {values.GetValueOrDefault("lastname")}".Trim();
        values["hs_email_domain"] = email[(email.IndexOf('@', StringComparison.Ordinal) + 1)..];
        values["hs_full_name_or_email"] = name.Length > 0 ? name : email;
    }

    /// <summary>A value as it is kept: times in one form, e-mails in lower case (general knowledge, not in FACTS).</summary>
    public static string Normalised(PropertyDefinition definition, string value) => (definition.Type, InstantText.Parse(value)) switch
    {
        ("datetime", { } instant) => InstantText.ToText(instant),
        ("date", { } instant) => InstantText.ToDateText(instant),
        _ when definition.IsEmailAddress => value.Trim().ToLowerInvariant(),
        _ => value,
    };
}
