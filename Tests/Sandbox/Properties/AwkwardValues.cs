using System.Collections.Frozen;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// Values that a real portal holds somewhere and that break careless readers. Every 64th deal (slots 63, 127, 191, …) carries
/// one row of the table below in place of what it would otherwise have, the rows in turn; the rows of great size come once in
/// sixteen turns. So a portal of 1,700 deals has met them all.
/// </summary>
static class AwkwardValues
{
    public const int None = -1;
    const int Every = 64;

    /// <summary>The row in which <c>createdate</c> was emptied; <c>createdAt</c> of the record follows it to 1970.</summary>
    public const int ClearedCreateDate = 0;

    /// <summary>The row with half a surrogate pair, which no UTF-8 text can hold: only in portals that ask for it.</summary>
    public const int LoneSurrogate = 1;

    const int Giant = 2;

    static readonly FrozenDictionary<string, DealValue>[] Rows =
    [
        Row(("createdate", "")),
        Row(("dealname", "half a pair \uD83D and \uDE80 the other"), ("description", "\uDC00")),
        Row(("description", GiantText(65_000)), ("proposal_html", "<p>" + new string('x', 60_000) + "</p>")),
        Row(("dealname", "🚀 Größter Deal 💶 👩‍👩‍👧 ✅"), ("description", "naïve café — 日本語 한국어 العربية")),
        Row(("dealname", "\"Quoted\" 'single' “curly” «angled»"), ("hs_next_step", "\"")),
        Row(("dealname", @"C:\temp\new ""x"" \\server\n \u0041"), ("internal_notes", "\\")),
        Row(("dealname", "First line\nsecond\r\nthird"), ("description", "\n\nline\n\n"), ("internal_notes", "\r")),
        Row(("dealname", "one\ttwo\tthree"), ("description", "\tindented\n\t\ttwice")),
        Row(("dealname", "=1+2"), ("description", "=HYPERLINK(\"http://example.com\",\"click\")"), ("closed_lost_reason", "+49 30 901820"),
            ("hs_next_step", "-5"), ("internal_notes", "@SUM(A1:A9)")),
        Row(("amount", "12345678901234567890"), ("contract_volume", "98765432109876543210")),
        Row(("amount", "0.1000000000000000055511151231257827021181583404541015625"),
            ("contract_volume", "6000.0000000000003330669073875469621270895004272460937500001")),
        Row(("amount", "1.5E+10"), ("contract_volume", "1e-7")),
        Row(("contract_volume", "101;102;103"), ("num_associated_contacts", "three")),
        Row(("dealname", "before\0after"), ("description", "\0"), ("internal_notes", "bell\u0007 escape\u001B unit\u001F delete\u007F")),
        Row(("dealname", ""), ("amount", ""), ("closedate", ""), ("description", ""), ("contract_volume", ""), ("kickoff_date", ""),
            ("is_strategic", ""), ("hs_priority", "")),
        Row(("kickoff_date", "next spring"), ("last_reviewed_at", "soon"), ("is_strategic", "maybe")),
        Row(("closedate", "0001-01-01T00:00:00Z"), ("kickoff_date", "0001-01-01"), ("last_reviewed_at", "0001-01-01T00:00:00Z")),
        Row(("closedate", "9999-12-31T23:59:59.999Z"), ("kickoff_date", "9999-12-31"), ("last_reviewed_at", "+275760-09-13T00:00:00Z")),
        Row(("closedate", "2024-02-29T00:00:00Z"), ("last_reviewed_at", "1773300966332"), ("kickoff_date", "2024-02-29")),
        Row(("amount", "-250.75"), ("contract_volume", "007")),
        Row(("amount", "101;102"), ("is_strategic", "TRUE"), ("kickoff_date", "2024-02-29T13:45:00.000Z")),
        Row(("dealname", "  padded  "), ("description", " "), ("closed_lost_reason", "null"), ("hs_next_step", "NULL"), ("internal_notes", @"\N")),
        Row(("dealname", "שלום\u2028line\u2029paragraph e\u0301 \uFEFF\u200B"), ("internal_notes", "\u0085\u00A0")),
        Row(("dealname", "a,b;\"c\",\nd"), ("description", "<b>bold</b> &amp; <script>alert(1)</script>"), ("dealtype", "deleted_option"),
            ("competitors", ";acme;;")),
        Row(("contract_volume", "NaN"), ("amount", " 42 "), ("discounted_amount", "-0")),
        Row(("amount", "0.00"), ("contract_volume", "Infinity"), ("last_reviewed_at", "2024-12-31T23:59:60Z")),
    ];

    /// <summary>Which row a deal carries; <see cref="None"/> for most.</summary>
    public static int KindOf(int slot)
    {
        if (slot % Every != Every - 1)
        {
            return None;
        }

        var (turn, row) = Math.DivRem(slot / Every, Rows.Length);
        return row == Giant && turn % 16 != 0 ? None : row;
    }

    public static bool TryGet(int row, string property, out DealValue value) => Rows[row].TryGetValue(property, out value);

    static FrozenDictionary<string, DealValue> Row(params (string Property, string Value)[] values) =>
        values.ToFrozenDictionary(value => value.Property, value => DealValue.Text(value.Value), StringComparer.Ordinal);

    static string GiantText(int length) => string.Create(length, 0, static (text, _) =>
    {
        const string Words = "The customer's requirements, in full: ä ö ü ß \"quoted\" back\\slash\nnew line. ";
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = Words[index % Words.Length];
        }
    });
}
