using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class NumericEncoderTests
{
    // What some version of PostgreSQL reads as NaN, infinity, hexadecimal, grouped digits, or a blank before an exponent's digits.
    static readonly SearchValues<char> ForeignToDecimals = SearchValues.Create("_xNnai ");

    EncodedColumn _column;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task CreateColumn() => _column = await EncodedColumn.CreateAsync("numeric", NumericEncoder.TryWrite, CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropColumn() => await _column.DisposeAsync();

    [TestCase("3000", "3000")]
    [TestCase("5000.00", "5000.00")]
    [TestCase("67340.0", "67340.0")]
    [TestCase("-0.5", "-0.5")]
    [TestCase("+5", "5")]
    [TestCase("007", "7")]
    [TestCase("0000.0100", "0.0100")]
    [TestCase(".5", "0.5")]
    [TestCase("5.", "5")]
    [TestCase("0", "0")]
    [TestCase("-0.00", "0.00")]
    [TestCase("10000", "10000")]
    [TestCase("100000000", "100000000")]
    [TestCase("123456789012345678901234567890", "123456789012345678901234567890")]
    [TestCase("1773300966332", "1773300966332")]
    public async Task A_number_keeps_its_value_and_its_written_scale(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [TestCase("1e5", "100000")]
    [TestCase("1.5E-7", "0.00000015")]
    [TestCase("1.50e1", "15.0")]
    [TestCase("1.50e+4", "15000")]
    [TestCase("0e10", "0")]
    [TestCase("0.00e-3", "0.00000")]
    public async Task An_exponent_moves_the_point(string text, string expected) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo(expected));

    [Test]
    public async Task The_55_decimals_of_a_calculated_probability_are_all_kept()
    {
        const string probability = "0.200000000000000011102230246251565404236316680908203125";
        const string projected = "6000.00000000000033306690738754696212708950042724609375000";
        Assert.That(
            await _column.StoreAsync([probability, projected], Ct),
            Is.EqualTo(new[] { probability, projected }));
    }

    [TestCase(" 5")]
    [TestCase("5 ")]
    [TestCase("\t 5\r\n")]
    [TestCase("\v5\f")]
    public async Task Blanks_around_a_number_are_typing_and_not_value(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.EqualTo("5"));

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(".")]
    [TestCase("-")]
    [TestCase("+-5")]
    [TestCase("--5")]
    [TestCase("- 5")]
    [TestCase("1 000")]
    [TestCase("1,000")]
    [TestCase("1.2.3")]
    [TestCase("1e")]
    [TestCase("1e+")]
    [TestCase("e5")]
    [TestCase("1e5.5")]
    [TestCase("1 e5")]
    [TestCase("1e99999999999999999999")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("-inf")]
    [TestCase("0x1F")]
    [TestCase("0b11")]
    [TestCase("1_000")]
    [TestCase("12;34")]
    [TestCase("five")]
    [TestCase("٥")]
    [TestCase("5\u00A0")]
    [TestCase("5\0")]
    public async Task What_is_no_decimal_number_is_refused(string text) =>
        Assert.That(await _column.StoreAsync(text, Ct), Is.Null);

    [Test]
    public async Task Numerics_limits_are_the_encoders_limits()
    {
        string[] within =
        [
            new('9', 131_072),
            "1e131071",
            $"-{new string('9', 131_072)}.{new string('9', 16_383)}",
            $"0.{new string('0', 16_382)}1",
            "1e-16383",
            $"{new string('0', 200_000)}1",
            $"0.{new string('0', 16_383)}",
            $"0.{new string('0', 40_000)}1e30000",
        ];
        string[] beyond =
        [
            new('9', 131_073),
            "1e131072",
            $"0.{new string('0', 16_383)}1",
            $"1.{new string('0', 16_384)}",
            "1e-16384",
            "1e1000001",
        ];
        await _column.AssertAgreesAsync([.. within, .. beyond], Ct);
        Assert.That(await _column.StoreAsync(within, Ct), Has.None.Null);
        Assert.That(await _column.StoreAsync(beyond, Ct), Is.All.Null);
    }

    [Test]
    public async Task Every_decimal_text_means_to_the_encoder_what_it_means_to_PostgreSQL()
    {
        var texts = Decimals.Sample(4_000, 40).ToArray();
        await _column.AssertAgreesAsync(texts, Ct);
        Assert.That(await _column.StoreAsync(texts, Ct), Has.None.Null);
    }

    [Test]
    public async Task Nothing_that_PostgreSQL_refuses_is_taken_and_no_decimal_that_it_takes_is_refused()
    {
        var nearlyNumbers = Gen.Elements("0123456789.eE+-_xNa nif;,".ToCharArray()).ArrayOf().Select(letters => new string(letters));
        await _column.AssertAgreesAsync(
            [.. nearlyNumbers.Sample(4_000, 6)], text => text, text => text.AsSpan().Trim().ContainsAny(ForeignToDecimals), Ct);
    }

    static Gen<string> Decimals
    {
        get
        {
            var digits = Gen.Frequency(
                (3, Gen.Elements("0123456789".ToCharArray()).ArrayOf()),
                (1, Gen.Elements('0', '9').ArrayOf())).Select(letters => new string(letters));
            return
                from blank in Gen.Frequency((8, Gen.Constant("")), (1, Gen.Constant(" ")))
                from sign in Gen.Elements("", "", "-", "+")
                from whole in digits
                from fraction in Gen.Frequency((1, Gen.Constant("")), (3, digits.Select(text => $".{text}")))
                from exponent in Gen.Frequency(
                    (4, Gen.Constant("")),
                    (1, Gen.Choose(-400, 400).Select(power => $"e{power}")),
                    (1, Gen.Choose(0, 12).Select(power => $"E+0{power}")))
                where whole.Length + fraction.Length > (fraction.Length == 0 ? 0 : 1)
                select $"{blank}{sign}{whole}{fraction}{exponent}{blank}";
        }
    }
}
