using System.Text;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary><c>true</c> or <c>false</c>, in any case, to PostgreSQL's binary <c>boolean</c>.</summary>
public static class BoolEncoder
{
    /// <summary>Writes the value as one field, or writes nothing and says no when the text is neither.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> utf8, CopyBuffer rows)
    {
        if (!TryParse(utf8, out var value))
        {
            return false;
        }

        rows.Bool(value);
        return true;
    }

    /// <summary>Reads the value; says no when the text is neither.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(utf8, "true"u8);
        return value || Ascii.EqualsIgnoreCase(utf8, "false"u8);
    }
}
