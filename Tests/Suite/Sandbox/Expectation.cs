using System.Globalization;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>What a search filter means, said a second time and plainly: over the text of one value.</summary>
static class Expectation
{
    static readonly string[] Numbers = ["amount", "contract_volume", "hs_object_id"];
    static readonly string[] Times = ["closedate", "createdate", "hs_lastmodifieddate"];

    public static bool Meets(string? value, string property, string filterOperator, string[] operands)
    {
        var isMissing = string.IsNullOrEmpty(value);
        return filterOperator switch
        {
            "HAS_PROPERTY" => !isMissing,
            "NOT_HAS_PROPERTY" => isMissing,
            "NEQ" or "NOT_IN" => isMissing || !Array.Exists(operands, operand => Compare(value!, operand, property) == 0),
            "NOT_CONTAINS_TOKEN" => isMissing || !HasWord(value!, operands[0]),
            _ when isMissing => false,
            "CONTAINS_TOKEN" => HasWord(value!, operands[0]),
            "EQ" when property == "competitors" => value!.Split(';').Contains(operands[0]),
            "EQ" or "IN" => Array.Exists(operands, operand => Compare(value!, operand, property) == 0),
            "LT" => Compare(value!, operands[0], property) < 0,
            "LTE" => Compare(value!, operands[0], property) <= 0,
            "GT" => Compare(value!, operands[0], property) > 0,
            "GTE" => Compare(value!, operands[0], property) >= 0,
            "BETWEEN" => Compare(value!, operands[0], property) >= 0 && Compare(value!, operands[1], property) <= 0,
            _ => throw new ArgumentException($"No meaning for {filterOperator}.", nameof(filterOperator)),
        };
    }

    /// <summary>Which of two values of a property comes first; text without regard to case, what is no number last.</summary>
    public static int Order(string one, string other, string property)
    {
        if (Numbers.Contains(property))
        {
            return NumberOf(one).CompareTo(NumberOf(other));
        }

        return Times.Contains(property)
            ? DateTimeOffset.Parse(one, CultureInfo.InvariantCulture).CompareTo(DateTimeOffset.Parse(other, CultureInfo.InvariantCulture))
            : string.CompareOrdinal(one.ToLowerInvariant(), other.ToLowerInvariant());
    }

    static double NumberOf(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number) ? number : double.PositiveInfinity;

    // null when the value is no number at all: it meets nothing
    static int? Compare(string value, string operand, string property)
    {
        if (Numbers.Contains(property))
        {
            return double.TryParse(value, CultureInfo.InvariantCulture, out var number)
                ? number.CompareTo(double.Parse(operand, CultureInfo.InvariantCulture))
                : null;
        }

        if (Times.Contains(property))
        {
            return DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).CompareTo(
                long.TryParse(operand, out var milliseconds)
                    ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                    : DateTimeOffset.Parse(operand, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }

        return string.Compare(value, operand, property == "dealname" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    static bool HasWord(string text, string pattern)
    {
        var words = new string([.. text.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return pattern.EndsWith('*')
            ? words.Any(word => word.StartsWith(pattern[..^1], StringComparison.Ordinal))
            : words.Contains(pattern);
    }
}
