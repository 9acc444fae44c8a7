using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// Turns a page of deals, as HubSpot sent it, into rows of PostgreSQL's binary COPY format: one walk over the bytes, no object per
/// deal, no string per value. One parser serves one segment of a scan, one page after the other; it is not for several threads.
/// </summary>
/// <remarks>
/// <para>
/// A row has <see cref="LeadingColumns"/>, then one column per requested property in the order they were given. Absent and null
/// are null; so is an empty string, HubSpot's way to say "cleared", except in text columns, which hold it.
/// </para>
/// <para>
/// A value that its column can't hold exactly is null there (a text without what PostgreSQL's text can't hold: U+0000, halves of
/// surrogate pairs) and stands in <c>_rejected</c> as it stood in the page. A record that can't be a row at all is a
/// <see cref="FailedDeal"/>. Nothing is dropped silently but properties that were not asked for.
/// </para>
/// </remarks>
public sealed class DealPageParser
{
    const int LongestShownId = 64;

    // Far deeper than any page; what goes deeper ends as a page of the wrong format.
    static readonly JsonReaderState Start = new(new JsonReaderOptions { MaxDepth = 64 });

    readonly PlainText _plainText = new();
    readonly DealRecord _record;
    readonly DealRowWriter _row;
    readonly DealFilter? _filter;
    readonly int _columns;

    /// <summary>A parser for one scan.</summary>
    /// <param name="scanId">Goes into every row.</param>
    /// <param name="columns">The requested properties, each once.</param>
    public DealPageParser(string scanId, IReadOnlyList<DealColumn> columns)
        : this(scanId, columns, filter: null)
    {
    }

    /// <summary>A parser that leaves out the deals that do not pass the filter.</summary>
    internal DealPageParser(string scanId, IReadOnlyList<DealColumn> columns, DealFilter? filter)
    {
        _filter = filter is { IsEmpty: false } ? filter : null;
        _columns = columns.Count;
        // The filter's values stand behind those of the columns; a property may be both.
        _record = new DealRecord([.. columns.Select(column => column.Property), .. _filter?.Properties ?? []], _plainText);
        _row = new DealRowWriter(scanId, columns, _plainText);
    }

    /// <summary>The names of a row's columns before those of the properties.</summary>
    public static IReadOnlyList<string> LeadingColumns => DealRowWriter.LeadingColumns;

    /// <summary>Adds the page's deals to the rows, and those that can't be stored to the failed ones.</summary>
    /// <param name="page">The whole body of HubSpot's answer, UTF-8.</param>
    /// <param name="receivedAt">When it was read, for <c>_extracted_at</c>.</param>
    /// <param name="rows">Receives a row per deal.</param>
    /// <param name="failed">Receives the records that can't be stored.</param>
    /// <param name="until">Deals with this id or a greater one are left out: they are another segment's; null: there is no other.</param>
    /// <param name="mustAscend">The ids must ascend.</param>
    /// <exception cref="PageFormatException">The bytes are no page; neither rows nor failed deals were added.</exception>
    /// <exception cref="UnprovenCursorException">The ids do not ascend; neither rows nor failed deals were added.</exception>
    public PageRows Parse(ReadOnlySpan<byte> page, DateTimeOffset receivedAt, CopyBuffer rows, ICollection<FailedDeal> failed, long? until = null, bool mustAscend = false)
    {
        var before = rows.MarkHere();
        var reader = new Utf8JsonReader(page, isFinalBlock: false, Start); // "not final", so that a cut page is told from a wrong one
        var parsed = false;
        try
        {
            var tally = new Tally(InstantEncoder.Microseconds(receivedAt), rows, until);
            ReadPage(ref reader, page, ref tally);
            var sum = tally.Sum();
            if (mustAscend && !sum.Ascending)
            {
                throw new UnprovenCursorException("HubSpot's list gave deals that do not ascend by id");
            }

            parsed = true;
            foreach (var deal in tally.Failed)
            {
                failed.Add(deal);
            }

            return sum;
        }
        catch (JsonException)
        {
            // The exception is not passed on: its message quotes the page.
            throw new PageFormatException("is not JSON, or nested too deeply", reader.BytesConsumed);
        }
        finally
        {
            if (!parsed)
            {
                rows.Rewind(before);
            }
        }
    }

    void ReadPage(ref Utf8JsonReader reader, ReadOnlySpan<byte> page, ref Tally tally)
    {
        if (PageTokens.Next(ref reader) != JsonTokenType.StartObject)
        {
            throw new PageFormatException("is not a JSON object", reader.TokenStartIndex);
        }

        var hasResults = false;
        while (PageTokens.Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (IsNamed(ref reader, "results"u8))
            {
                if (hasResults)
                {
                    throw new PageFormatException("has its results twice", reader.TokenStartIndex);
                }

                hasResults = true;
                ReadResults(ref reader, page, ref tally);
            }
            else if (IsNamed(ref reader, "total"u8))
            {
                tally.Total = PageTokens.Next(ref reader) == JsonTokenType.Number && reader.TryGetInt64(out var total) ? total : null;
                PageTokens.CurrentValue(ref reader);
            }
            else if (IsNamed(ref reader, "paging"u8))
            {
                tally.After = ReadAfter(ref reader, page);
            }
            else
            {
                PageTokens.NextValue(ref reader);
            }
        }

        if (!hasResults)
        {
            throw new PageFormatException("has no results", reader.BytesConsumed);
        }

        reader.Read(); // throws when anything but blanks follows the object
    }

    void ReadResults(ref Utf8JsonReader reader, ReadOnlySpan<byte> page, ref Tally tally)
    {
        if (PageTokens.Next(ref reader) != JsonTokenType.StartArray)
        {
            throw new PageFormatException("has results that are no array", reader.TokenStartIndex);
        }

        while (PageTokens.Next(ref reader) != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                var value = PageTokens.CurrentValue(ref reader);
                var record = Encoding.UTF8.GetString(page[start..(int)reader.BytesConsumed]);
                tally.Failed.Add(new FailedDeal(DealId: null, record, $"The record is not a JSON object but {value.Type}."));
                continue;
            }

            _record.Read(ref reader);
            if (!_row.TryReadId(_record.Id, page, out var id))
            {
                tally.Failed.Add(Failed(page, start..(int)reader.BytesConsumed, "The record has no id that is a positive 64-bit number."));
            }
            else if (!tally.Sees(id))
            {
                // beyond what is wanted of this page
            }
            else if (!_record.HasReadableProperties)
            {
                tally.Failed.Add(Failed(page, start..(int)reader.BytesConsumed, "The record's properties are not a JSON object."));
            }
            else if (_filter is null || _filter.Passes(_record.Values[_columns..], page, _plainText))
            {
                _row.Write(id, _record, page, tally.ExtractedAt, tally.Rows);
                tally.Count(id);
            }
        }
    }

    FailedDeal Failed(ReadOnlySpan<byte> page, Range record, string reason)
    {
        _plainText.TryRead(_record.Id, page, out var id);
        var shown = _record.Id.IsAbsentOrNull ? null : Encoding.UTF8.GetString(id[..int.Min(id.Length, LongestShownId)]);
        return new FailedDeal(shown, Encoding.UTF8.GetString(page[record]), reason);
    }

    // A next page whose cursor can't be read must not look like the last page: the rest of the portal would be lost without a word.
    string? ReadAfter(ref Utf8JsonReader reader, ReadOnlySpan<byte> page)
    {
        string? after = null;
        if (!TryEnter(ref reader, "has paging that is no object"))
        {
            return after;
        }

        while (PageTokens.Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (!IsNamed(ref reader, "next"u8))
            {
                PageTokens.NextValue(ref reader);
            }
            else if (TryEnter(ref reader, "has a next page that is no object"))
            {
                after = ReadCursor(ref reader, page)
                    ?? throw new PageFormatException("has a next page without a cursor", reader.BytesConsumed);
            }
        }

        return after;
    }

    string? ReadCursor(ref Utf8JsonReader reader, ReadOnlySpan<byte> page)
    {
        string? after = null;
        while (PageTokens.Next(ref reader) == JsonTokenType.PropertyName)
        {
            var isCursor = IsNamed(ref reader, "after"u8);
            var value = PageTokens.NextValue(ref reader);
            if (isCursor)
            {
                var readable = value is { Type: JsonTokenType.String or JsonTokenType.Number, Length: > 0 };
                after = _plainText.TryRead(value, page, out var text) && readable ? Encoding.UTF8.GetString(text) : null;
            }
        }

        return after;
    }

    // Into the object that comes next; no when null stands in its place.
    static bool TryEnter(ref Utf8JsonReader reader, string otherwise) => PageTokens.Next(ref reader) switch
    {
        JsonTokenType.StartObject => true,
        JsonTokenType.Null => false,
        _ => throw new PageFormatException(otherwise, reader.TokenStartIndex),
    };

    bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        _plainText.TryRead(reader.ValueSpan, reader.ValueIsEscaped, out var text) && text.SequenceEqual(name);

    [StructLayout(LayoutKind.Auto)]
    struct Tally(long extractedAt, CopyBuffer rows, long? until)
    {
        int _written;
        long? _firstId;
        long? _lastId;
        long? _lastSeen;
        bool _descended;

        public readonly long ExtractedAt => extractedAt;

        public readonly CopyBuffer Rows => rows;

        public List<FailedDeal> Failed { get; } = [];

        public long? Total { get; set; }

        public string? After { get; set; }

        /// <summary>Notes an id, whether or not its deal is wanted.</summary>
        /// <returns>Whether it is one of this segment's.</returns>
        public bool Sees(long id)
        {
            _descended |= id <= _lastSeen;
            _lastSeen = id;
            return !(id >= until);
        }

        public void Count(long id)
        {
            _firstId ??= id;
            _lastId = id;
            _written++;
        }

        public readonly PageRows Sum() => new(_written, Failed.Count, _firstId, _lastId, Ascending: !_descended, Total, After);
    }
}
