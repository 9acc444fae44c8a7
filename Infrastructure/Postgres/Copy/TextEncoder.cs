using System.Text;
using System.Text.Unicode;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// A JSON string's own bytes to PostgreSQL's binary <c>text</c>: copied as they are where nothing is escaped, unescaped straight
/// into the row where something is.
/// </summary>
public static class TextEncoder
{
    /// <summary>
    /// Writes the text as one field, always. Says no when the field does not hold the text itself, because PostgreSQL can't: U+0000
    /// is left out, and U+FFFD stands where half a surrogate pair or bytes that are no UTF-8 stood.
    /// </summary>
    /// <param name="json">What stands between the string's quotes; its escapes are well formed, as a JSON reader leaves them.</param>
    /// <param name="escaped">Whether there are escapes.</param>
    /// <param name="rows">The buffer.</param>
    public static bool Write(ReadOnlySpan<byte> json, bool escaped, CopyBuffer rows)
    {
        var exact = true;
        var field = rows.Reserve(json.Length);
        var length = json.Length;
        if (escaped)
        {
            length = JsonEscapes.Unescape(json, field, out exact);
        }
        else
        {
            json.CopyTo(field);
        }

        var text = field[..length];
        if (!Utf8.IsValid(text))
        {
            rows.Text(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
            return false;
        }

        rows.Commit(length);
        return exact;
    }
}
