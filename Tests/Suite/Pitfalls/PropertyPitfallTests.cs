using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>Values that a property of their type should not have, and that portals have all the same.</summary>
[CancelAfter(60_000)]
public sealed class PropertyPitfallTests
{
    PitfallScene _scene = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() => _scene = await PitfallScene.OpenAsync();

    [OneTimeTearDown]
    public async Task CloseAsync() => await _scene.DisposeAsync();

    [Test]
    public async Task A_createdate_that_was_cleared_is_null_and_the_deal_was_created_in_1970([Values] Reading reading)
    {
        var cleared = Create(("dealname", "no date"));
        _scene.HubSpot.UpdateDeal(cleared, new Dictionary<string, string>(StringComparer.Ordinal) { ["createdate"] = "" });
        var stored = await StoredAsync<(DateTime? CreateDate, DateTime CreatedAt, string? Rejected)>("createdate, created_at, _rejected::text", cleared, reading);
        Assert.That(stored, Is.EqualTo(((DateTime?)null, DateTime.UnixEpoch, (string?)null)));
    }

    [Test]
    public async Task A_number_that_was_cleared_is_null([Values] Reading reading)
    {
        var cleared = Create(("amount", ""));
        Assert.That(await StoredAsync<(string?, string?)>("amount::text, _rejected::text", cleared, reading), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task A_list_in_a_number_property_is_kept_aside_as_it_came([Values] Reading reading)
    {
        var several = Create(("amount", "101;102"));
        Assert.That(
            await StoredAsync<(string?, string?)>("amount::text, _rejected ->> 'amount'", several, reading), Is.EqualTo(((string?)null, "101;102")));
    }

    [TestCase("0.1000000000000000055511151231257827021181583404541015625")]
    [TestCase("6000.0000000000003330669073875469621270895004272460937500001")]
    public async Task A_decimal_of_55_digits_keeps_them_all(string digits)
    {
        var exact = Create(("amount", digits));
        foreach (var reading in Enum.GetValues<Reading>())
        {
            Assert.That(await StoredAsync<string>("amount::text", exact, reading), Is.EqualTo(digits), $"{reading}");
        }
    }

    [TestCase("2024-02-29T00:00:00Z", "2024-02-29 00:00:00.000")]
    [TestCase("2024-02-29T23:59:59Z", "2024-02-29 23:59:59.000")]
    [TestCase("2024-02-29T23:59:59.007Z", "2024-02-29 23:59:59.007")]
    public async Task A_timestamp_is_read_with_a_fraction_and_without(string sent, string instant)
    {
        var closing = Create(("closedate", sent));
        Assert.That(_scene.HubSpot.ReadDeal(closing, "closedate")!.Properties["closedate"], Is.EqualTo(sent), "HubSpot leaves the fraction out when it is zero");
        foreach (var reading in Enum.GetValues<Reading>())
        {
            Assert.That(
                await StoredAsync<string>("to_char(closedate at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')", closing, reading), Is.EqualTo(instant), $"{reading}");
        }
    }

    [Test]
    public async Task A_property_that_changes_its_type_between_two_scans_is_right_in_both()
    {
        await using var scene = await PitfallScene.OpenAsync();
        var before = await ReadAsync();
        scene.HubSpot.ChangePropertyType("amount", "string", "text");
        var after = await ReadAsync();
        Assert.That(after.Select(ColumnOfAmount), Is.All.EqualTo("amount:text"));
        foreach (var scan in before.Concat(after))
        {
            await scene.IsWholeAsync(scan);
        }

        async Task<ScanJob[]> ReadAsync() => [await scene.ReadAsync(new ScanConfig(), Reading.List), await scene.ReadAsync(new ScanConfig(), Reading.Search)];

        static string ColumnOfAmount(ScanJob scan) => scan.Columns!.Single(column => column.Property == "amount").Column;
    }

    long Create(params (string Name, string Value)[] properties) =>
        _scene.HubSpot.CreateDeal(properties.ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal));

    /// <summary>What a scan of the whole portal stores of the one deal.</summary>
    async Task<T> StoredAsync<T>(string columns, long id, Reading reading)
    {
        var scan = await _scene.ReadAsync(new ScanConfig(), reading);
        await _scene.IsWholeAsync(scan);
        return (await _scene.StoredAsync<T>(scan, columns, id)).Single();
    }
}
