using System.Globalization;
using HubSpotDeals.Api.Scans;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>How pages spell figures: for people, the same everywhere.</summary>
static class Texts
{
    /// <summary><c>1,234,567</c>.</summary>
    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 deal</c>, <c>1,500 deals</c>.</summary>
    internal static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? "" : "s")}";

    /// <summary>Whole ones of ten and more, tenths below: <c>1,234</c>, <c>3.5</c>.</summary>
    internal static string Rate(decimal perSecond) => perSecond.ToString(perSecond >= 10 ? "N0" : "0.#", CultureInfo.InvariantCulture);

    /// <summary><c>50.3 %</c>.</summary>
    internal static string Percent(decimal percent) => percent.ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>An amount without its cents: <c>1,234,567 EUR</c>; <c>–</c>: none.</summary>
    internal static string Money(decimal? amount, string currency) => amount is { } value
        ? (value.ToString("N0", CultureInfo.InvariantCulture) + " " + currency).TrimEnd()
        : "–";

    /// <summary>With a sign: <c>+12</c>, <c>−3</c>, <c>±0</c>.</summary>
    internal static string Change(decimal change) => change switch
    {
        > 0 => "+" + change.ToString("N0", CultureInfo.InvariantCulture),
        < 0 => "−" + (-change).ToString("N0", CultureInfo.InvariantCulture),
        _ => "±0",
    };

    /// <summary><c>2m 5s</c>; <c>–</c>: it can't be told.</summary>
    internal static string Seconds(long? seconds) => seconds is { } known ? DurationText.Of(TimeSpan.FromSeconds(known)) : "–";

    /// <summary><c>2026-11-29 21:03:15</c>, which the heading says is in UTC.</summary>
    internal static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
