using System.Globalization;
using System.Numerics;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// Decimals as Java's BigDecimal prints them: every digit of the scale, trailing zeros included. HubSpot's calculated properties
/// are doubles printed that way, which is where values with 55 decimals come from.
/// </summary>
static class DecimalText
{
    /// <summary><paramref name="mantissa"/> / 10^<paramref name="scale"/>.</summary>
    public static string Of(BigInteger mantissa, int scale)
    {
        var digits = BigInteger.Abs(mantissa).ToString(CultureInfo.InvariantCulture);
        if (scale > 0)
        {
            digits = digits.PadLeft(scale + 1, '0').Insert(Math.Max(digits.Length, scale + 1) - scale, ".");
        }

        return mantissa.Sign < 0 ? "-" + digits : digits;
    }

    /// <summary>The exact value of a double in [0, 1] as mantissa and scale: 0.2 has 54 decimals.</summary>
    public static (BigInteger Mantissa, int Scale) Exact(double value)
    {
        if (value is 0 or 1)
        {
            return (new BigInteger(value), 0);
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        var significand = new BigInteger((bits & 0xFFFFFFFFFFFFF) | 0x10000000000000);
        while (significand.IsEven)
        {
            significand >>= 1;
            exponent++;
        }

        // m / 2^k = m * 5^k / 10^k
        return (significand * BigInteger.Pow(5, -exponent), -exponent);
    }
}
