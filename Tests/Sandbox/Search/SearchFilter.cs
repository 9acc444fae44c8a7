using System.Globalization;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;
using static HubSpotDeals.Sandbox.Search.SearchOperator;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>How a property's values compare in search: by its type.</summary>
enum ComparedAs
{
    Number,

    /// <summary>Milliseconds since 1970.</summary>
    Time,

    /// <summary>Case counts; a value of several choices matches by each of them.</summary>
    Choice,

    /// <summary>Case does not count.</summary>
    Text,
}

/// <summary>A condition on one property. What it means is said here, over the property's plain text; the index must agree.</summary>
sealed class SearchFilter
{
    readonly SearchOperator _operator;
    readonly double[] _numbers = [];
    readonly string[] _texts = [];

    /// <param name="column">The property.</param>
    /// <param name="filterOperator">HubSpot's name of the operator.</param>
    /// <param name="operands">None for HAS_PROPERTY, two for BETWEEN, any number for IN.</param>
    /// <exception cref="Refusal">The operator is unknown or an operand is not of the property's type.</exception>
    public SearchFilter(PropertyColumn column, string filterOperator, string[] operands)
    {
        Column = column;
        Compared = ComparedAsOf(column.Definition);
        _operator = SearchOperators.Of(filterOperator);
        var isRightCount = _operator switch
        {
            Unknown => throw Refusals.Invalid($"Unknown operator: {filterOperator}"),
            Between => operands.Length == 2,
            In or NotIn => operands.Length > 0,
            HasProperty or NotHasProperty => true,
            _ => operands.Length == 1,
        };
        if (!isRightCount)
        {
            throw Refusals.Invalid($"{filterOperator} on {column.Name} has the wrong number of values.");
        }

        if (IsNumeric && !IsTokenSearch)
        {
            _numbers = [.. operands.Select(OperandOf)];
            if (_operator == Between && _numbers[0] > _numbers[1])
            {
                throw Refusals.Invalid($"BETWEEN on {column.Name}: value must not be greater than highValue.");
            }
        }
        else
        {
            _texts = _operator is In or NotIn || Compared == ComparedAs.Choice
                ? operands
                : [.. operands.Select(operand => operand.ToLowerInvariant())];
        }
    }

    public PropertyColumn Column { get; }

    public ComparedAs Compared { get; }

    public bool IsNumeric => Compared is ComparedAs.Number or ComparedAs.Time;

    /// <summary>Whether the condition can be decided from the number alone, without the text it was read from.</summary>
    public bool IsDecidedByNumber => IsNumeric && !IsTokenSearch && _operator is not (HasProperty or NotHasProperty);

    bool IsTokenSearch => _operator is ContainsToken or NotContainsToken;

    public static ComparedAs ComparedAsOf(PropertyDefinition definition) => definition.Type switch
    {
        "number" => ComparedAs.Number,
        "date" or "datetime" => ComparedAs.Time,
        "enumeration" or "bool" => ComparedAs.Choice,
        _ => ComparedAs.Text,
    };

    /// <summary>The value as a number or time to compare with; NaN when there is none or it is no such thing.</summary>
    public static double NumberOf(string? text, ComparedAs compared)
    {
        if (compared == ComparedAs.Time)
        {
            return InstantText.Parse(text) ?? double.NaN;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    /// <summary>Whether a value meets the condition; null and "" are no value.</summary>
    public bool Matches(string? text)
    {
        if (IsDecidedByNumber)
        {
            return Matches(NumberOf(text, Compared));
        }

        var isMissing = string.IsNullOrEmpty(text);
        return _operator switch
        {
            HasProperty => !isMissing,
            NotHasProperty => isMissing,

            // whether a negation finds deals without a value is not documented; an index that negates a match finds them
            NotEqual or NotIn or NotContainsToken => isMissing || !IsFound(text!),
            _ => !isMissing && IsFound(text!),
        };
    }

    /// <summary>Whether a number or time meets the condition; NaN is no value.</summary>
    public bool Matches(double number) => _operator switch
    {
        Equal or In => Array.IndexOf(_numbers, number) >= 0 && !double.IsNaN(number),
        NotEqual or NotIn => double.IsNaN(number) || Array.IndexOf(_numbers, number) < 0,
        Less => number < _numbers[0],
        LessOrEqual => number <= _numbers[0],
        Greater => number > _numbers[0],
        GreaterOrEqual => number >= _numbers[0],
        _ => number >= _numbers[0] && number <= _numbers[1],
    };

    /// <summary>The ids that can meet the condition if it is a range of them; null otherwise.</summary>
    public (long First, long Last)? IdRange() => (Column.Name == "hs_object_id" && IsDecidedByNumber ? _operator : Unknown) switch
    {
        Equal => (Up(0), Down(0)),
        Greater => ((long)Math.Floor(Clamped(0)) + 1, long.MaxValue),
        GreaterOrEqual => (Up(0), long.MaxValue),
        Less => (0, (long)Math.Ceiling(Clamped(0)) - 1),
        LessOrEqual => (0, Down(0)),
        Between => (Up(0), Down(1)),
        _ => null,
    };

    long Up(int operand) => (long)Math.Ceiling(Clamped(operand));

    long Down(int operand) => (long)Math.Floor(Clamped(operand));

    double Clamped(int operand) => Math.Clamp(_numbers[operand], -1, 1e18);

    bool IsFound(string text)
    {
        if (IsTokenSearch)
        {
            return TokenMatch.Contains(text, _texts[0]);
        }

        if (Compared == ComparedAs.Choice && Column.Definition.FieldType == "checkbox")
        {
            return text.Split(';').Any(IsFoundAsOne);
        }

        return IsFoundAsOne(Compared == ComparedAs.Text ? text.ToLowerInvariant() : text);
    }

    bool IsFoundAsOne(string text) => _operator switch
    {
        Equal or NotEqual or In or NotIn => Array.IndexOf(_texts, text) >= 0,
        Less => string.CompareOrdinal(text, _texts[0]) < 0,
        LessOrEqual => string.CompareOrdinal(text, _texts[0]) <= 0,
        Greater => string.CompareOrdinal(text, _texts[0]) > 0,
        GreaterOrEqual => string.CompareOrdinal(text, _texts[0]) >= 0,
        _ => string.CompareOrdinal(text, _texts[0]) >= 0 && string.CompareOrdinal(text, _texts[1]) <= 0,
    };

    double OperandOf(string operand)
    {
        var number = NumberOf(operand, Compared);
        return double.IsNaN(number) ? throw Refusals.Invalid($"'{operand}' is not a {Column.Definition.Type}: {Column.Name}.") : number;
    }
}
