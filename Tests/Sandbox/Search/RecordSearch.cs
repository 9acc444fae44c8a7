using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>One search over the contacts or tickets as the index knows them. They are few enough to look at each.</summary>
sealed class RecordSearch(SandboxRecords records, SearchRequest request)
{
    /// <summary>The true number of matches, however many of them can be reached.</summary>
    public int Total { get; private set; }

    /// <summary>Finds the page.</summary>
    public List<CrmRecord> Run()
    {
        var found = records.Book.Indexed().FindAll(IsMatch);
        Total = found.Count;
        if (request.SortBy is not null || request.Descending)
        {
            var keyed = found.ConvertAll(record => (Key: KeyOf(record), Record: record));
            keyed.Sort((one, other) => request.Descending ? -Compare(one.Key, other.Key) : Compare(one.Key, other.Key));
            found = keyed.ConvertAll(pair => pair.Record);
        }

        return found.Count <= request.Offset
            ? []
            : found.GetRange(request.Offset, Math.Min(request.Limit, found.Count - request.Offset));
    }

    bool IsMatch(CrmRecord record) =>
        (request.Groups.Count == 0 || request.Groups.Exists(group => IsMatch(record, group)))
        && (request.QueryWords.Length == 0
            || TokenMatch.ContainsAll(string.Join(' ', records.Type.Queried.Select(record.ValueOf)), request.QueryWords));

    bool IsMatch(CrmRecord record, SearchGroup group) =>
        group.Filters.TrueForAll(filter => filter.Matches(record.ValueOf(filter.Column.Name)))
        && group.Associations.TrueForAll(filter => IsAssociated(record, filter));

    bool IsAssociated(CrmRecord record, AssociationFilter filter) =>
        ObjectType.Find(filter.ObjectType) is { } to
        && Array.Exists(records.Portal.Links.Of(records.Type, record.Id, to), link => link.Id.ToString() == filter.RecordId);

    // the order of deals: numbers and times as such, text without regard to case, what has no value last, equal ones by id
    Key KeyOf(CrmRecord record)
    {
        if (request.SortBy is not { } column)
        {
            return new Key(0, null, record.Id);
        }

        var compared = SearchFilter.ComparedAsOf(column.Definition);
        var text = record.ValueOf(column.Name);
        if (compared is ComparedAs.Number or ComparedAs.Time)
        {
            var number = SearchFilter.NumberOf(text, compared);
            return new Key(double.IsNaN(number) ? double.PositiveInfinity : number, null, record.Id);
        }

        return string.IsNullOrEmpty(text) ? new Key(1, null, record.Id) : new Key(0, text.ToLowerInvariant(), record.Id);
    }

    static int Compare(Key one, Key other)
    {
        var order = one.Number.CompareTo(other.Number);
        order = order != 0 ? order : string.CompareOrdinal(one.Text, other.Text);
        return order != 0 ? order : one.Id.CompareTo(other.Id);
    }

    readonly record struct Key(double Number, string? Text, long Id);
}
