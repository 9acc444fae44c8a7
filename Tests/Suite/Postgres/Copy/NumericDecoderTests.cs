using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class NumericDecoderTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task Every_numeric_has_the_text_that_PostgreSQL_prints()
    {
        string[] edges =
        [
            "0", "0.00", "-0.5", "0.0001", "0.00001", "0.00000001", "1", "9999", "10000", "100000000", "123456789", "1000000000000.0001",
            "5000.00", "67340.0", "6000.00000000000033306690738754696212708950042724609375000",
            "0.200000000000000011102230246251565404236316680908203125",
            "1e131071", "1e-16383", $"-{new string('9', 131_072)}.{new string('9', 16_383)}", $"0.{new string('0', 16_383)}",
        ];
        string[] texts = [.. edges, .. Decimals.Sample(5_000, 40)];
        var values = await DecoderOracle.AskAsync(texts, "numeric_send(text::numeric)", "text::numeric::text", Ct);
        Assert.That(values.Select(value => Decode(value.Binary)), Is.EqualTo(values.Select(value => value.Printed)));
        Assert.That(values, Has.Length.EqualTo(texts.Length));
        foreach (var (_, printed) in values)
        {
            Assert.That(JsonElement.Parse(printed).GetRawText(), Is.EqualTo(printed), "and that text is a JSON number");
        }
    }

    [Test]
    public async Task Nothing_is_written_for_what_is_no_decimal_number()
    {
        var values = await DecoderOracle.AskAsync(["NaN", "Infinity", "-Infinity"], "numeric_send(text::numeric)", "text", Ct);
        Assert.That(values.Select(value => Decode(value.Binary)), Is.EqualTo(new[] { "", "", "" }));
    }

    static Gen<string> Decimals =>
        from sign in Gen.Elements("", "-")
        from whole in Digits
        from fraction in Digits
        from exponent in Gen.Frequency((4, Gen.Constant("")), (1, Gen.Choose(-400, 400).Select(power => $"e{power}")))
        where whole.Length + fraction.Length > 0
        select $"{sign}{whole}.{fraction}{exponent}";

    static Gen<string> Digits => Gen.Frequency(
        (3, Gen.Elements("0123456789".ToCharArray()).ArrayOf()),
        (1, Gen.Elements('0', '9').ArrayOf())).Select(letters => new string(letters));

    static string Decode(byte[] field)
    {
        var utf8 = new byte[NumericDecoder.MaxLength(field)];
        return Encoding.UTF8.GetString(utf8, 0, NumericDecoder.Write(field, utf8));
    }
}
