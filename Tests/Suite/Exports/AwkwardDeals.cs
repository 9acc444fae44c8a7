namespace HubSpotDeals.Suite.Exports;

/// <summary>Deals whose values try the formats: what has to be quoted, escaped, rounded or left out.</summary>
static class AwkwardDeals
{
    public static readonly string?[] Texts =
    [
        null, "", " ", "plain", "a,b", "\"", "say \"hi\", ok", "two\r\nlines", "cr\ralone", "lf\nalone", " leading", "trailing ", "\ttab",
        "Zürich 🎉 日本", "=1+1", "@cmd", "+49", "-5", "\\.", "null", "NULL", "\u0001\u007f", "\u00a0", "'", ";",
    ];

    /// <summary>A deal for each text, with values of the other kinds in turn.</summary>
    public static async Task<StoredDeals> StoreAsync(CancellationToken ct)
    {
        var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, ct);
        string[] amounts = ["", "5000.00", "0.200000000000000011102230246251565404236316680908203125", "1e30", "five", "-0", "0.00"];
        string[] days = ["2024-02-29", "0001-01-01", "9999-12-31", "", "soon"];
        foreach (var (index, text) in Texts.Index())
        {
            await deals.StoreAsync(
                index + 1,
                new
                {
                    dealname = text,
                    amount = amounts[index % amounts.Length],
                    hs_is_closed_won = index % 3 == 0 ? "true" : index % 3 == 1 ? "FALSE" : "",
                    closedate = index % 2 == 0 ? "+275760-09-13T00:00:00Z" : "2026-02-25T16:26:25.880Z",
                    due = days[index % days.Length],
                },
                ct);
        }

        return deals;
    }
}
