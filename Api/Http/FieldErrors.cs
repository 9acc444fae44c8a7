namespace HubSpotDeals.Api.Http;

/// <summary>What is wrong with a request, field by field, in the order found; the first word on a path stands.</summary>
/// <remarks>Holds at most <see cref="MaxCount"/>: a megabyte of rubbish must not be answered with ten.</remarks>
sealed class FieldErrors
{
    internal const int MaxCount = 100;

    readonly OrderedDictionary<string, string> _texts = new(StringComparer.Ordinal);

    internal bool Any => _texts.Count > 0;

    /// <summary>True if further errors are not taken; whoever is walking a long input may stop.</summary>
    internal bool Full => _texts.Count > MaxCount;

    internal IReadOnlyDictionary<string, string> Texts => _texts;

    internal void Add(string path, string text)
    {
        if (_texts.Count < MaxCount)
        {
            _texts.TryAdd(path, text);
        }
        else if (!_texts.ContainsKey(path))
        {
            _texts.TryAdd(JsonPath.Root, "There are more than " + MaxCount + " errors; these are the first");
        }
    }

    /// <summary>
    /// True if nothing further should be said of this path: it or one above it is already known to be wrong, or, where it is an object's,
    /// one of the object's members (what an object lacks may only be unreadable).
    /// </summary>
    internal bool Cover(string path)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
        {
            if (_texts.ContainsKey(path[..end]))
            {
                return true;
            }
        }

        return _texts.Keys.Any(known => known.Length > path.Length && known[path.Length] == '.' && known.StartsWith(path, StringComparison.Ordinal));
    }
}
