using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Infrastructure.Exports.Excel;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Exports;

/// <summary>The Excel download, validated and read back by the format's own library.</summary>
public sealed partial class ExcelExportTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_workbook_is_valid_and_every_cell_says_what_the_JSON_says_in_its_own_type()
    {
        await using var deals = await AwkwardDeals.StoreAsync(Ct);
        using var file = await ExportAsync(deals, SheetLimits.OfExcel);
        using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
        Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(workbook).Select(fault => $"{fault.Path?.XPath}: {fault.Description}"), Is.Empty);

        var (name, rows) = Sheets(workbook).Single();
        Assert.That(name, Is.EqualTo("deals"));
        Assert.That(rows[0].Values.Select(cell => cell.Text), Is.EqualTo(deals.Export.Keys));
        var objects = await ReadJsonAsync(deals);
        Assert.That(rows, Has.Count.EqualTo(objects.Count + 1));
        var kinds = SheetRows.KindsOf(deals.Export).ToList();
        foreach (var (row, deal) in rows.Skip(1).Zip(objects))
        {
            foreach (var (column, key) in deals.Export.Keys.Index())
            {
                Assert.That(row.GetValueOrDefault(column)?.ToString(), Is.EqualTo(Expected(deal, key, kinds[column])), key);
            }
        }
    }

    [TestCase("=1+1")]
    [TestCase("+49 30 1234")]
    [TestCase("@cmd|' /C calc'!A0")]
    [TestCase("0123")]
    [TestCase("_x0041_ is no A")]
    [TestCase("_x004_ _xZZZZ_ _x0041")]
    [TestCase("bell \a, escape \u001b, NEL \u0085, non-characters \ufffe\uffff")]
    [TestCase("a\r\nb\rc\nd\te")]
    [TestCase("  both ends  ")]
    [TestCase("\n")]
    [TestCase("<b>&amp;</b> ]]> <!-- ' \"")]
    [TestCase("Zürich 🎉 日本 \u202e")]
    public async Task A_text_comes_back_letter_by_letter_and_is_never_a_formula(string text)
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = text }, Ct);
        Assert.That(await CellAsync(deals, "dealname"), Is.EqualTo(new SheetCell("text", text)));
    }

    [TestCase("67340.0", "number", "67340.0")]
    [TestCase("-0.50", "number", "-0.50")]
    [TestCase("0.200000000000000011102230246251565404236316680908203125", "number", "0.200000000000000011102230246251565404236316680908203125")]
    [TestCase("123456789012345", "number", "123456789012345")]
    [TestCase("1234567890123456", "text", "1234567890123456")]
    [TestCase("-1234567890123456.00", "text", "-1234567890123456.00")]
    [TestCase("1000000000000000000000", "number", "1000000000000000000000")]
    [TestCase("1e400", "text", null)]
    public async Task A_number_is_a_number_unless_it_would_become_another(string value, string type, string? shown)
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { amount = value }, Ct);
        Assert.That(await CellAsync(deals, "amount"), Is.EqualTo(new SheetCell(type, shown ?? "1" + new string('0', 400))));
    }

    [TestCase("2024-12-31T08:00:00.25Z", "instant", "45657.3333362269")]
    [TestCase("1900-03-01T00:00:00Z", "instant", "61")]
    [TestCase("1900-02-28T23:59:59Z", "text", "1900-02-28T23:59:59Z")]
    [TestCase("9999-12-31T23:59:59Z", "instant", "2958465.9999884259")]
    [TestCase("+275760-09-13T00:00:00Z", "text", "+275760-09-13T00:00:00Z")]
    public async Task An_instant_is_a_day_number_where_Excel_has_a_calendar_for_it(string value, string type, string shown)
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { closedate = value }, Ct);
        Assert.That(await CellAsync(deals, "closedate"), Is.EqualTo(new SheetCell(type, shown)));
        if (type == "instant")
        {
            var back = new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Utc) + TimeSpan.FromTicks((long)Math.Round(decimal.Parse(shown, CultureInfo.InvariantCulture) * 86_400_000) * TimeSpan.TicksPerMillisecond);
            Assert.That(back, Is.EqualTo(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).UtcDateTime), "to the millisecond");
        }
    }

    [Test]
    public async Task A_text_too_long_for_a_cell_is_cut_and_says_so_and_no_letter_is_torn()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = new string('x', 31_999) + string.Concat(Enumerable.Repeat("🎉", 1_000)) }, Ct);
        await deals.StoreAsync(2, new { dealname = new string('ü', 32_767) }, Ct);
        using var file = await ExportAsync(deals, SheetLimits.OfExcel);
        using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
        var rows = Sheets(workbook).Single().Rows;
        var cut = rows[1][2].Text;
        Assert.That(cut, Does.StartWith(new string('x', 31_999) + "🎉… [cut: 33,999 characters").And.EndsWith("have them all]"));
        Assert.That(cut, Has.Length.LessThanOrEqualTo(32_767));
        Assert.That(rows[2][2].Text, Is.EqualTo(new string('ü', 32_767)), "what fits is whole");
    }

    [Test]
    public async Task Above_the_row_limit_it_goes_on_on_further_sheets_each_with_its_header_and_no_row_is_lost()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 2_500, Ct);
        foreach (var limits in new[] { new SheetLimits(1_000, long.MaxValue), new SheetLimits(int.MaxValue, 300_000) })
        {
            using var file = await ExportAsync(deals, limits);
            using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
            Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(workbook), Is.Empty);
            var sheets = Sheets(workbook);
            Assert.That(sheets, Has.Count.GreaterThan(1));
            Assert.That(sheets.Select(sheet => sheet.Name).Take(3), Is.EqualTo(new[] { "deals", "deals 2", "deals 3" }.Take(sheets.Count)));
            Assert.That(sheets.Select(sheet => sheet.Rows[0][1].Text), Is.All.EqualTo("hs_object_id"));
            Assert.That(sheets.SelectMany(sheet => sheet.Rows.Skip(1)).Select(row => row[1].Text), Is.EqualTo(Enumerable.Range(1, 2_500).Select(id => $"{id}")));
            if (limits.Rows == 1_000)
            {
                Assert.That(sheets.Select(sheet => sheet.Rows.Count), Is.EqualTo(new[] { 1_001, 1_001, 501 }));
            }
        }
    }

    [Test]
    public async Task The_header_row_is_frozen_and_the_contents_are_told_first()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { }, Ct);
        using var file = await ExportAsync(deals, SheetLimits.OfExcel);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
        {
            Assert.That(zip.Entries[0].FullName, Is.EqualTo("[Content_Types].xml"));
        }

        using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
        var pane = workbook.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Pane>().Single();
        Assert.That((pane.State!.Value, pane.VerticalSplit!.Value, pane.TopLeftCell!.Value), Is.EqualTo((PaneStateValues.Frozen, 1d, "A2")));
    }

    [Test]
    public async Task What_is_written_before_a_failure_is_no_workbook()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 100, Ct);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await deals.ExecuteAsync($"alter table {deals.Export.Table.Name} drop column _rejected", Ct);
        Assert.That(async () => await ExcelExport.WriteAsync(deals.Database, deals.Export, pipe.Writer, Ct), Throws.InstanceOf<Npgsql.PostgresException>());
        await pipe.Writer.CompleteAsync();
        using var file = new MemoryStream();
        await pipe.Reader.CopyToAsync(file, Ct);
        Assert.That(file.Length, Is.Positive);
        Assert.That(() => new ZipArchive(file, ZipArchiveMode.Read), Throws.InstanceOf<InvalidDataException>());
    }

    static string? Expected(JsonElement deal, string key, ColumnKind kind)
    {
        if (!deal.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return kind switch
        {
            ColumnKind.Number => $"number {text}",
            ColumnKind.Bool => $"bool {(text == "true" ? 1 : 0)}",
            ColumnKind.Instant when text[0] is not ('+' or '-') => $"instant {Serial(text)}",
            ColumnKind.Date when string.CompareOrdinal(text, "1900-03-01") >= 0 => $"date {Serial(text)}",
            _ => $"text {text}",
        };
    }

    static string Serial(string text)
    {
        var since = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - new DateTimeOffset(1899, 12, 30, 0, 0, 0, TimeSpan.Zero);
        return Math.Round(since.Ticks / (decimal)TimeSpan.TicksPerDay, 10).ToString("0.##########", CultureInfo.InvariantCulture);
    }

    static async Task<SheetCell> CellAsync(StoredDeals deals, string key)
    {
        using var file = await ExportAsync(deals, SheetLimits.OfExcel);
        using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
        Assert.That(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(workbook), Is.Empty);
        return Sheets(workbook).Single().Rows[1][deals.Export.Keys.ToList().IndexOf(key)];
    }

    static async Task<List<JsonElement>> ReadJsonAsync(StoredDeals deals)
    {
        var json = new ArrayBufferWriter<byte>();
        await DealPages.ReadAsync(deals.Database, deals.Export, default, 1_000, json, Ct);
        return [.. JsonElement.Parse(json.WrittenSpan).EnumerateArray()];
    }

    static async Task<MemoryStream> ExportAsync(StoredDeals deals, SheetLimits limits)
    {
        var pipe = new Pipe();
        var writing = WriteAsync();
        var file = new MemoryStream();
        await pipe.Reader.CopyToAsync(file, Ct);
        await writing;
        file.Position = 0;
        return file;

        async Task WriteAsync()
        {
            await ExcelExport.WriteAsync(deals.Database, deals.Export, limits, pipe.Writer, Ct);
            await pipe.Writer.CompleteAsync();
        }
    }

    /// <summary>The sheets in their order; each row's cells by column, those without a value left out.</summary>
    static List<(string Name, List<Dictionary<int, SheetCell>> Rows)> Sheets(SpreadsheetDocument workbook) =>
    [
        .. workbook.WorkbookPart!.Workbook.Descendants<Sheet>().Select(sheet => (
            sheet.Name!.Value!,
            ((WorksheetPart)workbook.WorkbookPart.GetPartById(sheet.Id!.Value!)).Worksheet.Descendants<Row>()
                .Select(row => row.Elements<Cell>().ToDictionary(cell => Column(cell.CellReference!.Value!), SheetCell.Of)).ToList())),
    ];

    static int Column(string reference) =>
        reference.TakeWhile(char.IsAsciiLetter).Aggregate(0, (column, letter) => (column * 26) + letter - 'A' + 1) - 1;

    /// <summary>What a cell is and says.</summary>
    sealed partial record SheetCell(string Type, string Text)
    {
        internal static SheetCell Of(Cell cell)
        {
            Assert.That(cell.CellFormula, Is.Null);
            var type = cell.DataType?.Value;
            return type == CellValues.InlineString
                ? new SheetCell("text", Escapes().Replace(cell.InlineString!.Text!.Text, match => $"{(char)Convert.ToInt32(match.Groups["hex"].Value, 16)}"))
                : new SheetCell(
                    type == CellValues.Boolean ? "bool" : cell.StyleIndex?.Value switch { 2 => "instant", 3 => "date", _ => "number" },
                    cell.CellValue!.Text);
        }

        public override string ToString() => $"{Type} {Text}";

        [GeneratedRegex("_x(?<hex>[0-9A-Fa-f]{4})_", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex Escapes();
    }
}
