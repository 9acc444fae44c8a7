using System.Globalization;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// Reads the query parameters that an endpoint knows; others are ignored. Bad ones are collected, and <see cref="ThrowIfInvalid"/> tells
/// them all at once: it must be called before anything that was read is used.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="emptyIsAbsent">A page's form sends its empty fields too; a program that sends an empty parameter may have meant a value.</param>
public sealed class QueryReader(HttpRequest request, bool emptyIsAbsent = false)
{
    /// <summary>The largest offset taken: the largest whole number that every JSON reader keeps exactly.</summary>
    public const long MaxOffset = (1L << 53) - 1;

    readonly FieldErrors _errors = new();

    /// <summary>How many rows a page may have: 1 to <paramref name="max"/>.</summary>
    public int Limit(int max, int fallback) => (int)WholeNumber("limit", 1, max, fallback);

    /// <summary>How many rows to pass over: 0 unless given.</summary>
    public long Offset() => WholeNumber("offset", 0, MaxOffset, fallback: 0);

    /// <summary>A whole number in decimal digits within a range; the fallback if it is absent or bad.</summary>
    public long WholeNumber(string name, long min, long max, long fallback)
    {
        var mend = $"Must be an integer from {min} to {max}";
        if (Single(name, mend) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        _errors.Add(name, mend);
        return fallback;
    }

    /// <summary>One of a few names, spelled exactly so; null if absent or bad.</summary>
    public string? OneOf(string name, params IReadOnlyCollection<string> names)
    {
        var mend = "Must be one of " + string.Join(", ", names);
        if (Single(name, mend) is not { } text)
        {
            return null;
        }

        if (names.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        var meant = Spelling.Nearest(text, names);
        _errors.Add(name, meant is null ? mend : mend + "; did you mean " + meant + "?");
        return null;
    }

    /// <summary>A HubSpot portal's id; null if absent or bad.</summary>
    public string? PortalId(string name)
    {
        if (Single(name, Http.PortalId.Mend) is not { } text)
        {
            return null;
        }

        if (Http.PortalId.IsValid(text))
        {
            return text;
        }

        _errors.Add(name, Http.PortalId.Mend);
        return null;
    }

    /// <summary>A HubSpot portal's id that must be there.</summary>
    public string RequiredPortalId(string name)
    {
        if (request.Query.ContainsKey(name))
        {
            return PortalId(name) ?? "";
        }

        _errors.Add(name, "This field is required");
        return "";
    }

    /// <summary>Any text; null if absent or bad.</summary>
    public string? Text(string name) => Single(name, "Must not be empty or contain NUL characters");

    /// <summary>A decimal number, with a point; null if absent or bad.</summary>
    public decimal? Number(string name)
    {
        const string Mend = "Must be a number, such as 1500 or 99.50";
        if (Single(name, Mend) is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _errors.Add(name, Mend);
        return null;
    }

    /// <summary>Ends the request if anything that was read is bad.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c>, with each bad parameter and its mend.</exception>
    public void ThrowIfInvalid()
    {
        if (_errors.Any)
        {
            throw new ApiException(ApiError.ValidationError, _errors.Texts);
        }
    }

    string? Single(string name, string mend)
    {
        var values = request.Query[name];
        if (values.Count == 0 || (emptyIsAbsent && values is [""]))
        {
            return null;
        }

        // A NUL is neither PostgreSQL's nor a number's character, though long.TryParse passes over it at the end.
        if (values is [{ Length: > 0 } text] && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        // Of two values one would have to be dropped, and an empty one may have been meant as a filter: no guess.
        _errors.Add(name, values.Count > 1 ? "Must be given once; " + mend : mend);
        return null;
    }
}
