using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class InstantDecoderTests
{
    [TestCase("2026-02-25 16:26:25Z", "2026-02-25T16:26:25Z")]
    [TestCase("2026-02-25 16:26:25.88Z", "2026-02-25T16:26:25.880Z")]
    [TestCase("2026-02-25 16:26:25.88012Z", "2026-02-25T16:26:25.880120Z")]
    [TestCase("2026-02-25 16:26:25.000001Z", "2026-02-25T16:26:25.000001Z")]
    [TestCase("1999-12-31 23:59:59.999999Z", "1999-12-31T23:59:59.999999Z")]
    [TestCase("1999-12-31 00:00:00Z", "1999-12-31T00:00:00Z")]
    [TestCase("0001-01-01 00:00:00Z", "0001-01-01T00:00:00Z")]
    [TestCase("9999-12-31 23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    [TestCase("10000-01-01 00:00:00Z", "+010000-01-01T00:00:00Z")]
    [TestCase("275760-09-13 00:00:00Z", "+275760-09-13T00:00:00Z")]
    [TestCase("294276-12-31 23:59:59.999999Z", "+294276-12-31T23:59:59.999999Z")]
    [TestCase("0001-12-31 00:00:00Z BC", "0000-12-31T00:00:00Z")]
    [TestCase("4713-01-01 00:00:00Z BC", "-004712-01-01T00:00:00Z")]
    [TestCase("infinity", "")]
    [TestCase("-infinity", "")]
    public async Task An_instant_is_written_as_HubSpot_writes_it(string stored, string expected)
    {
        var value = (await AskAsync([stored], "text")).Single();
        Assert.That(Decode(Microseconds(value.Binary)), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_calendar_and_the_clock_are_PostgreSQLs()
    {
        var texts = Instants.Sample(5_000, 100).Select(microseconds => $"2000-01-01 00:00:00Z,{microseconds}").ToArray();
        var values = await DecoderOracle.AskAsync(
            texts, $"timestamptz_send({Shifted})", $"""to_char({Shifted} at time zone 'UTC', 'FMYYYY-MM-DD"T"HH24:MI:SS.US"Z"')""", Ct);
        Assert.That(values.Select(value => InFull(Decode(Microseconds(value.Binary)))), Is.EqualTo(values.Select(value => value.Printed)));
    }

    [Test]
    public void What_the_encoder_reads_is_written_so_that_it_reads_the_same_again() =>
        Prop.ForAll(Instants.ToArbitrary(), microseconds =>
            InstantEncoder.TryParse(Encoding.UTF8.GetBytes(Decode(microseconds)), out var again) && again == microseconds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    const string Shifted = "(split_part(text, ',', 1)::timestamptz + split_part(text, ',', 2)::bigint * interval '1 microsecond')";

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    // Years 1 to 9999 mostly, some as far as PostgreSQL goes; whole seconds, milliseconds and microseconds.
    static Gen<long> Instants =>
        from day in Gen.Frequency((4, Gen.Choose(-730_119, 2_921_939)), (1, Gen.Choose(0, 106_751_982)))
        from second in Gen.Choose(0, 86_399)
        from fraction in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 999).Select(milliseconds => milliseconds * 1000), Gen.Choose(0, 999_999))
        select (((day * 86_400L) + second) * 1_000_000) + fraction;

    static Task<(byte[] Binary, string Printed)[]> AskAsync(string[] texts, string printed) =>
        DecoderOracle.AskAsync(texts, "timestamptz_send(text::timestamptz)", printed, Ct);

    static long Microseconds(byte[] field) => BinaryPrimitives.ReadInt64BigEndian(field);

    // With the year's sign and its zeros taken off, and six digits behind the point, as PostgreSQL was told to print.
    static string InFull(string text)
    {
        var year = text.TrimStart('+').TrimStart('0');
        return year.Contains('.', StringComparison.Ordinal)
            ? year[..^1].PadRight(year.IndexOf('.', StringComparison.Ordinal) + 7, '0') + "Z"
            : year[..^1] + ".000000Z";
    }

    static string Decode(long microseconds)
    {
        Span<byte> utf8 = stackalloc byte[InstantDecoder.MaxLength];
        return Encoding.UTF8.GetString(utf8[..InstantDecoder.Write(microseconds, utf8)]);
    }
}
