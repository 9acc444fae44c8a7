using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>
/// The associations of a portal: those that were made are kept in both directions, and the contacts and companies that deals
/// have besides are computed.
/// </summary>
/// <param name="seed">The portal's, from which the rest is computed.</param>
/// <param name="computesContacts">Whether deals have computed contacts: in a portal with contacts of its own they have not.</param>
sealed class AssociationBook(ulong seed, bool computesContacts)
{
    readonly Lock _lock = new();
    readonly Dictionary<(ObjectType From, long Id, ObjectType To), SortedDictionary<long, AssociationType[]>> _made = [];
    readonly HashSet<(long DealId, ObjectType To, long Id)> _removed = [];
    (AssociationType Type, long From, long To)[] _start = [];
    volatile bool _isUntouched = true;

    /// <summary>What a live record is associated with: the computed ones first, then by id.</summary>
    public Link[] Of(ObjectType from, long id, ObjectType to)
    {
        var computed = from == ObjectType.Deals && (computesContacts || to != ObjectType.Contacts) ? Associations.Of(seed, id, to) : [];
        if (_isUntouched)
        {
            return computed;
        }

        lock (_lock)
        {
            var made = _made.GetValueOrDefault((from, id, to));
            var left = computed.Where(link => !_removed.Contains((id, to, link.Id))).Select(link =>
                made?.GetValueOrDefault(link.Id) is { } types ? link with { Types = [.. link.Types.Union(types)] } : link).ToArray();
            var others = (made ?? []).Where(pair => !Array.Exists(left, link => link.Id == pair.Key));
            return [.. left, .. others.Select(pair => new Link(pair.Key, pair.Value))];
        }
    }

    /// <summary>Puts associations in at the portal's start; a reset brings them back as they are now.</summary>
    public void StartWith((AssociationType Type, long From, long To)[] associations)
    {
        _start = associations;
        Reset();
    }

    public void Add(AssociationType type, long from, long to)
    {
        lock (_lock)
        {
            AddOneWay(type, from, to);
            AddOneWay(AssociationTypes.Find(type.ReverseId)!, to, from);
            _isUntouched = false;
        }
    }

    /// <summary>Ends every association of the two, whatever its type.</summary>
    public void Remove(ObjectType from, long fromId, ObjectType to, long toId)
    {
        lock (_lock)
        {
            _made.GetValueOrDefault((from, fromId, to))?.Remove(toId);
            _made.GetValueOrDefault((to, toId, from))?.Remove(fromId);
            _removed.Add(from == ObjectType.Deals ? (fromId, to, toId) : (toId, from, fromId));
            _isUntouched = false;
        }
    }

    /// <summary>Undoes every write.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _made.Clear();
            _removed.Clear();
            _isUntouched = true;
            foreach (var (type, from, to) in _start)
            {
                Add(type, from, to);
            }
        }
    }

    void AddOneWay(AssociationType type, long from, long to)
    {
        var key = (type.From, from, type.To);
        if (!_made.TryGetValue(key, out var links))
        {
            _made[key] = links = [];
        }

        links[to] = links.TryGetValue(to, out var types) ? [.. types.Append(type).Distinct().OrderBy(one => one.Id)] : [type];
    }
}
