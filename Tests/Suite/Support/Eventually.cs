using System.Collections;
using NUnit.Framework.Constraints;

namespace HubSpotDeals.Suite.Support;

/// <summary>Waiting for a condition, never for a time: the limit only ends a test that would hang.</summary>
public static class Eventually
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until what it sees satisfies the constraint; the last look is in the failure.</summary>
    public static Task BecomesAsync<T>(Func<T> look, IResolveConstraint expected, string what, CancellationToken ct) =>
        BecomesAsync(() => Task.FromResult(look()), expected, what, ct);

    /// <summary>The same, for a look that takes a while, at a database for example.</summary>
    public static Task BecomesAsync<T>(Func<Task<T>> look, IResolveConstraint expected, string what, CancellationToken ct) =>
        BecomesAsync(look, expected, what, Limit, ct);

    /// <summary>The same, with another limit, where much has to be done.</summary>
    public static async Task BecomesAsync<T>(
        Func<Task<T>> look, IResolveConstraint expected, string what, TimeSpan limit, CancellationToken ct)
    {
        var constraint = expected.Resolve();
        var begin = TimeProvider.System.GetTimestamp();
        var seen = await LookAsync();
        while (!constraint.ApplyTo(seen).IsSuccess && TimeProvider.System.GetElapsedTime(begin) < limit)
        {
            await Task.Delay(Pause, TimeProvider.System, ct);
            seen = await LookAsync();
        }

        Assert.That(seen, constraint, what);

        // A lazy sequence is looked through once, so that the failure shows what was judged.
        async Task<object?> LookAsync() => await look() is var now && now is IEnumerable items and not string ? items.Cast<object>().ToList() : now;
    }
}
