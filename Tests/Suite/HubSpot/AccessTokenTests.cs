using System.Text.Json;
using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Suite.HubSpot;

public sealed class AccessTokenTests
{
    const string Secret = "pat-eu1-0123abcd";

    [Test]
    public void A_token_shows_itself_to_nobody_who_formats_it()
    {
        var token = AccessToken.Parse(Secret);
        var holder = new { Portal = 1, Token = token };

        Assert.That(new[] { token.ToString(), $"{token}", $"{holder}", JsonSerializer.Serialize(holder), string.Format("{0}", token) },
            Has.None.Contains("0123abcd"));
        Assert.That(token.Reveal(), Is.EqualTo(Secret));
    }

    [Test]
    public void Tokens_are_equal_if_their_secrets_are() => Assert.Multiple(() =>
    {
        Assert.That(AccessToken.Parse($" {Secret}\n"), Is.EqualTo(AccessToken.Parse(Secret)));
        Assert.That(AccessToken.Parse("other"), Is.Not.EqualTo(AccessToken.Parse(Secret)));
    });

    [TestCase(null)]
    [TestCase("")]
    [TestCase("  ")]
    [TestCase("two words")]
    [TestCase("pat-na1\r\nX-Injected: yes")]
    [TestCase("pat-na1-ä")]
    [TestCase("pat-na1\u0000")]
    public void What_no_header_may_carry_is_no_token(string? text) => Assert.That(AccessToken.TryParse(text, out _), Is.False);

    [Test]
    public void A_token_has_a_longest_length()
    {
        Assert.That(AccessToken.TryParse(new string('x', AccessToken.MaxLength), out _), Is.True);
        Assert.That(AccessToken.TryParse(new string('x', AccessToken.MaxLength + 1), out _), Is.False);
    }

    [Test]
    public void A_refused_token_is_not_repeated() =>
        Assert.That(() => AccessToken.Parse("secret words"), Throws.InstanceOf<FormatException>().With.Message.Not.Contains("secret words"));

    [Test]
    public void An_empty_token_reveals_nothing() => Assert.That(() => default(AccessToken).Reveal(), Throws.InvalidOperationException);
}
