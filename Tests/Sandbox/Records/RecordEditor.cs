using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>
/// Writes to a portal's contacts or tickets. Whether HubSpot would accept the values was asked before, but for one thing that
/// only the write itself can tell: whether another record already has the unique value.
/// </summary>
sealed class RecordEditor(SandboxRecords records)
{
    readonly RecordBook _book = records.Book;

    /// <param name="properties">The values of the new record.</param>
    /// <exception cref="Refusal">Another contact has the e-mail.</exception>
    public CrmRecord Create(IReadOnlyDictionary<string, string> properties) => CreateAll([properties])[0];

    /// <summary>
    /// Makes all of them or none. That one e-mail too many fails the whole batch, and that the message names only the first, is
    /// HubSpot's way (hubspot-api-python#51); two of a kind within the batch fail it as well (youtube-synch PR 355). That
    /// nothing is made then is unverified.
    /// </summary>
    /// <exception cref="Refusal">Another contact has one of the e-mails.</exception>
    public CrmRecord[] CreateAll(IReadOnlyList<IReadOnlyDictionary<string, string>> inputs) => _book.Write(() =>
    {
        var now = records.Portal.Now();
        var made = inputs.Select(input =>
        {
            var nothing = new CrmRecord { Id = _book.TakeId(), Created = now, Modified = now, Values = RecordRules.AtBirth(records.Type) };
            return Changed(nothing, input, now);
        }).ToArray();
        var taken = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in made)
        {
            RefuseTaken(record);
            if (UniqueValueOf(record) is { } value && !taken.TryAdd(value, record.Id))
            {
                throw Refusals.ContactExists(taken[value]);
            }
        }

        return Array.ConvertAll(made, _book.Store);
    });

    /// <summary>Null when there is no such live record.</summary>
    /// <exception cref="Refusal">Another contact has the e-mail; that a change is refused like a creation is unverified.</exception>
    public CrmRecord? Update(long id, IReadOnlyDictionary<string, string> properties) => _book.Write(() =>
    {
        if (_book.Find(id) is not { ArchivedAt: null } record)
        {
            return null;
        }

        var changed = Changed(record, properties, records.Portal.Now());
        RefuseTaken(changed);
        return _book.Store(changed);
    });

    /// <summary>Changes the live record with this unique value, or makes one that has it.</summary>
    public (CrmRecord Record, bool IsNew) Upsert(string uniqueValue, IReadOnlyDictionary<string, string> properties) => _book.Write(() =>
    {
        if (_book.FindUnique(uniqueValue) is { } known)
        {
            return (Update(known.Id, properties)!, false);
        }

        var complete = new Dictionary<string, string>(properties, StringComparer.Ordinal);
        complete.TryAdd(records.Type.UniqueProperty!, uniqueValue);
        return (Create(complete), true);
    });

    /// <summary>Archives the record if it is there and live; like HubSpot, it says nothing if it is not.</summary>
    public void Archive(long id) => _book.Write(() =>
        _book.Find(id) is { ArchivedAt: null } record ? _book.Store(record with { ArchivedAt = records.Portal.Now() }) : null);

    void RefuseTaken(CrmRecord record)
    {
        if (UniqueValueOf(record) is { } value && _book.FindUnique(value) is { } other && other.Id != record.Id)
        {
            throw Refusals.ContactExists(other.Id);
        }
    }

    string? UniqueValueOf(CrmRecord record) =>
        records.Type.UniqueProperty is { } property && record.ValueOf(property) is { Length: > 0 } value ? value : null;

    CrmRecord Changed(CrmRecord record, IReadOnlyDictionary<string, string> properties, long now)
    {
        var values = new Dictionary<string, string>(record.Values, StringComparer.Ordinal);
        var history = new Dictionary<string, EarlierValue[]>(record.History, StringComparer.Ordinal);
        foreach (var (name, value) in properties)
        {
            if (records.Schema.Find(name)?.Definition is not { } definition)
            {
                continue;
            }

            if (record.ValueOf(name) is { } earlier)
            {
                history[name] = [new EarlierValue(earlier, record.Modified), .. history.GetValueOrDefault(name) ?? []];
            }

            values[name] = RecordRules.Normalised(definition, value);
        }

        var changed = record with { Modified = now, Values = values, History = history };
        RecordRules.Follow(records.Type, changed, values);
        return changed;
    }
}
