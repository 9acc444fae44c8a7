using System.Globalization;

namespace HubSpotDeals.Api.Http;

/// <summary>Spells a number of bytes as people read it, in decimal units, rounded down: <c>0 MB</c>, <c>8 KB</c>, <c>125 MB</c>, <c>50 GB</c>.</summary>
public static class SizeText
{
    const long Kilo = 1_000;
    const long Mega = 1_000_000;
    const long Giga = 1_000_000_000;

    /// <summary>In the largest unit of which there is at least one.</summary>
    public static string Of(long bytes) => bytes switch
    {
        >= Giga => Spell(bytes / Giga, "GB"),
        >= Mega => Spell(bytes / Mega, "MB"),
        >= Kilo => Spell(bytes / Kilo, "KB"),
        > 0 => Spell(bytes, "bytes"),
        _ => "0 MB",
    };

    static string Spell(long count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count} {unit}");
}
