using System.Globalization;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class InstantEncoderTests
{
    EncodedColumn _column;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task CreateColumn() => _column = await EncodedColumn.CreateAsync("timestamptz", InstantEncoder.TryWrite, CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropColumn() => await _column.DisposeAsync();

    [TestCase("2026-02-25T16:26:25.880Z", "2026-02-25 16:26:25.88+00")]
    [TestCase("2026-12-31T00:00:00Z", "2026-12-31 00:00:00+00")]
    [TestCase("1970-01-01T00:00:00Z", "1970-01-01 00:00:00+00")]
    [TestCase("1999-12-31T23:59:59.999999Z", "1999-12-31 23:59:59.999999+00")]
    [TestCase("2026-02-25T16:26:25.8Z", "2026-02-25 16:26:25.8+00")]
    [TestCase("2026-02-25T16:26:25.123456Z", "2026-02-25 16:26:25.123456+00")]
    [TestCase("2026-02-25T16:26:25.123456000Z", "2026-02-25 16:26:25.123456+00")]
    [TestCase("2026-02-25", "2026-02-25 00:00:00+00")]
    [TestCase("0001-01-01T00:00:00Z", "0001-01-01 00:00:00+00")]
    [TestCase("+275760-09-13T00:00:00Z", "275760-09-13 00:00:00+00")]
    [TestCase("+294276-12-31T23:59:59.999999Z", "294276-12-31 23:59:59.999999+00")]
    public async Task An_ISO_instant_is_kept_to_the_microsecond(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("2026-02-25T16:26:25.880+02:00", "2026-02-25 14:26:25.88+00")]
    [TestCase("2026-02-25T16:26:25-05:30", "2026-02-25 21:56:25+00")]
    [TestCase("2026-01-01T00:30:00+01:00", "2025-12-31 23:30:00+00")]
    [TestCase("2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00+00")]
    [TestCase("2026-01-01T00:00:00-15:59", "2026-01-01 15:59:00+00")]
    [TestCase("+294277-01-01T00:30:00+01:00", "294276-12-31 23:30:00+00")]
    public async Task An_offset_is_counted_back_to_UTC(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("1773300966332", "2026-03-12 07:36:06.332+00")]
    [TestCase("0", "1970-01-01 00:00:00+00")]
    [TestCase("-1", "1969-12-31 23:59:59.999+00")]
    [TestCase("-62135596800000", "0001-01-01 00:00:00+00")]
    [TestCase("9224318015999999", "294276-12-31 23:59:59.999+00")]
    public async Task Epoch_milliseconds_are_an_instant(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("-62135596800001")]
    [TestCase("9224318016000000")]
    [TestCase("999999999999999999")]
    [TestCase("-999999999999999999")]
    [TestCase("99999999999999999999")]
    [TestCase("1773300966332.5")]
    [TestCase("+1773300966332")]
    [TestCase("0000-12-31T23:59:59Z")]
    [TestCase("0001-01-01T00:00:00+00:01")]
    [TestCase("-0044-03-15T12:00:00Z")]
    [TestCase("+294277-01-01T00:00:00Z")]
    [TestCase("+294276-12-31T23:59:59Z-00:01")]
    [TestCase("+294276-12-31T23:59:59-00:01")]
    [TestCase("+5874897-12-31T00:00:00Z")]
    public async Task An_instant_beyond_the_column_is_refused(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [TestCase("2026-02-25T16:26:25.1234567Z")]
    [TestCase("2026-02-25T16:26:25.000000001Z")]
    [TestCase("2026-02-25T16:26:25.0000000000Z")]
    public async Task A_fraction_below_the_microsecond_is_refused_rather_than_rounded(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [TestCase("")]
    [TestCase("-")]
    [TestCase("2026-02-25T")]
    [TestCase("2026-02-25T16:26:25")]
    [TestCase("2026-02-25T16:26:25.")]
    [TestCase("2026-02-25T16:26:25.Z")]
    [TestCase("2026-02-25T16:26:25.5")]
    [TestCase("2026-02-25T16:26:25,5Z")]
    [TestCase("2026-02-25T16:26Z")]
    [TestCase("2026-02-25T16:26:60Z")]
    [TestCase("2026-02-25T16:60:25Z")]
    [TestCase("2026-02-25T24:00:00Z")]
    [TestCase("2026-02-30T16:26:25Z")]
    [TestCase("2026-02-25 16:26:25Z")]
    [TestCase("2026-02-25T16:26:25z")]
    [TestCase("2026-02-25T16:26:25ZZ")]
    [TestCase("2026-02-25T16:26:25+2:00")]
    [TestCase("2026-02-25T16:26:25+16:00")]
    [TestCase("2026-02-25T16:26:25+02:60")]
    [TestCase("2026-02-25T16:26:25 CET")]
    [TestCase(" 2026-02-25T16:26:25Z")]
    [TestCase("now")]
    [TestCase("infinity")]
    public async Task What_is_no_one_instant_is_refused(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [Test]
    public async Task Every_instant_means_to_the_encoder_what_it_means_to_PostgreSQL()
    {
        var zones = Gen.Frequency(
            (2, Gen.Constant("Z")),
            (1, from sign in Gen.Elements('+', '-')
                from hours in Gen.Choose(0, 15)
                from minutes in Gen.Choose(0, 59)
                select string.Create(CultureInfo.InvariantCulture, $"{sign}{hours:00}:{minutes:00}")));
        var fractions =
            from digits in Gen.Choose(0, 6)
            from micros in Gen.Choose(0, 999_999)
            from zeros in Gen.Choose(0, 3)
            select digits == 0 ? "" : $".{micros.ToString("000000", CultureInfo.InvariantCulture)[..digits]}{new string('0', zeros)}";
        var instants =
            from year in Gen.Frequency((3, Gen.Choose(1, 9_999)), (2, Gen.Choose(1_990, 2_040)), (1, Gen.Choose(10_000, 294_280)))
            from month in Gen.Choose(1, 12)
            from day in Gen.Choose(1, 31)
            from second in Gen.Choose(0, 86_399)
            from fraction in fractions
            from zone in zones
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{(year > 9_999 ? "+" : "")}{year:0000}-{month:00}-{day:00}T{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}{fraction}{zone}");
        await _column.AssertAgreesAsync(
            [.. instants.Sample(4_000, 50)], text => text.TrimStart('+'), _ => false, Ct);
    }

    [Test]
    public async Task Every_number_of_epoch_milliseconds_means_to_the_encoder_what_it_means_to_PostgreSQL()
    {
        var milliseconds =
            from days in Gen.Choose(-719_162, 106_762_938)
            from rest in Gen.Choose(0, 86_399_999)
            select ((days * 86_400_000L) + rest).ToString(CultureInfo.InvariantCulture);
        await _column.AssertAgreesAsync(
            [.. milliseconds.Sample(4_000, 50)], text => Iso(long.Parse(text, CultureInfo.InvariantCulture)), _ => false, Ct);
    }

    // A day that PostgreSQL's calendar counts from 1970 (its Julian day 2440588), and the time of that day.
    static string Iso(long milliseconds)
    {
        var (day, rest) = long.DivRem(milliseconds, 86_400_000);
        (day, rest) = rest < 0 ? (day - 1, rest + 86_400_000) : (day, rest);
        var time = TimeSpan.FromMilliseconds(rest);
        return string.Create(CultureInfo.InvariantCulture, $"J{2_440_588 + day} {time:hh\\:mm\\:ss\\.fff}Z");
    }
}
