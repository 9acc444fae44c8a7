using System.Globalization;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>A row of the opportunities file.</summary>
sealed record Opportunity(
    string Id, string Agent, string Product, string Account, string Stage, DateOnly? Engaged, DateOnly? Closed, string CloseValue);

/// <summary>The opportunities that a portal is to start with.</summary>
sealed class Opportunities
{
    const string Header = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value";

    static readonly string[] Stages = ["Prospecting", "Engaging", "Won", "Lost"];

    Opportunities(Opportunity[] rows) => Rows = rows;

    public Opportunity[] Rows { get; }

    /// <summary>Everyone who sells, in alphabetical order.</summary>
    public IReadOnlyList<string> Agents => [.. Rows.Select(row => row.Agent).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <exception cref="InvalidDataException">The file is not such a CSV; the message names the line.</exception>
    public static Opportunities Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw new InvalidDataException($"{path}: the first line must be '{Header}'.");
        }

        return new Opportunities([.. lines.Skip(1).Select((line, index) => ReadRow(path, index + 2, line))]);
    }

    static Opportunity ReadRow(string path, int lineNumber, string line)
    {
        var fields = line.Split(',');
        if (fields.Length != 8 || line.Contains('"', StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}:{lineNumber}: eight fields without quotes expected.");
        }

        if (!Stages.Contains(fields[4]))
        {
            throw new InvalidDataException($"{path}:{lineNumber}: '{fields[4]}' is not a stage ({string.Join(", ", Stages)}).");
        }

        return new Opportunity(
            fields[0], fields[1], fields[2], fields[3], fields[4], DateOf(fields[5]), DateOf(fields[6]), fields[7]);

        DateOnly? DateOf(string text)
        {
            if (text.Length == 0)
            {
                return null;
            }

            return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new InvalidDataException($"{path}:{lineNumber}: '{text}' is not a date (YYYY-MM-DD).");
        }
    }
}
