using System.Buffers;
using System.Globalization;
using FluentValidation;
using FluentValidation.Results;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>What a start request must be. Each text says the mend; paths are the body's own.</summary>
sealed class StartScanValidator : AbstractValidator<StartScanBody>
{
    /// <summary>HubSpot's OAuth tokens have some 430 characters, private apps' 44; the header that carries them takes more.</summary>
    internal const int MaxTokenLength = 2_048;

    internal const int MaxProperties = 500;

    const string Required = "This field is required";

    internal static StartScanValidator Instance { get; } = new();

    StartScanValidator()
    {
        RuleFor(body => body.Config).NotNull().WithMessage(Required);
        RuleFor(body => body.Config!).SetValidator(new ConfigValidator()).When(body => body.Config is not null);
    }

    sealed class ConfigValidator : AbstractValidator<StartScanBody.ConfigPart>
    {
        internal ConfigValidator()
        {
            RuleLevelCascadeMode = CascadeMode.Stop;
            RuleFor(config => config.ScanId)
                .NotEmpty().WithMessage(Required)
                .MaximumLength(RouteScanId.MaxLength).WithMessage("Must be at most 255 characters")
                .Must(id => RouteScanId.IsValid(id!)).WithMessage("Must be alphanumeric with hyphens/underscores only");
            RuleFor(config => config.OrganizationId)
                .NotEmpty().WithMessage(Required)
                .Must(id => PortalId.IsValid(id!)).WithMessage(PortalId.Mend);
            RuleFor(config => config.Type)
                .NotNull().WithMessage(Required)
                .Must(type => type is ["deals"]).WithMessage("""Must be ["deals"]""");
            RuleFor(config => config.Auth.AccessToken)
                .NotEmpty().WithMessage(Required)
                .MaximumLength(MaxTokenLength).WithMessage("Must be at most 2,048 characters")
                // It becomes a header: a newline in it would be a second header, and a letter beyond ASCII cannot be sent.
                .Must(token => token!.All(letter => letter is > ' ' and <= '~')).WithMessage("Must be printable ASCII without blanks");
            RuleFor(config => config.Filters!).SetValidator(new FiltersValidator()).When(config => config.Filters is not null);
            RuleFor(config => config.Options!).SetValidator(new OptionsValidator()).When(config => config.Options is not null);
        }
    }

    sealed class OptionsValidator : AbstractValidator<StartScanBody.OptionsPart>
    {
        internal OptionsValidator()
        {
            RuleFor(options => options.BatchSize).InclusiveBetween(1, 100).WithMessage("Must be an integer from 1 to 100");
            RuleFor(options => options.MaxRetries).InclusiveBetween(0, 10).WithMessage("Must be an integer from 0 to 10");
        }
    }
}

/// <summary>What the filters must be. A filter that is there must filter: an empty one would let everything through unasked.</summary>
sealed class FiltersValidator : AbstractValidator<StartScanBody.FiltersPart>
{
    /// <summary>No internal name or id of HubSpot's comes near.</summary>
    const int MaxNameLength = 255;

    static readonly SearchValues<char> PropertyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    internal FiltersValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;
        RuleFor(filters => filters.Properties)
            .Must(names => names is not []).WithMessage("Must name at least one property; leave it out for the standard ones")
            .Must(names => names is null || names.Distinct(StringComparer.Ordinal).Count() <= StartScanValidator.MaxProperties)
            .WithMessage("Must be at most 500 property names");
        RuleFor(filters => filters.Properties).Custom(RefuseBadNames);
        InternalId(filters => filters.Dealstage);
        InternalId(filters => filters.Pipeline);
        RuleFor(filters => filters.DateRange!).SetValidator(new DateRangeValidator()).When(filters => filters.DateRange is not null);
    }

    void InternalId(System.Linq.Expressions.Expression<Func<StartScanBody.FiltersPart, string?>> id) =>
        RuleFor(id)
            .Must(text => text is null || (text.Length is >= 1 and <= MaxNameLength && !text.Any(char.IsControl)))
            .WithMessage("Must be an internal id of 1 to 255 characters; leave it out for all");

    // Not RuleForEach: that takes half a second for the hundred thousand names that a body can hold.
    static void RefuseBadNames(IReadOnlyList<string?>? names, ValidationContext<StartScanBody.FiltersPart> context)
    {
        for (var (i, bad) = (0, 0); i < names?.Count && bad <= FieldErrors.MaxCount; i++)
        {
            if (names[i] is { } name && !IsPropertyName(name))
            {
                bad++;
                context.AddFailure(new ValidationFailure(
                    JsonPath.Item(context.PropertyPath, i),
                    "Must be an internal property name: a-z, 0-9, hyphens and underscores, at most 255 characters"));
            }
        }
    }

    static bool IsPropertyName(string text) =>
        text.Length is >= 1 and <= MaxNameLength && !text.AsSpan().ContainsAnyExcept(PropertyCharacters);

    sealed class DateRangeValidator : AbstractValidator<StartScanBody.DateRangePart>
    {
        internal DateRangeValidator()
        {
            RuleFor(range => range.StartDate).Must(IsAbsentOrDay).WithMessage(DayMend);
            RuleFor(range => range.EndDate).Must(IsAbsentOrDay).WithMessage(DayMend);
            RuleFor(range => range.Property)
                .Must(name => name is null || StartScanRequest.DateProperties.Contains(name, StringComparer.Ordinal))
                .WithMessage("Must be one of " + string.Join(", ", StartScanRequest.DateProperties));
            RuleFor(range => range)
                .Must(range => range.StartDate is not null || range.EndDate is not null)
                .WithMessage("Must have a startDate, an endDate or both");
            RuleFor(range => range)
                .Must(range => Days.Parse(range.StartDate) is not { } start || Days.Parse(range.EndDate) is not { } end || start <= end)
                .WithErrorCode(ApiError.InvalidDateRange.Code)
                .WithMessage("startDate must not be after endDate");
        }

        static string DayMend { get; } =
            $"Must be a date YYYY-MM-DD from {Days.First:yyyy-MM-dd} to {Days.Last:yyyy-MM-dd}; leave it out for an open end";

        static bool IsAbsentOrDay(string? text) => text is null || Days.Parse(text) is not null;
    }
}

/// <summary>The days that a date range may name.</summary>
static class Days
{
    internal static readonly DateOnly First = new(1900, 1, 1);

    /// <summary>A year before the calendar's end: the end day is included, so whoever asks HubSpot adds one.</summary>
    internal static readonly DateOnly Last = new(9998, 12, 31);

    /// <summary>The day, or null if the text is not one spelled exactly <c>YYYY-MM-DD</c> in the range.</summary>
    internal static DateOnly? Parse(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day >= First && day <= Last
            ? day
            : null;
}
