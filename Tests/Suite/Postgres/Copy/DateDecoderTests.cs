using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class DateDecoderTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [TestCase("2000-01-01", "2000-01-01")]
    [TestCase("2024-02-29", "2024-02-29")]
    [TestCase("1900-03-01", "1900-03-01")]
    [TestCase("0001-01-01", "0001-01-01")]
    [TestCase("9999-12-31", "9999-12-31")]
    [TestCase("10000-01-01", "+010000-01-01")]
    [TestCase("275760-09-13", "+275760-09-13")]
    [TestCase("1000000-01-01", "+1000000-01-01")]
    [TestCase("5874897-12-31", "+5874897-12-31")]
    [TestCase("4714-11-24 BC", "-004713-11-24")]
    [TestCase("infinity", "")]
    [TestCase("-infinity", "")]
    public async Task A_day_is_written_as_ISO_writes_it(string stored, string expected)
    {
        var value = (await DecoderOracle.AskAsync([stored], "date_send(text::date)", "text", Ct)).Single();
        Assert.That(Decode(BinaryPrimitives.ReadInt32BigEndian(value.Binary)), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_calendar_is_PostgreSQLs()
    {
        var days = Enumerable.Range(-730_119, 366 * 9).Concat(Days.Sample(5_000, 100)).ToArray();
        var values = await DecoderOracle.AskAsync(
            [.. days.Select(day => day.ToString())], "date_send(date '2000-01-01' + text::int)", "(date '2000-01-01' + text::int)::text", Ct);
        Assert.That(
            days.Select(day => Decode(day).TrimStart('+').TrimStart('0')), Is.EqualTo(values.Select(value => value.Printed.TrimStart('0'))));
        Assert.That(values.Select(value => BinaryPrimitives.ReadInt32BigEndian(value.Binary)), Is.EqualTo(days));
    }

    [Test]
    public void What_the_encoder_reads_is_written_so_that_it_reads_the_same_again() =>
        Prop.ForAll(Days.ToArbitrary(), day => DateEncoder.TryParse(Encoding.UTF8.GetBytes(Decode(day)), out var again) && again == day)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    static Gen<int> Days => Gen.Frequency((3, Gen.Choose(-730_119, 2_921_939)), (1, Gen.Choose(0, 2_145_031_948)));

    static string Decode(int days)
    {
        Span<byte> utf8 = stackalloc byte[DateDecoder.MaxLength];
        return Encoding.UTF8.GetString(utf8[..DateDecoder.Write(days, utf8)]);
    }
}
