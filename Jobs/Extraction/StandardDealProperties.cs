using System.Collections.Frozen;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The properties that HubSpot itself defines for deals, with the kind of column each needs.</summary>
/// <remarks>
/// What a scan extracts when it names no properties, as far as the portal has them; and the types to go by where the portal's schema
/// can't be read for want of scope. HubSpot adds some every quarter: a newer one is extracted when it is named.
/// </remarks>
static class StandardDealProperties
{
    static readonly FrozenDictionary<string, ColumnKind> Kinds = Of(
        (ColumnKind.Text, """
            closed_lost_reason closed_won_reason deal_currency_code dealname dealstage dealtype description
            engagements_last_meeting_booked_campaign engagements_last_meeting_booked_medium
            engagements_last_meeting_booked_source hs_all_accessible_team_ids hs_all_assigned_business_unit_ids
            hs_all_collaborator_owner_ids hs_all_deal_split_owner_ids hs_all_owner_ids hs_all_team_ids hs_analytics_latest_source
            hs_analytics_latest_source_company hs_analytics_latest_source_contact hs_analytics_latest_source_data_1
            hs_analytics_latest_source_data_1_company hs_analytics_latest_source_data_1_contact hs_analytics_latest_source_data_2
            hs_analytics_latest_source_data_2_company hs_analytics_latest_source_data_2_contact hs_analytics_source
            hs_analytics_source_data_1 hs_analytics_source_data_2 hs_associated_deal_registration_deal_type
            hs_associated_deal_registration_product_interests hs_attributed_team_ids hs_campaign
            hs_deal_amount_calculation_preference hs_deal_registration_mrr_currency_code hs_latest_approval_status
            hs_line_item_global_term_hs_discount_percentage hs_line_item_global_term_hs_recurring_billing_period
            hs_line_item_global_term_hs_recurring_billing_start_date hs_line_item_global_term_recurringbillingfrequency
            hs_manual_forecast_category hs_merged_object_ids hs_next_meeting_name hs_next_step hs_notes_last_activity
            hs_notes_next_activity hs_notes_next_activity_type hs_object_source hs_object_source_detail_1
            hs_object_source_detail_2 hs_object_source_detail_3 hs_object_source_id hs_object_source_label hs_owning_teams
            hs_priority hs_shared_team_ids hs_shared_user_ids hs_synced_deal_owner_name_and_email hs_tag_ids
            hs_unique_creation_key hs_user_ids_of_all_notification_followers hs_user_ids_of_all_notification_unfollowers
            hs_user_ids_of_all_owners hubspot_owner_id hubspot_team_id pipeline
            """),
        (ColumnKind.Number, """
            amount amount_in_home_currency days_to_close hs_actual_duration hs_acv hs_arr hs_average_call_duration
            hs_average_deal_owner_duration_in_current_stage hs_closed_amount hs_closed_amount_in_home_currency
            hs_closed_deal_close_date hs_closed_deal_create_date hs_closed_won_count hs_created_by_user_id hs_days_to_close_raw
            hs_deal_registration_mrr hs_deal_score hs_deal_stage_probability hs_deal_stage_probability_shadow hs_duration
            hs_exchange_rate hs_forecast_amount hs_forecast_probability hs_is_closed_count hs_is_open_count
            hs_latest_approval_status_approval_id hs_likelihood_to_close hs_manual_campaign_ids hs_mrr hs_net_pipeline_impact
            hs_next_meeting_id hs_num_associated_active_deal_registrations hs_num_associated_deal_registrations
            hs_num_associated_deal_splits hs_num_of_associated_line_items hs_num_target_accounts hs_number_of_call_engagements
            hs_number_of_inbound_calls hs_number_of_outbound_calls hs_number_of_overdue_tasks hs_number_of_scheduled_meetings
            hs_object_id hs_object_source_user_id hs_open_amount_in_home_currency hs_open_deal_create_date
            hs_pinned_engagement_id hs_predicted_amount hs_predicted_amount_in_home_currency hs_primary_associated_company
            hs_projected_amount hs_projected_amount_in_home_currency hs_source_object_id hs_tcv hs_updated_by_user_id
            hs_v2_cumulative_time_in_appointmentscheduled hs_v2_cumulative_time_in_closedlost hs_v2_cumulative_time_in_closedwon
            hs_v2_cumulative_time_in_contractsent hs_v2_cumulative_time_in_decisionmakerboughtin
            hs_v2_cumulative_time_in_presentationscheduled hs_v2_cumulative_time_in_qualifiedtobuy
            hs_v2_latest_time_in_appointmentscheduled hs_v2_latest_time_in_closedlost hs_v2_latest_time_in_closedwon
            hs_v2_latest_time_in_contractsent hs_v2_latest_time_in_decisionmakerboughtin
            hs_v2_latest_time_in_presentationscheduled hs_v2_latest_time_in_qualifiedtobuy num_associated_contacts
            num_contacted_notes num_notes
            """),
        (ColumnKind.Bool, """
            hs_has_empty_conditional_stage_properties hs_is_active_shared_deal hs_is_closed hs_is_closed_lost hs_is_closed_won
            hs_is_deal_split hs_is_in_first_deal_stage hs_is_stalled hs_line_item_global_term_hs_discount_percentage_enabled
            hs_line_item_global_term_hs_recurring_billing_period_enabled
            hs_line_item_global_term_hs_recurring_billing_start_date_enabled
            hs_line_item_global_term_recurringbillingfrequency_enabled hs_read_only hs_was_imported
            """),
        (ColumnKind.Instant, """
            closedate createdate engagements_last_meeting_booked hs_analytics_latest_source_timestamp
            hs_analytics_latest_source_timestamp_company hs_analytics_latest_source_timestamp_contact hs_closed_won_date
            hs_createdate hs_is_stalled_after_timestamp hs_lastmodifieddate hs_latest_marketing_email_click_date
            hs_latest_marketing_email_open_date hs_latest_marketing_email_reply_date hs_latest_meeting_activity
            hs_latest_sales_email_click_date hs_latest_sales_email_open_date hs_latest_sales_email_reply_date
            hs_next_meeting_start_time hs_next_step_updated_at hs_sales_email_last_replied
            hs_v2_date_entered_appointmentscheduled hs_v2_date_entered_closedlost hs_v2_date_entered_closedwon
            hs_v2_date_entered_contractsent hs_v2_date_entered_current_stage hs_v2_date_entered_decisionmakerboughtin
            hs_v2_date_entered_presentationscheduled hs_v2_date_entered_qualifiedtobuy hs_v2_date_exited_appointmentscheduled
            hs_v2_date_exited_closedlost hs_v2_date_exited_closedwon hs_v2_date_exited_contractsent
            hs_v2_date_exited_decisionmakerboughtin hs_v2_date_exited_presentationscheduled hs_v2_date_exited_qualifiedtobuy
            hs_v2_time_in_current_stage hubspot_owner_assigneddate notes_last_contacted notes_last_updated
            notes_next_activity_date
            """));

    /// <summary>All of them, in the order of their names.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. Kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The kind of a standard property; null for any other.</summary>
    internal static ColumnKind? KindOf(string name) => Kinds.TryGetValue(name, out var kind) ? kind : null;

    static FrozenDictionary<string, ColumnKind> Of(params IEnumerable<(ColumnKind Kind, string Names)> lists) => lists
        .SelectMany(list => list.Names
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(name => KeyValuePair.Create(name, list.Kind)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
