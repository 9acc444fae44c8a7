using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Exports;

public sealed class CsvExportTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_file_has_the_keys_and_then_a_record_per_deal()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(
            2, new { due = "2024-12-31", closedate = "2024-12-31T08:00:00.25Z", amount = "-0.50", dealname = "Acme, \"Corp\"", hs_is_closed_won = "false" }, Ct);
        await deals.StorePageAsync("""{"results":[{"id":"10","properties":{"dealname":"","amount":"a lot"}}]}""", Ct);
        var uuids = new DealUuids(StoredDeals.ScanUuid);
        Assert.That(
            await ExportAsync(deals),
            Is.EqualTo(
                "id,hs_object_id,dealname,amount,hs_is_closed_won,closedate,due,_tenant_id,_scan_id,_extracted_at,created_at,updated_at,_archived,_rejected\r\n"
                + $"{uuids.Of(2)},2,\"Acme, \"\"Corp\"\"\",-0.50,false,2024-12-31T08:00:00.250Z,2024-12-31,48215,spring_2026-all,2026-03-12T10:00:00.120Z,"
                + "2024-01-15T14:30:00Z,2024-12-01T10:15:30.500Z,true,\r\n"
                + $"{uuids.Of(10)},10,\"\",,,,,48215,spring_2026-all,2026-03-12T10:00:00.120Z,,,false,\"{{\"\"amount\"\":\"\"a lot\"\"}}\"\r\n"));
    }

    [Test]
    public async Task Every_value_is_the_one_that_PostgreSQLs_own_CSV_has()
    {
        await using var deals = await AwkwardDeals.StoreAsync(Ct);
        var ours = CsvReader.Read(await ExportAsync(deals), "\r\n");
        var theirs = CsvReader.Read(
            await deals.CopyOutAsync(
                $"""
                copy (select hs_object_id, dealname, amount, hs_is_closed_won::text, due, _rejected from {deals.Export.Table.Name} order by 1)
                  to stdout (format csv)
                """,
                Ct),
            "\n");
        string[] header = ["hs_object_id", "dealname", "amount", "hs_is_closed_won", "due", "_rejected"];
        var places = header.Select(key => Array.IndexOf(ours[0], key)).ToArray();
        Assert.That(ours.Skip(1).Select(record => places.Select(place => record[place])), Is.EqualTo(theirs));
        Assert.That(theirs, Has.Count.EqualTo(AwkwardDeals.Texts.Length));
        Assert.That(ours.Skip(1).Select(record => record[places[1]]), Is.EqualTo(AwkwardDeals.Texts), "null and empty differ");
    }

    [Test]
    public async Task The_records_say_what_the_JSON_objects_say()
    {
        await using var deals = await AwkwardDeals.StoreAsync(Ct);
        var csv = CsvReader.Read(await ExportAsync(deals), "\r\n");
        var json = new ArrayBufferWriter<byte>();
        await DealPages.ReadAsync(deals.Database, deals.Export, default, 1_000, json, Ct);
        var objects = JsonElement.Parse(json.WrittenSpan).EnumerateArray().ToArray();
        Assert.That(csv[0], Is.EqualTo(deals.Export.Keys));
        Assert.That(csv.Skip(1), Is.EqualTo(objects.Select(deal => deals.Export.Keys.Select(key => TextOf(deal, key)))));
    }

    [Test]
    public async Task A_blank_at_either_end_is_quoted_so_that_no_reader_trims_it()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = " x\t" }, Ct);
        await deals.StoreAsync(2, new { dealname = "x y" }, Ct);
        var csv = await ExportAsync(deals);
        Assert.That(csv, Does.Contain(",1,\" x\t\","));
        Assert.That(csv, Does.Contain(",2,x y,"));
    }

    [Test]
    public async Task The_header_comes_before_the_first_deal_is_read()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await using var connection = await deals.Database.OpenConnectionAsync(Ct);
        await using var removal = await connection.BeginTransactionAsync(Ct);
        await using (var locked = connection.CreateCommand())
        {
            locked.CommandText = $"lock table {deals.Export.Table.Name} in access exclusive mode";
            await locked.ExecuteNonQueryAsync(Ct);
        }

        var pipe = new Pipe();
        var writing = WriteAsync(deals, pipe.Writer);
        var header = await pipe.Reader.ReadAsync(Ct);
        Assert.That(Encoding.UTF8.GetString(header.Buffer), Does.StartWith("id,hs_object_id,_tenant_id,").And.EndsWith("_rejected\r\n"));
        Assert.That(writing.IsCompleted, Is.False);
        await removal.RollbackAsync(Ct);
        pipe.Reader.AdvanceTo(header.Buffer.End);
        Assert.That((await pipe.Reader.ReadAsync(Ct)).IsCompleted);
        await writing;
    }

    [Test]
    public async Task A_reader_that_leaves_ends_the_export()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 50_000, Ct);
        var pipe = new Pipe();
        var writing = WriteAsync(deals, pipe.Writer);
        var some = await pipe.Reader.ReadAtLeastAsync(10_000, Ct);
        pipe.Reader.AdvanceTo(some.Buffer.End);
        await pipe.Reader.CompleteAsync();
        await writing;
        await Eventually.BecomesAsync(deals.BusySessions, Is.Zero, "no session is at work", Ct);
    }

    [Test]
    public async Task A_reader_that_does_not_read_holds_no_session()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 100_000, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var pipe = new Pipe();
        var writing = CsvExport.WriteAsync(deals.Database, deals.Export, pipe.Writer, stop.Token);
        var some = await pipe.Reader.ReadAtLeastAsync(10_000, Ct);
        pipe.Reader.AdvanceTo(some.Buffer.Start, some.Buffer.Start); // nothing is taken
        await Eventually.BecomesAsync(deals.BusySessions, Is.Zero, "the batches in hand are read, no more", Ct);
        Assert.That(writing.IsCompleted, Is.False);
        await stop.CancelAsync();
        Assert.That(async () => await writing, Throws.InstanceOf<OperationCanceledException>());
    }

    static string? TextOf(JsonElement deal, string key) =>
        !deal.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    static async Task<string> ExportAsync(StoredDeals deals)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(deals, pipe.Writer);
        using var file = new MemoryStream();
        await pipe.Reader.CopyToAsync(file, Ct);
        await writing;
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file.ToArray());
    }

    static async Task WriteAsync(StoredDeals deals, PipeWriter output)
    {
        await CsvExport.WriteAsync(deals.Database, deals.Export, output, Ct);
        await output.CompleteAsync();
    }
}
