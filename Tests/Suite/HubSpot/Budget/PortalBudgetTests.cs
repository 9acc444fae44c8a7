using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Suite.HubSpot.Budget;

/// <summary>What a portal allows, in PostgreSQL: given out once, to whichever node asks.</summary>
public sealed class PortalBudgetTests
{
    const string Portal = "77";
    const double Spacing = 10_000 / 97.5; // of 100 in ten seconds, a little less than all

    static readonly Allowance Configured = new(100, TimeSpan.FromSeconds(10), IsSaid: false);

    [Test]
    [CancelAfter(120_000)]
    public async Task However_many_nodes_ask_at_once_no_more_permits_are_given_out_than_are_allowed(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var before = await database.ScalarAsync<DateTime>("select clock_timestamp()");
        var permits = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async node =>
        {
            var store = new BudgetStore(database.Source, Portal);
            for (var lease = 0; lease < 30; lease++)
            {
                var count = 1 + ((node + lease) % 3);
                await store.LeaseAsync(RequestClass.Burst, count, Configured, day: null, ct);
                Interlocked.Add(ref permits, count);
            }
        }));
        var next = await database.ScalarAsync<DateTime>("select next_at from hubspot_deals.portal_limits");
        // Two may go at once; every other has its own time.
        Assert.That((next - before).TotalMilliseconds, Is.GreaterThanOrEqualTo((permits - 2) * Spacing));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Permits_of_one_lease_stand_apart_and_the_next_lease_begins_behind_them(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var store = new BudgetStore(database.Source, Portal);
        var first = await store.LeaseAsync(RequestClass.Burst, 20, Configured, day: null, ct);
        var second = await store.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
        Assert.That(first.SpacingMs, Is.EqualTo(Spacing).Within(0.01));
        Assert.That(first.FirstMs, Is.EqualTo(-Spacing).Within(0.01), "two at once");
        Assert.That(second.FirstMs, Is.InRange(0, first.FirstMs + (20 * Spacing)));

        var search = await store.LeaseAsync(RequestClass.Search, 1, new Allowance(5, TimeSpan.FromSeconds(1), IsSaid: false), day: null, ct);
        Assert.That((search.FirstMs, search.SpacingMs), Is.EqualTo((0, 1000 / 4.875)).Within(0.01), "a limit of its own, and none at once");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task What_HubSpots_headers_allow_counts_for_all_nodes_and_the_configuration_only_until_then(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var (one, other) = (new BudgetStore(database.Source, Portal), new BudgetStore(database.Source, Portal));
        await one.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
        foreach (var allowed in new[] { 190, 50 })
        {
            await one.LeaseAsync(RequestClass.Burst, 1, new Allowance(allowed, TimeSpan.FromSeconds(10), IsSaid: true), day: null, ct);
            var grant = await other.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
            Assert.That(grant.SpacingMs, Is.EqualTo(10_000 / (allowed - Math.Min(3, allowed * 0.025))).Within(0.01));
        }
    }

    [TestCase(null, 1_000)]
    [TestCase(7_000, 7_000)]
    [CancelAfter(120_000)]
    public async Task A_refusal_holds_all_nodes_back_and_slows_them_for_a_while(int? retryAfterMs, int heldMs, CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var (one, other) = (new BudgetStore(database.Source, Portal), new BudgetStore(database.Source, Portal));
        await one.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
        var wait = retryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
        await one.HoldAsync(RequestClass.Burst, wait, ct);
        await other.HoldAsync(RequestClass.Burst, wait, ct); // refused with it: one refusal
        Assert.That(await database.ScalarAsync<int>("select refusals from hubspot_deals.portal_limits"), Is.EqualTo(1));
        await database.ExecuteAsync("update hubspot_deals.portal_limits set next_at = greatest(next_at, refused_at + @held * interval '1 millisecond')", new { held = heldMs });
        var grant = await other.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
        Assert.That(grant.FirstMs, Is.InRange(1, heldMs * 1.0));
        Assert.That(grant.SpacingMs, Is.InRange(Spacing * 1.1, Spacing / 0.8 * 1.001));

        await database.ExecuteAsync("update hubspot_deals.portal_limits set refused_at = refused_at - interval '1 minute'");
        Assert.That((await other.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct)).SpacingMs, Is.EqualTo(Spacing).Within(0.01));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Refusals_in_a_row_hold_longer_each_time(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var store = new BudgetStore(database.Source, Portal);
        await store.LeaseAsync(RequestClass.Burst, 1, Configured, day: null, ct);
        var held = new List<double>();
        for (var refusal = 0; refusal < 6; refusal++)
        {
            await database.ExecuteAsync("update hubspot_deals.portal_limits set next_at = clock_timestamp(), refused_at = refused_at - interval '2 seconds'");
            await store.HoldAsync(RequestClass.Burst, retryAfter: null, ct);
            held.Add(await database.ScalarAsync<double>("select round(extract(epoch from next_at - clock_timestamp()))::float8 from hubspot_deals.portal_limits"));
        }

        Assert.That(held, Is.EqualTo(new double[] { 1, 2, 4, 8, 10, 10 }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_day_that_is_used_up_is_told_to_all_without_asking_HubSpot_again(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        await new BudgetStore(database.Source, Portal).SpendDayAsync(ct);
        var other = new PortalBudgets(database.Source, Options.Create(new HubSpotOptions()), TimeProvider.System).Of(Portal);
        Assert.That(
            () => other.EnterAsync(HubSpotOperation.ListDeals, ct),
            Throws.TypeOf<HubSpotException>().With.Property(nameof(HubSpotException.Policy)).EqualTo(RateLimitPolicy.Daily));

        await database.ExecuteAsync("update hubspot_deals.portals set daily_spent_until = clock_timestamp()");
        await other.EnterAsync(HubSpotOperation.ListDeals, ct);
    }

    [TestCase("US/Eastern")]
    [TestCase("Pacific/Auckland")]
    public async Task A_day_begins_anew_at_the_portals_midnight(string zone)
    {
        await using var database = await ControlDatabase.CreateAsync(CancellationToken.None);
        await new BudgetStore(database.Source, Portal).RememberTimeZoneAsync(zone, CancellationToken.None);
        var reading = await new BudgetStore(database.Source, Portal).ReadAsync(CancellationToken.None);
        var there = TimeZoneInfo.ConvertTime(new DateTimeOffset(reading.DayBeginsAnew!.Value, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById(zone));
        var now = await database.ScalarAsync<DateTime>("select clock_timestamp()");
        var local = TimeZoneInfo.ConvertTime(new DateTimeOffset(now, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById(zone));
        if (local.TimeOfDay > TimeSpan.FromHours(1))
        {
            Assert.That(there.DateTime, Is.EqualTo(local.Date.AddDays(1)));
        }
        else
        {
            Assert.That(reading.DayBeginsAnew!.Value - now, Is.EqualTo(TimeSpan.FromMinutes(15)).Within(TimeSpan.FromMinutes(1)), "midnight was just now");
        }
    }

    [TestCase(null)]
    [TestCase("Mars/Olympus_Mons")]
    public async Task Where_the_portal_is_nobody_knows_it_is_looked_again_in_a_quarter_of_an_hour(string? zone)
    {
        await using var database = await ControlDatabase.CreateAsync(CancellationToken.None);
        if (zone is not null)
        {
            await new BudgetStore(database.Source, Portal).RememberTimeZoneAsync(zone, CancellationToken.None);
        }

        Assert.That(
            await database.ScalarAsync<double>("select extract(epoch from hubspot_deals.day_begins_anew(@Portal) - clock_timestamp())::float8", new { Portal }),
            Is.EqualTo(900).Within(5));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Who_gives_up_waiting_leaves_the_permit_to_the_next(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var budget = new PortalBudgets(database.Source, Options.Create(new HubSpotOptions { RequestsPer10Seconds = 5 }), TimeProvider.System).Of(Portal);
        await budget.EnterAsync(HubSpotOperation.ListDeals, ct);
        using var impatient = new CancellationTokenSource();
        var given = budget.EnterAsync(HubSpotOperation.ListDeals, impatient.Token);
        await impatient.CancelAsync();
        Assert.That(async () => await given, Throws.InstanceOf<OperationCanceledException>());
        await budget.EnterAsync(HubSpotOperation.ListDeals, ct).WaitAsync(TimeSpan.FromSeconds(30), ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_database_that_is_away_is_told_to_who_waits(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        var budget = new PortalBudgets(source, Options.Create(new HubSpotOptions()), TimeProvider.System).Of(Portal);
        Assert.That(() => budget.EnterAsync(HubSpotOperation.ListDeals, ct), Throws.InstanceOf<NpgsqlException>());
        Assert.That(() => budget.EnterAsync(HubSpotOperation.ListDeals, ct), Throws.InstanceOf<NpgsqlException>(), "and to the next");
    }
}
