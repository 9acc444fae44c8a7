using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>All records of one kind in one portal, by ascending id. Writes come one after the other, reads see whole writes.</summary>
sealed class RecordBook(ObjectType type, ulong seed, TimeProvider clock)
{
    readonly Lock _lock = new();
    readonly List<CrmRecord> _records = [];
    readonly Dictionary<string, long> _byUniqueValue = new(StringComparer.OrdinalIgnoreCase);
    CrmRecord[] _start = [];
    long _lastId = type.FirstId;

    /// <summary>How long the search index takes to notice a write.</summary>
    public TimeSpan SearchLag { get; set; }

    /// <summary>An id for a new record: higher than all before, by a gap.</summary>
    public long TakeId()
    {
        lock (_lock)
        {
            _lastId += 1 + Dice.Below(5_000, seed, (ulong)_lastId);
            return _lastId;
        }
    }

    /// <summary>Puts records in at the portal's start; a reset brings them back as they are now.</summary>
    /// <param name="records">By ascending id.</param>
    public void StartWith(CrmRecord[] records)
    {
        _start = records;
        Reset();
    }

    /// <summary>The record with this id, archived or not.</summary>
    public CrmRecord? Find(long id)
    {
        lock (_lock)
        {
            var index = IndexAtOrAfter(id);
            return index < _records.Count && _records[index].Id == id ? _records[index] : null;
        }
    }

    /// <summary>The live record that has this value of the unique property, whatever its case.</summary>
    public CrmRecord? FindUnique(string value)
    {
        lock (_lock)
        {
            return _byUniqueValue.TryGetValue(value.Trim(), out var id) ? Find(id) : null;
        }
    }

    /// <summary>Up to so many records whose id is at least <paramref name="after"/>.</summary>
    public List<CrmRecord> ReadFrom(long after, bool archived, int count)
    {
        lock (_lock)
        {
            var found = new List<CrmRecord>();
            for (var index = IndexAtOrAfter(after); index < _records.Count && found.Count < count; index++)
            {
                if (_records[index].ArchivedAt.HasValue == archived)
                {
                    found.Add(_records[index]);
                }
            }

            return found;
        }
    }

    public int Count(bool archived)
    {
        lock (_lock)
        {
            return _records.Count(record => record.ArchivedAt.HasValue == archived);
        }
    }

    /// <summary>The live records as the search index knows them by now.</summary>
    public List<CrmRecord> Indexed()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            return [.. _records.Select(record => record.Indexed(now)).OfType<CrmRecord>().Where(record => record.ArchivedAt is null)];
        }
    }

    /// <summary>
    /// Lets a write see the newest states and store others without anyone writing in between; what it stores before it throws stays.
    /// </summary>
    public T Write<T>(Func<T> write)
    {
        lock (_lock)
        {
            return write();
        }
    }

    /// <summary>Stores the next state of a record. Only within <see cref="Write"/>.</summary>
    public CrmRecord Store(CrmRecord record)
    {
        var now = clock.GetUtcNow();
        var index = IndexAtOrAfter(record.Id);
        if (index == _records.Count || _records[index].Id != record.Id)
        {
            _records.Insert(index, record with { IndexedAt = now + SearchLag });
        }
        else
        {
            Forget(_records[index]);
            var indexed = _records[index].Indexed(now);
            var before = ReferenceEquals(_records[index], indexed) ? indexed with { Before = null } : _records[index];
            _records[index] = record with { IndexedAt = now + SearchLag, Before = before };
        }

        Remember(record);
        return _records[index];
    }

    /// <summary>Undoes every write.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _records.Clear();
            _byUniqueValue.Clear();
            _records.AddRange(_start);
            foreach (var record in _start)
            {
                Remember(record);
            }

            _lastId = _records.Count > 0 ? Math.Max(_lastId, _records[^1].Id) : _lastId;
        }
    }

    void Remember(CrmRecord record)
    {
        if (record.ArchivedAt is null && UniqueValueOf(record) is { } value)
        {
            _byUniqueValue[value] = record.Id;
        }
    }

    void Forget(CrmRecord record)
    {
        if (UniqueValueOf(record) is { } value && _byUniqueValue.GetValueOrDefault(value) == record.Id)
        {
            _byUniqueValue.Remove(value);
        }
    }

    string? UniqueValueOf(CrmRecord record) =>
        type.UniqueProperty is { } property && record.ValueOf(property) is { Length: > 0 } value ? value.Trim() : null;

    int IndexAtOrAfter(long id)
    {
        var (low, high) = (0, _records.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _records[middle].Id < id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
