using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace HubSpotDeals.Api.Http;

/// <summary>Names a place in a request body: <c>config.filters.properties[3]</c>. A name that is no plain word is quoted: <c>config["a.b"]</c>.</summary>
static class JsonPath
{
    /// <summary>The body as a whole.</summary>
    internal const string Root = "body";

    /// <summary>A longer name is cut: it is the caller's own text, and an error must stay readable.</summary>
    const int MaxNameLength = 64;

    static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-$");

    /// <summary>The path of a member of the object at <paramref name="parent"/> (empty: of the body itself).</summary>
    internal static string Member(string parent, string name)
    {
        if (name.Length > 0 && name.Length <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            return parent.Length == 0 ? name : parent + "." + name;
        }

        var shown = name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…";
        return parent + "[\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(shown) + "\"]";
    }

    /// <summary>The path of an item of the array at <paramref name="parent"/>, counted from 0.</summary>
    internal static string Item(string parent, int index) => parent + "[" + index.ToString(CultureInfo.InvariantCulture) + "]";
}
