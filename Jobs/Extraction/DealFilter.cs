using System.Globalization;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Which deals a scan wants, said twice: as conditions of HubSpot's search, and as a judgement of a record's own values.</summary>
/// <remarks>
/// HubSpot's search leaves out archived deals and takes short bodies only; where it can't be asked, the list endpoint's deals are
/// judged here, and both must come to the same.
/// </remarks>
sealed class DealFilter
{
    const string LastModified = "hs_lastmodifieddate";

    readonly List<Condition> _conditions = [];

    /// <summary>Every deal.</summary>
    internal static DealFilter None { get; } = new(new ScanConfig());

    internal DealFilter(ScanConfig config)
    {
        if (config.DealStage is { } stage)
        {
            _conditions.Add(new Condition("dealstage", stage));
        }

        if (config.Pipeline is { } pipeline)
        {
            _conditions.Add(new Condition("pipeline", pipeline));
        }

        if (config.DateRange is { } range)
        {
            // The end day is included: everything before the midnight that follows it.
            _conditions.Add(new Condition(range.Property, Midnight(range.From), Midnight(range.To?.AddDays(1))));
        }
    }

    /// <summary>The properties that it judges by, each once.</summary>
    internal IReadOnlyList<string> Properties => [.. _conditions.Select(condition => condition.Property)];

    /// <summary>True if every deal is wanted.</summary>
    internal bool IsEmpty => _conditions.Count == 0;

    /// <summary>The same for HubSpot's search.</summary>
    internal IReadOnlyList<SearchFilter> ForSearch() => [.. _conditions.SelectMany(condition => condition.ForSearch())];

    /// <summary>The same for HubSpot's search, of deals that were changed at an instant or since; as few conditions as can say it.</summary>
    internal IReadOnlyList<SearchFilter> ForSearch(DateTimeOffset changedSince)
    {
        var changed = new Condition(LastModified, changedSince, before: null);
        var own = _conditions.Find(condition => condition.Property == LastModified);
        return [.. _conditions.Where(condition => condition != own).Append(own?.And(changed) ?? changed).SelectMany(condition => condition.ForSearch())];
    }

    /// <summary>Whether a deal is wanted.</summary>
    /// <param name="values">The values of <see cref="Properties"/>, in their order.</param>
    /// <param name="page">The page that the values stand in.</param>
    /// <param name="plainText">Unescapes them.</param>
    internal bool Passes(ReadOnlySpan<JsonValue> values, ReadOnlySpan<byte> page, PlainText plainText)
    {
        for (var i = 0; i < _conditions.Count; i++)
        {
            if (values[i].IsAbsentOrNull || !plainText.TryRead(values[i], page, out var text) || !_conditions[i].Holds(text))
            {
                return false;
            }
        }

        return true;
    }

    static DateTimeOffset? Midnight(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero) : null;

    /// <summary>A property that has one value, or lies in a range of time: from one instant, to before another.</summary>
    sealed class Condition
    {
        readonly byte[]? _value;
        readonly string? _text;
        readonly DateTimeOffset? _from;
        readonly DateTimeOffset? _before;

        internal Condition(string property, string value)
        {
            Property = property;
            _text = value;
            _value = System.Text.Encoding.UTF8.GetBytes(value);
        }

        internal Condition(string property, DateTimeOffset? from, DateTimeOffset? before)
        {
            Property = property;
            _from = from;
            _before = before;
        }

        internal string Property { get; }

        /// <summary>Both of two ranges of the same property: the later beginning, and this one's end.</summary>
        internal Condition And(Condition later) => new(Property, _from > later._from ? _from : later._from, _before);

        internal IEnumerable<SearchFilter> ForSearch()
        {
            if (_text is not null)
            {
                yield return SearchFilter.EqualTo(Property, _text);
            }

            if (_from is { } from)
            {
                yield return SearchFilter.AtLeast(Property, Milliseconds(from));
            }

            if (_before is { } before)
            {
                yield return SearchFilter.LessThan(Property, Milliseconds(before));
            }
        }

        internal bool Holds(ReadOnlySpan<byte> value) => _value is not null
            ? value.SequenceEqual(_value)
            : InstantEncoder.TryParse(value, out var microseconds)
                && (_from is not { } from || microseconds >= InstantEncoder.Microseconds(from))
                && (_before is not { } before || microseconds < InstantEncoder.Microseconds(before));

        static string Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
    }
}
