using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using FluentValidation;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Jobs.Maintenance;

namespace HubSpotDeals.Api.Maintenance;

/// <summary>The body of a cleanup as it came, member for member; null: absent. The attributes only tell the OpenAPI document what the validator demands.</summary>
public sealed record CleanupBody(
    [property: Required, Range(0, ScanCleanup.MostDays), Description("Remove scans older than this many days; 0: all that have ended")]
    long? DaysOld,
    [property: RegularExpression("^[0-9]+$"), MaxLength(PortalId.MaxLength), Description("Filter by specific organization")]
    string? OrganizationId = null,
    [property: DefaultValue(false), Description("Preview what would be deleted without deleting")]
    bool? DryRun = null)
{
    /// <summary>The API document's example.</summary>
    public static JsonNode Example => JsonNode.Parse("""{ "daysOld": 90, "organizationId": "12345678", "dryRun": false }""")!;

    internal static CleanupBody Read(JsonMembers body) => new(body.WholeNumber("daysOld"), body.Text("organizationId"), body.Flag("dryRun"));
}

/// <summary>What <c>POST /api/v1/maintenance/cleanup</c> asks for, checked. A bad body ends the request with all its errors.</summary>
/// <param name="DaysOld">0 to <see cref="ScanCleanup.MostDays"/>.</param>
/// <param name="OrganizationId">Only this portal's scans; null: all.</param>
/// <param name="DryRun">Only count and measure.</param>
public sealed record CleanupRequest(int DaysOld, string? OrganizationId, bool DryRun)
{
    /// <summary>Reads and checks the request's body.</summary>
    /// <exception cref="ApiException">400 with every bad field, 413 or 415.</exception>
    public static async ValueTask<CleanupRequest?> BindAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, CleanupBody.Read, Validator.Instance, context.RequestAborted);
        return new CleanupRequest((int)body.DaysOld!.Value, body.OrganizationId, body.DryRun ?? false);
    }

    sealed class Validator : AbstractValidator<CleanupBody>
    {
        internal static Validator Instance { get; } = new();

        Validator()
        {
            RuleLevelCascadeMode = CascadeMode.Stop;
            RuleFor(body => body.DaysOld)
                .NotNull().WithMessage("This field is required")
                .InclusiveBetween(0, ScanCleanup.MostDays).WithMessage($"Must be an integer from 0 to {ScanCleanup.MostDays}");
            RuleFor(body => body.OrganizationId)
                .Must(id => id is null || PortalId.IsValid(id)).WithMessage(PortalId.Mend);
        }
    }
}
