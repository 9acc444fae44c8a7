using System.Globalization;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class DateEncoderTests
{
    EncodedColumn _column;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task CreateColumn() => _column = await EncodedColumn.CreateAsync("date", DateEncoder.TryWrite, CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropColumn() => await _column.DisposeAsync();

    [TestCase("2026-02-25", "2026-02-25")]
    [TestCase("2000-01-01", "2000-01-01")]
    [TestCase("1999-12-31", "1999-12-31")]
    [TestCase("2024-02-29", "2024-02-29")]
    [TestCase("2000-02-29", "2000-02-29")]
    [TestCase("0001-01-01", "0001-01-01")]
    [TestCase("9999-12-31", "9999-12-31")]
    [TestCase("+275760-09-13", "275760-09-13")]
    [TestCase("+5874897-12-31", "5874897-12-31")]
    public async Task A_calendar_day_is_kept(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("1798675200000", "2026-12-31")]
    [TestCase("0", "1970-01-01")]
    [TestCase("-86400000", "1969-12-31")]
    [TestCase("-62135596800000", "0001-01-01")]
    [TestCase("185331706992000000", "5874897-12-31")]
    public async Task Epoch_milliseconds_at_a_midnight_are_that_day(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("1798675200001")]
    [TestCase("-1")]
    [TestCase("-62135683200000")]
    [TestCase("185331793392000000")]
    [TestCase("999999999999999999")]
    [TestCase("1000000000000000000000")]
    public async Task Epoch_milliseconds_that_are_no_day_of_the_column_are_refused(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [TestCase("")]
    [TestCase("-")]
    [TestCase("+")]
    [TestCase("2026-02-29")]
    [TestCase("1900-02-29")]
    [TestCase("2026-04-31")]
    [TestCase("2026-00-10")]
    [TestCase("2026-13-10")]
    [TestCase("2026-01-00")]
    [TestCase("2026-01-32")]
    [TestCase("2026-2-25")]
    [TestCase("2026-02-25 ")]
    [TestCase("2026-02-25T00:00:00Z")]
    [TestCase("2026/02/25")]
    [TestCase("25.02.2026")]
    [TestCase("26-02-25")]
    [TestCase("12026-02-25")]
    [TestCase("+2026-02-25")]
    [TestCase("+5874898-01-01")]
    [TestCase("+12345678-01-01")]
    [TestCase("0000-01-01")]
    [TestCase("-0044-03-15")]
    [TestCase("yesterday")]
    [TestCase("infinity")]
    [TestCase("epoch")]
    public async Task What_is_no_day_of_the_calendar_is_refused(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [Test]
    public async Task Every_day_and_every_impossible_day_means_to_the_encoder_what_it_means_to_PostgreSQL()
    {
        var days =
            from year in Gen.Frequency((3, Gen.Choose(1, 9_999)), (2, Gen.Choose(1_990, 2_040)), (1, Gen.Choose(10_000, 5_880_000)))
            from month in Gen.Choose(1, 13)
            from day in Gen.Choose(1, 32)
            select string.Create(CultureInfo.InvariantCulture, $"{(year > 9_999 ? "+" : "")}{year:0000}-{month:00}-{day:00}");
        await _column.AssertAgreesAsync(
            [.. days.Sample(4_000, 50)], text => text.TrimStart('+'), _ => false, Ct);
    }
}
