using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using Npgsql;

namespace HubSpotDeals.Suite.Support;

/// <summary>
/// Holds a scan's stored rows against the portal they came from, value by value, by rules of its own: nothing of the service's parsing
/// or encoding is used.
/// </summary>
public static partial class StoredDeals
{
    const int MostDifferences = 10;

    /// <summary>Fails unless every deal of the portal is stored exactly once, with every value, and nothing else is.</summary>
    /// <param name="database">Where the scan's deals are.</param>
    /// <param name="scan">It has been planned at least.</param>
    /// <param name="portal">Where they came from.</param>
    /// <param name="ids">The deals that must be there.</param>
    /// <param name="ct">Ends the look.</param>
    /// <param name="apart">Deals that may be there, and are not looked at.</param>
    public static async Task AreThoseOfAsync(
        NpgsqlDataSource database, ScanJob scan, Portal portal, IEnumerable<long> ids, CancellationToken ct, params IReadOnlyCollection<long> apart)
    {
        var columns = scan.Columns!;
        var select = string.Join(", ", columns.Select(column => column.Kind == ColumnKind.Instant
            ? $"(extract(epoch from {SqlName.Quote(column.Column)}) * 1000000)::numeric(30, 0)::text"
            : $"{SqlName.Quote(column.Column)}::text"));
        var names = columns.Select(column => column.Property).ToList();
        var differences = new List<string>();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            select hs_object_id, _rejected::text, _archived, (extract(epoch from created_at) * 1000000)::numeric(30, 0)::text, _scan_id
                   {(select.Length > 0 ? ", " + select : "")}
              from {scan.Table.Name} where hs_object_id <> all($1) order by hs_object_id
            """,
            connection) { Parameters = { new() { Value = apart.ToArray() } } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        foreach (var id in ids)
        {
            var stored = await rows.ReadAsync(ct) ? rows.GetInt64(0) : (long?)null;
            if (stored != id)
            {
                differences.Add($"deal {id} was expected, {stored?.ToString(CultureInfo.InvariantCulture) ?? "nothing"} is stored there");
                break;
            }

            var truth = portal.ReadDeal(id, names)!;
            var rejected = rows.IsDBNull(1) ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(rows.GetString(1))!;
            Compare("archived", truth.Archived ? "true" : "false", rows.GetBoolean(2) ? "true" : "false");
            Compare("createdAt", Microseconds(truth.CreatedAt), rows.IsDBNull(3) ? null : rows.GetString(3));
            Compare("_scan_id", scan.ScanId, rows.GetString(4));
            for (var i = 0; i < columns.Count; i++)
            {
                var value = truth.Properties.GetValueOrDefault(names[i]);
                var (column, keptAside) = Expected(columns[i].Kind, value);
                var actual = rows.IsDBNull(i + 5) ? null : rows.GetString(i + 5);
                Compare(names[i], column, columns[i].Kind == ColumnKind.Number && actual is not null ? Canonical(actual) : actual);
                Compare(names[i] + " in _rejected", keptAside ? value : null, rejected.GetValueOrDefault(names[i]));
            }

            if (differences.Count >= MostDifferences)
            {
                break;
            }

            void Compare(string what, string? expected, string? actual)
            {
                if (!string.Equals(expected, actual, StringComparison.Ordinal))
                {
                    differences.Add($"deal {id}, {what}: «{Short(expected)}» was expected, «{Short(actual)}» is stored");
                }
            }
        }

        if (differences.Count == 0 && await rows.ReadAsync(ct))
        {
            differences.Add($"deal {rows.GetInt64(0)} is stored and not in the portal");
        }

        Assert.That(differences, Is.Empty);
    }

    // What a column of the kind must hold for HubSpot's value, and whether the value must be kept aside as well.
    static (string? Column, bool KeptAside) Expected(ColumnKind kind, string? value) => value switch
    {
        null => (null, false),
        _ when kind == ColumnKind.Text => (value.Replace("\0", "", StringComparison.Ordinal), value.Contains('\0', StringComparison.Ordinal)),
        "" => (null, false),
        _ when kind == ColumnKind.Number => Unless(Number().IsMatch(value) ? Canonical(value.Trim()) : null),
        _ when kind == ColumnKind.Bool => Unless(value.ToLowerInvariant() is "true" or "false" ? value.ToLowerInvariant() : null),
        _ when kind == ColumnKind.Instant => Unless(Microseconds(value)),
        _ => Unless(Date().IsMatch(value) && DateOnly.TryParseExact(value, "yyyy-MM-dd", out _) ? value : null),
    };

    static (string? Column, bool KeptAside) Unless(string? column) => (column, column is null);

    static string? Microseconds(string text)
    {
        if (Milliseconds().IsMatch(text))
        {
            return (BigInteger.Parse(text, CultureInfo.InvariantCulture) * 1000).ToString(CultureInfo.InvariantCulture);
        }

        if (Instant().Match(text) is not { Success: true } match)
        {
            return null;
        }

        // .NET's years end at 9999; the calendar repeats every 400 years, of 146,097 days.
        var year = int.Parse(match.Groups["year"].Value, CultureInfo.InvariantCulture);
        var cycles = Math.Max(0, (year - 9600) / 400);
        var near = (year - (cycles * 400)).ToString("0000", CultureInfo.InvariantCulture) + match.Groups["rest"].Value;
        return DateTimeOffset.TryParse(near, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? (((instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) + (cycles * 146_097L * 86_400_000_000L))
                .ToString(CultureInfo.InvariantCulture)
            : null;
    }

    // The number's digits without needless zeros, times a power of ten: one spelling for each value.
    static string Canonical(string number)
    {
        var match = Number().Match(number);
        var whole = match.Groups["whole"].Value;
        var fraction = match.Groups["fraction"].Value;
        var exponent = match.Groups["exponent"] is { Success: true } e ? int.Parse(e.Value, CultureInfo.InvariantCulture) : 0;
        var digits = BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture);
        exponent -= fraction.Length;
        while (!digits.IsZero && digits % 10 == 0)
        {
            digits /= 10;
            exponent++;
        }

        var sign = match.Groups["sign"].Value == "-" && !digits.IsZero ? "-" : "";
        return digits.IsZero ? "0" : $"{sign}{digits}e{exponent}";
    }

    static string Short(string? text) => text switch
    {
        null => "null",
        { Length: > 80 } => text[..80] + "…",
        _ => text,
    };

    [GeneratedRegex(@"^\s*(?<sign>[+-]?)(?=[\d.]*\d)(?<whole>\d*)\.?(?<fraction>\d*)([eE](?<exponent>[+-]?\d+))?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?<year>\+\d{5,6}|\d{4})(?<rest>-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instant();

    [GeneratedRegex(@"^-?\d+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();
}
