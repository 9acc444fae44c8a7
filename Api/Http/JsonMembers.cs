using System.Text.Json;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// An object of a request body, read member by member. A member of the wrong type is noted with its path and reads as null, and so does an
/// absent one and one that is <c>null</c>; whether it may be absent is the validator's matter. Members that nothing asked for are errors
/// when the body has been read.
/// </summary>
public sealed class JsonMembers
{
    readonly BodyValue _object;
    readonly FieldErrors _errors;
    readonly List<string> _known = [];
    readonly List<JsonMembers> _children = [];

    internal JsonMembers(BodyValue value, string path, FieldErrors errors)
    {
        _object = value;
        _errors = errors;
        Path = path;
    }

    /// <summary>Where the object is: <c>config.filters</c>; empty for the body itself.</summary>
    public string Path { get; }

    /// <summary>A string, or null.</summary>
    public string? Text(string name) =>
        Find(name, JsonValueKind.String, "Must be a string", out _) is { } value ? value.Text : null;

    /// <summary>A whole number, or null; its range is the validator's matter.</summary>
    public long? WholeNumber(string name)
    {
        if (Find(name, JsonValueKind.Number, "Must be an integer", out var path) is not { } value)
        {
            return null;
        }

        if (value.Whole is null)
        {
            _errors.Add(path, "Must be an integer");
        }

        return value.Whole;
    }

    /// <summary>True, false, or null.</summary>
    public bool? Flag(string name)
    {
        var path = Know(name);
        switch (Value(name).Kind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                _errors.Add(path, "Must be true or false");
                return null;
        }
    }

    /// <summary>An object, or null.</summary>
    public JsonMembers? Members(string name)
    {
        if (Find(name, JsonValueKind.Object, "Must be an object", out var path) is not { } value)
        {
            return null;
        }

        var child = new JsonMembers(value, path, _errors);
        _children.Add(child);
        return child;
    }

    /// <summary>An array of strings, or null. An item of another type is noted and reads as null, so that the others keep their places.</summary>
    public IReadOnlyList<string?>? Texts(string name)
    {
        if (Find(name, JsonValueKind.Array, "Must be an array of strings", out var path) is not { Items: { } items })
        {
            return null;
        }

        var texts = new string?[items.Count];
        for (var i = 0; i < texts.Length && !_errors.Full; i++)
        {
            texts[i] = items[i].Text;
            if (items[i].Kind is not (JsonValueKind.String or JsonValueKind.Undefined))
            {
                _errors.Add(JsonPath.Item(path, i), "Must be a string");
            }
        }

        return texts;
    }

    /// <summary>An array of objects, or null. An item of another type is noted and left out.</summary>
    public IReadOnlyList<JsonMembers>? Objects(string name)
    {
        if (Find(name, JsonValueKind.Array, "Must be an array of objects", out var path) is not { Items: { } items })
        {
            return null;
        }

        var objects = new List<JsonMembers>(items.Count);
        for (var i = 0; i < items.Count && !_errors.Full; i++)
        {
            if (items[i].Kind == JsonValueKind.Object)
            {
                objects.Add(new JsonMembers(items[i], JsonPath.Item(path, i), _errors));
            }
            else if (items[i].Kind != JsonValueKind.Undefined)
            {
                _errors.Add(JsonPath.Item(path, i), "Must be an object");
            }
        }

        _children.AddRange(objects);
        return objects;
    }

    /// <summary>
    /// Every member, whatever it is called, as the text that HubSpot takes for a property's value: strings as they are, whole numbers and
    /// flags spelled out, null as an empty text, which clears it. Others are noted: a decimal number is sent as a string, so that it keeps its digits.
    /// </summary>
    public IReadOnlyDictionary<string, string> Values()
    {
        var values = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in _object.Members!.Keys)
        {
            var path = Know(name);
            var value = Value(name);
            var text = value switch
            {
                { Kind: JsonValueKind.String, Text: { } words } => words,
                { Kind: JsonValueKind.Number, Whole: { } whole } => whole.ToString(System.Globalization.CultureInfo.InvariantCulture),
                { Kind: JsonValueKind.True } => "true",
                { Kind: JsonValueKind.False } => "false",
                { Kind: JsonValueKind.Null } => "",
                _ => null,
            };
            if (text is not null)
            {
                values[name] = text;
            }
            else if (value.Kind != JsonValueKind.Undefined)
            {
                _errors.Add(path, "Must be a string, a whole number, true, false or null");
            }
        }

        return values;
    }

    /// <summary>Notes every member, here and below, that was not asked for, with the name that was probably meant.</summary>
    internal void RefuseUnknown()
    {
        foreach (var name in _object.Members!.Keys)
        {
            // Once no further error is taken, guessing at thousands of names would only burn time.
            if (!_errors.Full && !_known.Contains(name, StringComparer.Ordinal))
            {
                var meant = Spelling.Nearest(name, _known);
                _errors.Add(
                    JsonPath.Member(Path, name),
                    meant is null ? "Unknown member" : "Unknown member; did you mean " + meant + "?");
            }
        }

        foreach (var child in _children)
        {
            child.RefuseUnknown();
        }
    }

    BodyValue? Find(string name, JsonValueKind kind, string otherwise, out string path)
    {
        path = Know(name);
        var value = Value(name);
        if (value.Kind == kind)
        {
            return value;
        }

        if (value.Kind is not (JsonValueKind.Null or JsonValueKind.Undefined))
        {
            _errors.Add(path, otherwise);
        }

        return null;
    }

    BodyValue Value(string name) => _object.Members!.GetValueOrDefault(name, BodyValue.Null);

    string Know(string name)
    {
        _known.Add(name);
        return JsonPath.Member(Path, name);
    }
}
