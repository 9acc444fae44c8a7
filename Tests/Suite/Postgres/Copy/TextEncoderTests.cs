using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class TextEncoderTests
{
    CopyTarget _target;

    [OneTimeSetUp]
    public async Task CreateTable()
    {
        _target = await CopyTarget.CreateAsync(CancellationToken.None);
        await _target.ExecuteAsync("create table texts (place int8, value text)", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task DropTable() => await _target.DisposeAsync();

    [TestCase("", "")]
    [TestCase("plain", "plain")]
    [TestCase("Zürich 🎉 東京", "Zürich 🎉 東京")]
    [TestCase("\u007F\u2028", "\u007F\u2028")]
    [TestCase("""\"\\\/""", "\"\\/")]
    [TestCase("""a\b\f\n\r\tz""", "a\b\f\n\r\tz")]
    [TestCase("""\u0041\u00e9\u20AC""", "Aé€")]
    [TestCase("""\ud83d\ude00 and \uD83D\uDE00""", "😀 and 😀")]
    [TestCase("""=HYPERLINK(\"x\")""", "=HYPERLINK(\"x\")")]
    [TestCase("""\\u0000""", "\\u0000")]
    public async Task A_text_is_stored_as_it_is(string json, string expected)
    {
        var (exact, stored) = await StoreAsync(Encoding.UTF8.GetBytes(json));
        Assert.Multiple(() =>
        {
            Assert.That(exact, Is.True);
            Assert.That(stored, Is.EqualTo(expected));
        });
    }

    [TestCase("""a\u0000b""", "ab")]
    [TestCase("""\u0000""", "")]
    [TestCase("""\ud83d""", "\uFFFD")]
    [TestCase("""cut \ud83d off""", "cut \uFFFD off")]
    [TestCase("""\ude00\ud83d""", "\uFFFD\uFFFD")]
    [TestCase("""\ud83d\ud83d\ude00""", "\uFFFD😀")]
    [TestCase("""\ud83d\n""", "\uFFFD\n")]
    [TestCase("""\ud83d\u0041""", "\uFFFDA")]
    public async Task What_PostgreSQLs_text_cannot_hold_is_left_out_or_replaced_and_said(string json, string expected)
    {
        var (exact, stored) = await StoreAsync(Encoding.UTF8.GetBytes(json));
        Assert.Multiple(() =>
        {
            Assert.That(exact, Is.False);
            Assert.That(stored, Is.EqualTo(expected));
        });
    }

    [TestCase(new byte[] { 0x61, 0xFF, 0x62 }, "a\uFFFDb")]
    [TestCase(new byte[] { 0xC0, 0xAF }, "\uFFFD\uFFFD")]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [TestCase(new byte[] { 0xE2, 0x82 }, "\uFFFD")]
    [TestCase(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, "\uFFFD\uFFFD\uFFFD\uFFFD")]
    [TestCase(new byte[] { (byte)'\\', (byte)'n', 0xFF }, "\n\uFFFD")]
    public async Task Bytes_that_are_no_UTF8_are_replaced_and_said(byte[] json, string expected)
    {
        var (exact, stored) = await StoreAsync(json);
        Assert.Multiple(() =>
        {
            Assert.That(exact, Is.False);
            Assert.That(stored, Is.EqualTo(expected));
        });
    }

    [Test]
    public async Task Every_JSON_string_means_to_the_encoder_what_it_means_to_PostgreSQL()
    {
        var texts = JsonStrings(Gen.OneOf(
            Gen.Choose(1, 0x7F), Gen.Choose(0x80, 0x7FF), Gen.Choose(0x800, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF)));
        var ct = TestContext.CurrentContext.CancellationToken;
        string[] samples = [.. texts.Sample(4_000, 20)];
        var stored = await StoreAllAsync(samples, shouldBeExact: true, ct);
        var parsed = await _target.ReadAsync(
            """select ('"' || text || '"')::json #>> '{}' from unnest($1) with ordinality as t(text, place) order by place""", samples, ct);
        Assert.That(stored, Is.EqualTo(parsed));
    }

    [Test]
    public async Task Any_string_of_UTF16_at_all_can_be_stored()
    {
        var texts = JsonStrings(Gen.Frequency((3, Gen.Choose(0xD800, 0xDFFF)), (1, Gen.Constant(0)), (1, Gen.Choose(1, 0x7F))));
        var ct = TestContext.CurrentContext.CancellationToken;
        string[] samples = [.. texts.Sample(2_000, 20)];
        Assert.That(await StoreAllAsync(samples, shouldBeExact: null, ct), Has.None.Null.And.None.Contains("\0"));
    }

    // The inside of a JSON string of these code points (halves of pairs among them), each raw or escaped.
    static Gen<string> JsonStrings(Gen<int> codePoints) =>
        (from codePoint in codePoints
         from escaped in Gen.Elements(true, false)
         select JsonOf(codePoint, escaped)).ArrayOf().Select(string.Concat);

    static string JsonOf(int codePoint, bool escaped)
    {
        var text = codePoint is >= 0xD800 and <= 0xDFFF ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint);
        var mustBeEscaped = codePoint is < 0x20 or '"' or '\\' or (>= 0xD800 and <= 0xDFFF);
        return escaped || mustBeEscaped
            ? string.Concat(text.Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")))
            : text;
    }

    async Task<(bool Exact, string? Stored)> StoreAsync(byte[] json)
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        using var rows = new CopyBuffer();
        rows.BeginRow(2);
        rows.BigInt(0);
        var exact = TextEncoder.Write(json, json.Contains((byte)'\\'), rows);
        return (exact, (await StoreAsync(rows, ct)).Single());
    }

    async Task<string?[]> StoreAllAsync(string[] texts, bool? shouldBeExact, CancellationToken ct)
    {
        using var rows = new CopyBuffer();
        foreach (var (place, text) in texts.Index())
        {
            rows.BeginRow(2);
            rows.BigInt(place);
            var exact = TextEncoder.Write(Encoding.UTF8.GetBytes(text), text.Contains('\\', StringComparison.Ordinal), rows);
            Assert.That(exact, Is.EqualTo(shouldBeExact ?? exact), text);
        }

        return await StoreAsync(rows, ct);
    }

    async Task<string?[]> StoreAsync(CopyBuffer rows, CancellationToken ct)
    {
        await _target.ExecuteAsync("truncate texts", ct);
        await _target.CopyAsync("texts", rows.Written, ct);
        return await _target.ReadAsync("select value from texts order by place", ct);
    }
}
