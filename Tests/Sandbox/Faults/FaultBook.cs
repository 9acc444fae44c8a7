using System.Text.RegularExpressions;
using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Faults;

/// <summary>The faults in force, in the order in which they were added.</summary>
sealed class FaultBook
{
    readonly Lock _lock = new();
    volatile ActiveFault[] _active = [];
    int _lastId;

    public IReadOnlyList<ActiveFault> Active => _active;

    public ActiveFault Add(FaultRule rule)
    {
        lock (_lock)
        {
            var fault = new ActiveFault(++_lastId, rule, this);
            _active = [.. _active, fault];
            return fault;
        }
    }

    public void Remove(ActiveFault fault)
    {
        lock (_lock)
        {
            _active = [.. _active.Where(other => other != fault)];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _active = [];
        }
    }

    /// <summary>The fault that this request meets, counted as met; null for most.</summary>
    public FaultRule? Next(string operation, string target, long? portalId)
    {
        foreach (var fault in _active)
        {
            if (fault.Strikes(operation, target, portalId))
            {
                return fault.Rule;
            }
        }

        return null;
    }
}

/// <summary>A fault rule in force. Disposing of it ends it.</summary>
public sealed class ActiveFault : IDisposable
{
    static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly FaultBook _book;
    readonly Regex? _operation;
    readonly Regex? _path;

    internal ActiveFault(int id, FaultRule rule, FaultBook book)
    {
        Id = id;
        Rule = rule;
        _book = book;
        _operation = rule.Operation is null ? null : new Regex(rule.Operation, RegexOptions.None, PatternTimeout);
        _path = rule.Path is null ? null : new Regex(rule.Path, RegexOptions.None, PatternTimeout);
    }

    public int Id { get; }

    public FaultRule Rule { get; }

    /// <summary>How many requests fitted the rule's operation, path and portal.</summary>
    public int Matched { get; private set; }

    /// <summary>How many of those met the fault.</summary>
    public int Struck { get; private set; }

    public void Dispose() => _book.Remove(this);

    internal bool Strikes(string operation, string target, long? portalId)
    {
        if ((Rule.PortalId is { } wanted && wanted != portalId)
            || _operation?.IsMatch(operation) == false
            || _path?.IsMatch(target) == false)
        {
            return false;
        }

        lock (_lock)
        {
            var turn = Matched++ - Rule.Skip;
            var strikes = turn >= 0
                && !(Struck >= Rule.Times)
                && (turn + 1) % Rule.Every == 0
                && Dice.Unit((ulong)Rule.Seed, (ulong)turn) < Rule.Probability;
            Struck += strikes ? 1 : 0;
            return strikes;
        }
    }
}
