namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// All deals of a portal: the generated ones and what was written since. Reads take no lock: they see the state of one moment.
/// The search index is a second, later view of the same writes.
/// </summary>
sealed class DealBook(GeneratedDeals generated, TimeProvider clock)
{
    readonly Lock _writing = new();
    readonly Queue<(DateTimeOffset IndexedAt, StoredDeal[] Deals)> _unindexed = new();
    volatile Overlay _current = Overlay.Empty;
    volatile Overlay _indexed = Overlay.Empty;
    long _lastId = generated.Ids.End;

    public GeneratedDeals Generated => generated;

    /// <summary>How long the search index takes to notice a write.</summary>
    public TimeSpan SearchLag { get; set; }

    public DealReader ReadFrom(long id, bool archived) => new(generated, _current, id, archived);

    public int Count(bool archived)
    {
        var overlay = _current;
        var count = archived ? generated.Archived.Count : generated.Slots - generated.Archived.Count;
        foreach (var deal in overlay.Deals)
        {
            var slot = generated.Ids.SlotOf(deal.Id);
            count -= slot >= 0 && generated.Archived.Contains(slot) == archived ? 1 : 0;
            count += deal.MergedInto is null && deal.ArchivedAt.HasValue == archived ? 1 : 0;
        }

        return count;
    }

    /// <summary>The deal with this id, archived and merged ones included; null when there never was one.</summary>
    public StoredDeal? Find(long id) => _current.Find(id) ?? FindGenerated(id);

    /// <summary>An id for a new deal: higher than all before, by a gap.</summary>
    public long TakeId()
    {
        lock (_writing)
        {
            _lastId += 1 + Dice.Below(5_000, generated.Seed, (ulong)_lastId);
            return _lastId;
        }
    }

    /// <summary>
    /// Replaces deals: <paramref name="change"/> sees the newest state of the one with <paramref name="id"/>, and what it returns is
    /// stored before anyone else writes. Nothing returned, nothing stored.
    /// </summary>
    public void Write(long id, Func<StoredDeal?, StoredDeal[]> change)
    {
        lock (_writing)
        {
            var written = change(Find(id));
            if (written.Length == 0)
            {
                return;
            }

            _lastId = Math.Max(_lastId, written[^1].Id);
            _current = _current.With(written);
            _unindexed.Enqueue((clock.GetUtcNow() + SearchLag, written));
        }
    }

    /// <summary>The writes that the search index has noticed by now.</summary>
    public Overlay Indexed()
    {
        if (_unindexed.Count == 0)
        {
            return _indexed;
        }

        lock (_writing)
        {
            var now = clock.GetUtcNow();
            var noticed = new List<StoredDeal>();
            while (_unindexed.TryPeek(out var next) && next.IndexedAt <= now)
            {
                noticed.AddRange(next.Deals);
                _unindexed.Dequeue();
            }

            return noticed.Count == 0 ? _indexed : _indexed = _indexed.With(noticed);
        }
    }

    /// <summary>Undoes every write.</summary>
    public void Reset()
    {
        lock (_writing)
        {
            _current = Overlay.Empty;
            _indexed = Overlay.Empty;
            _unindexed.Clear();
        }
    }

    StoredDeal? FindGenerated(long id)
    {
        var slot = generated.Ids.SlotOf(id);
        if (slot < 0)
        {
            return null;
        }

        generated.Describe(slot, out var facts);
        return new StoredDeal { Facts = facts, ArchivedAt = facts.Archived };
    }
}
