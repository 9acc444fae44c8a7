using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// The standard deal properties that follow from the deal's stage, times, owner and amount, so that they fit each other: a won
/// deal counts as closed, its projected amount is amount times probability, and so on.
/// </summary>
static class StandardValues
{
    const long Day = 86_400_000;

    /// <summary>The rules by property name, those of each stage of each pipeline included.</summary>
    public static Dictionary<string, ValueSource> Of(GeneratedDeals deals, Pipelines pipelines)
    {
        var rules = new Dictionary<string, ValueSource>(StringComparer.Ordinal);
        AddIdentity(rules, deals);
        AddMoney(rules);
        AddOutcome(rules);
        AddTimes(rules);
        AddPeople(rules);
        foreach (var stage in pipelines.Stages)
        {
            AddTimesIn(stage, rules);
        }

        return rules;
    }

    static void AddIdentity(Dictionary<string, ValueSource> rules, GeneratedDeals deals)
    {
        var integration = DealValue.Ascii("INTEGRATION");
        var crmUi = DealValue.Ascii("CRM_UI");
        var userId = DealValue.Ascii("userId:28604240");
        rules["hs_object_id"] = static (in deal) => DealValue.Whole(deal.Id);
        rules["dealname"] = (in deal) => deal.IsGenerated ? DealValue.Text(deals.NameOf(in deal)) : DealValue.Null;
        rules["dealstage"] = static (in deal) => deal.Stage is null ? DealValue.Null : deal.Stage.IdValue;
        rules["pipeline"] = static (in deal) => deal.Stage is null ? DealValue.Null : deal.Stage.Pipeline.IdValue;
        rules["hs_object_source"] = (in deal) => deal.IsGenerated ? crmUi : integration;
        rules["hs_object_source_label"] = (in deal) => deal.IsGenerated ? crmUi : integration;
        rules["hs_object_source_id"] = (in deal) => deal.IsGenerated ? userId : DealValue.Whole(2_417_009);
        rules["hs_merged_object_ids"] = static (in _) => DealValue.Null;
        rules["hs_unique_creation_key"] = static (in _) => DealValue.Null;
    }

    static void AddMoney(Dictionary<string, ValueSource> rules)
    {
        var zero = DealValue.Ascii("0");
        rules["amount"] = AmountOf;
        rules["amount_in_home_currency"] = AmountOf;
        rules["deal_currency_code"] = OneOf("EUR", "EUR", "USD", "GBP");
        rules["hs_deal_stage_probability"] = ProbabilityOf;
        rules["hs_deal_stage_probability_shadow"] = ProbabilityOf;
        rules["hs_projected_amount"] = static (in deal) => WeightedAmountOf(in deal);
        rules["hs_projected_amount_in_home_currency"] = static (in deal) => WeightedAmountOf(in deal);
        rules["hs_forecast_amount"] = AmountOf;
        rules["hs_closed_amount"] = (in deal) => deal.Stage is { IsWon: true } ? AmountOf(in deal) : zero;
        rules["hs_closed_amount_in_home_currency"] = (in deal) => deal.Stage is { IsWon: true } ? AmountOf(in deal) : zero;
        rules["hs_open_amount_in_home_currency"] = (in deal) => deal.Stage is { IsClosed: false } ? AmountOf(in deal) : zero;
    }

    static void AddOutcome(Dictionary<string, ValueSource> rules)
    {
        var (zero, one) = (DealValue.Ascii("0"), DealValue.Ascii("1"));
        rules["hs_is_closed"] = static (in deal) => DealValue.Bool(deal.Stage is { IsClosed: true });
        rules["hs_is_closed_won"] = static (in deal) => DealValue.Bool(deal.Stage is { IsWon: true });
        rules["hs_is_closed_lost"] = static (in deal) => DealValue.Bool(deal.Stage is { IsLost: true });
        rules["hs_is_closed_count"] = (in deal) => deal.Stage is { IsClosed: true } ? one : zero;
        rules["hs_is_open_count"] = (in deal) => deal.Stage is { IsClosed: true } ? zero : one;
        rules["hs_closed_won_count"] = (in deal) => deal.Stage is { IsWon: true } ? one : zero;
        rules["hs_is_in_first_deal_stage"] = static (in deal) => DealValue.Bool(deal.Stage?.Pipeline.Stages[0] == deal.Stage);
        rules["closed_won_reason"] = static (in deal) =>
            deal is { IsGenerated: true, Stage.IsWon: true } ? Sentence(in deal, 0x301, 4) : DealValue.Null;
        rules["closed_lost_reason"] = static (in deal) =>
            deal is { IsGenerated: true, Stage.IsLost: true } ? Sentence(in deal, 0x302, 2) : DealValue.Null;
        rules["description"] = static (in deal) => deal.IsGenerated ? Sentence(in deal, 0x303, 3) : DealValue.Null;
        rules["hs_next_step"] = static (in deal) =>
            deal is { IsGenerated: true, Stage.IsClosed: false } ? Sentence(in deal, 0x304, 2) : DealValue.Null;
        rules["dealtype"] = OneOf("newbusiness", "newbusiness", "existingbusiness", null);
        rules["hs_priority"] = OneOf("low", "medium", "high", null, null);
        rules["hs_manual_forecast_category"] = OneOf("OMIT", "PIPELINE", "BEST_CASE", "COMMIT", "CLOSED", null, null);
        rules["hs_analytics_source"] = OneOf(
            "ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "DIRECT_TRAFFIC", "OFFLINE", "OFFLINE");
    }

    // hs_open_deal_create_date and its kin are numbers that hold epoch milliseconds
    static void AddTimes(Dictionary<string, ValueSource> rules)
    {
        rules["createdate"] = static (in deal) => deal.CreateDateCleared ? DealValue.Cleared : DealValue.Instant(deal.Created);
        rules["hs_createdate"] = static (in deal) => DealValue.Instant(deal.Created);
        rules["hs_lastmodifieddate"] = static (in deal) => DealValue.Instant(deal.Modified);
        rules["closedate"] = static (in deal) => deal.Closes is { } closes ? DealValue.Instant(closes) : DealValue.Null;
        rules["hs_closed_won_date"] = static (in deal) =>
            deal is { Stage.IsWon: true, Closes: { } closes } ? DealValue.Instant(closes) : DealValue.Null;
        rules["hs_closed_deal_close_date"] = static (in deal) =>
            deal is { Stage.IsClosed: true, Closes: { } closes } ? DealValue.Whole(closes) : DealValue.Null;
        rules["hs_closed_deal_create_date"] = static (in deal) =>
            deal.Stage is { IsClosed: true } ? DealValue.Whole(deal.Created) : DealValue.Null;
        rules["hs_open_deal_create_date"] = static (in deal) =>
            deal.Stage is { IsClosed: true } ? DealValue.Null : DealValue.Whole(deal.Created);
        rules["days_to_close"] = static (in deal) =>
            deal.Closes is { } closes ? DealValue.Whole(Math.Max(0, (closes - deal.Created) / Day)) : DealValue.Ascii("0");
        rules["hs_days_to_close_raw"] = static (in deal) =>
            deal.Closes is { } closes ? DealValue.Decimal(Math.Max(0, (closes - deal.Created) / 864), 5) : DealValue.Ascii("0");
        rules["hs_actual_duration"] = static (in deal) =>
            deal is { Stage.IsClosed: true, Closes: { } closes } ? DealValue.Whole(closes - deal.Created) : DealValue.Null;
        rules["hs_duration"] = rules["hs_actual_duration"];
        rules["hs_v2_date_entered_current_stage"] = static (in deal) =>
            deal.Stage is null ? DealValue.Null : DealValue.Instant(EnteredAt(in deal, deal.Stage));
        rules["hs_v2_time_in_current_stage"] = rules["hs_v2_date_entered_current_stage"];
        rules["hubspot_owner_assigneddate"] = static (in deal) => deal.Owner is null ? DealValue.Null : DealValue.Instant(deal.Created);
    }

    static void AddPeople(Dictionary<string, ValueSource> rules)
    {
        rules["hubspot_owner_id"] = static (in deal) => deal.Owner is null ? DealValue.Null : deal.Owner.IdValue;
        rules["hs_all_owner_ids"] = rules["hubspot_owner_id"];
        rules["hs_user_ids_of_all_owners"] = static (in deal) => deal.Owner is null ? DealValue.Null : deal.Owner.UserIdValue;
        rules["num_associated_contacts"] = static (in deal) =>
            DealValue.Whole(deal.IsGenerated ? Dice.Below(5, deal.Hash, 0x311) : 0);
        rules["num_notes"] = static (in deal) => DealValue.Whole(deal.IsGenerated ? Dice.Below(40, deal.Hash, 0x312) : 0);
    }

    // a deal has gone through its pipeline's open stages in order, at an even pace, up to the stage where it is
    static void AddTimesIn(Stage stage, Dictionary<string, ValueSource> rules)
    {
        rules[$"hs_v2_date_entered_{stage.NameInProperties}"] = (in deal) =>
            HasBeenIn(in deal, stage) ? DealValue.Instant(EnteredAt(in deal, stage)) : DealValue.Null;
        rules[$"hs_v2_date_exited_{stage.NameInProperties}"] = (in deal) =>
            HasBeenIn(in deal, stage) && deal.Stage != stage ? DealValue.Instant(ExitedAt(in deal, stage)) : DealValue.Null;
        rules[$"hs_v2_latest_time_in_{stage.NameInProperties}"] = (in deal) =>
            HasBeenIn(in deal, stage) && deal.Stage != stage
                ? DealValue.Whole(ExitedAt(in deal, stage) - EnteredAt(in deal, stage))
                : DealValue.Null;
        rules[$"hs_v2_cumulative_time_in_{stage.NameInProperties}"] = rules[$"hs_v2_latest_time_in_{stage.NameInProperties}"];
    }

    static bool HasBeenIn(in DealFacts deal, Stage stage) =>
        deal.Stage == stage
        || (deal.Stage is not null && deal.Stage.Pipeline == stage.Pipeline && !stage.IsClosed && stage.Index < deal.Stage.Index);

    static long EnteredAt(in DealFacts deal, Stage stage)
    {
        if (stage.IsClosed)
        {
            return deal.Closes ?? deal.Modified;
        }

        var end = deal.Stage is { IsClosed: true } ? deal.Closes ?? deal.Modified : deal.Modified;
        var stages = stage.Pipeline.Stages;
        return deal.Created + ((end - deal.Created) * (stage.Index - stages[0].Index) / stages.Count);
    }

    static long ExitedAt(in DealFacts deal, Stage stage)
    {
        var next = stage.Pipeline.Stages[stage.Index - stage.Pipeline.Stages[0].Index + 1];
        return next.IsClosed ? EnteredAt(in deal, deal.Stage!) : EnteredAt(in deal, next);
    }

    static DealValue AmountOf(in DealFacts deal) =>
        deal.Amount is { } amount ? DealValue.Decimal(amount, deal.AmountScale) : DealValue.Null;

    static DealValue ProbabilityOf(in DealFacts deal) =>
        deal.Stage is null ? DealValue.Null : deal.Stage.ProbabilityValue;

    // HubSpot multiplies as BigDecimals: the scales add up, trailing zeros stay
    static DealValue WeightedAmountOf(in DealFacts deal) =>
        deal is { Stage: { } stage, Amount: { } amount }
            ? DealValue.Text(DecimalText.Of(stage.ExactProbability.Mantissa * amount, stage.ExactProbability.Scale + deal.AmountScale))
            : DealValue.Null;

    static DealValue Sentence(in DealFacts deal, ulong salt, int oneIn) =>
        Dice.Below(oneIn, deal.Hash, salt) == 0 ? DealValue.Text(Vocabulary.SentenceOf(deal.Hash, salt + 0x1000)) : DealValue.Null;

    static ValueSource OneOf(params string?[] choices)
    {
        var values = choices.Select(choice => choice is null ? DealValue.Null : DealValue.Ascii(choice)).ToArray();
        var salt = Dice.Of(string.Join('|', choices));
        return (in deal) => deal.IsGenerated ? values[Dice.Below(values.Length, deal.Hash, salt)] : DealValue.Null;
    }
}
