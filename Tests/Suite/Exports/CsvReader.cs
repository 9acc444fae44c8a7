using System.Text;

namespace HubSpotDeals.Suite.Exports;

/// <summary>Reads CSV as RFC 4180 has it and refuses everything else. A field is null where nothing stands, not even quotes.</summary>
static class CsvReader
{
    public static List<string?[]> Read(string csv, string lineEnd)
    {
        var records = new List<string?[]>();
        for (var place = 0; place < csv.Length;)
        {
            records.Add(ReadRecord(csv, lineEnd, ref place));
        }

        return records;
    }

    static string?[] ReadRecord(string csv, string lineEnd, ref int place)
    {
        var fields = new List<string?>();
        while (true)
        {
            fields.Add(csv[place] == '"' ? ReadQuoted(csv, ref place) : ReadBare(csv, ref place));
            if (csv.AsSpan(place).StartsWith(lineEnd, StringComparison.Ordinal))
            {
                place += lineEnd.Length;
                return [.. fields];
            }

            if (csv[place++] != ',')
            {
                throw new FormatException($"neither a comma nor a line's end at {place - 1}");
            }
        }
    }

    static string ReadQuoted(string csv, ref int place)
    {
        var text = new StringBuilder();
        while (true)
        {
            var quote = csv.IndexOf('"', place + 1);
            text.Append(csv, place + 1, quote - place - 1);
            place = quote + 1;
            if (csv[place] != '"')
            {
                return text.ToString();
            }

            text.Append('"');
        }
    }

    static string? ReadBare(string csv, ref int place)
    {
        var end = csv.AsSpan(place).IndexOfAny(",\r\n\"") + place;
        if (csv[end] == '"')
        {
            throw new FormatException($"a quote inside a bare field at {end}");
        }

        var text = csv[place..end];
        place = end;
        return text.Length == 0 ? null : text;
    }
}
