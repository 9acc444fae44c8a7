namespace HubSpotDeals.Suite.Document;

/// <summary><c>docs/hubspot.md</c> names tests that there are, and no pitfall that has a test is missing.</summary>
public sealed class PitfallPageTests
{
    static readonly TestedPage Page = new("hubspot.md");

    [Test]
    public void Every_test_that_the_page_names_is_there()
    {
        Assert.That(Page.Named, Has.Count.GreaterThan(40));
        Assert.That(Page.NotThere, Is.Empty);
    }

    [Test]
    public void Every_line_has_a_test() => Assert.That(Page.Unshown, Is.Empty);

    [Test]
    public void Every_pitfall_with_a_test_of_its_own_has_a_line() => Assert.That(Page.Forgotten("HubSpotDeals.Suite.Pitfalls"), Is.Empty);
}
