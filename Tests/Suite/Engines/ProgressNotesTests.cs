using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotDeals.Suite.Engines;

/// <summary>Notes of how far a scan has come, whatever becomes of them.</summary>
[Category("Engine")]
sealed class ProgressNotesTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_note_is_taken_while_the_run_goes_on_and_one_of_how_it_ended(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("noted", ct);
        var (notes, begun) = (new List<long?>(), new TaskCompletionSource());
        var answer = await NotesOf(database).DuringAsync(
            scan.Id,
            now =>
            {
                notes.Add(now.TotalDeals);
                begun.TrySetResult();
            },
            async () =>
            {
                await begun.Task;
                await database.ExecuteAsync("update hubspot_deals.scan_jobs set total_deals = 7");
                return "answer";
            });
        Assert.That(answer, Is.EqualTo("answer"));
        Assert.That((notes[0], notes[^1]), Is.EqualTo(((long?)null, (long?)7)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_note_that_fails_costs_the_run_nothing(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("noted", ct);
        var again = new TaskCompletionSource();
        var notes = 0;
        Assert.That(await NotesOf(database).DuringAsync(
            scan.Id,
            _ =>
            {
                if (++notes == 2)
                {
                    again.SetResult();
                }

                throw new InvalidOperationException("no pen");
            },
            async () =>
            {
                await again.Task;
                return 1;
            }), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_note_that_hangs_is_left_behind_when_the_run_has_ended(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("noted", ct);
        using var released = new ManualResetEventSlim();
        var (hangs, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        Assert.That(await NotesOf(database).DuringAsync(
            scan.Id,
            _ =>
            {
                hangs.TrySetResult();
                released.Wait(ct);
                ended.TrySetResult();
            },
            async () =>
            {
                await hangs.Task;
                return 1;
            }), Is.EqualTo(1));
        Assert.That(ended.Task.IsCompleted, Is.False);
        released.Set();
        await ended.Task;
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_run_that_throws_throws_still(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("noted", ct);
        Assert.That(
            () => NotesOf(database).DuringAsync<int>(scan.Id, static _ => { }, () => throw new InvalidOperationException("run")),
            Throws.InvalidOperationException.With.Message.EqualTo("run"));
    }

    static ProgressNotes NotesOf(ControlDatabase database) => new(database.Scans, TimeProvider.System, NullLogger<ProgressNotes>.Instance);
}
