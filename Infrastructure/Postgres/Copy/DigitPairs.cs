using System.Runtime.CompilerServices;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>Writes numbers as ASCII digits of a fixed width, two at a time.</summary>
static class DigitPairs
{
    static ReadOnlySpan<byte> Pairs =>
        "00010203040506070809"u8 + "10111213141516171819"u8 + "20212223242526272829"u8 + "30313233343536373839"u8 + "40414243444546474849"u8
        + "50515253545556575859"u8 + "60616263646566676869"u8 + "70717273747576777879"u8 + "80818283848586878889"u8 + "90919293949596979899"u8;

    /// <summary>Writes a number below 100 as two digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteTwo(uint value, Span<byte> utf8) => Pairs.Slice((int)value * 2, 2).CopyTo(utf8);

    /// <summary>Writes a number below 10,000 as four digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteFour(uint value, Span<byte> utf8)
    {
        var hundreds = value / 100;
        WriteTwo(hundreds, utf8);
        WriteTwo(value - (hundreds * 100), utf8[2..]);
    }
}
