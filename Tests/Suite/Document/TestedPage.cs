using System.Text.RegularExpressions;
using HubSpotDeals.Suite.Support;
using NUnit.Framework.Interfaces;

namespace HubSpotDeals.Suite.Document;

/// <summary>A page of <c>docs/</c> with tables whose lines each name the tests that show them, in backticks.</summary>
sealed partial class TestedPage
{
    static readonly IReadOnlyList<string> Suite =
    [
        .. typeof(TestedPage).Assembly.GetTypes().SelectMany(type => type.GetMethods()
            .Where(method => Array.Exists(method.GetCustomAttributes(inherit: true), attribute => attribute is ISimpleTestBuilder or ITestBuilder))
            .Select(method => $"{type.FullName}.{method.Name}")),
    ];

    internal TestedPage(string file) => Text = File.ReadAllText(Path.Combine(Checkout.Root, "docs", file));

    internal string Text { get; }

    /// <summary>The tests that the page names.</summary>
    internal IReadOnlyList<string> Named => [.. Name().Matches(Text).Select(match => match.Groups["test"].Value)];

    /// <summary>Those of them that there are not.</summary>
    internal IEnumerable<string> NotThere => Named.Where(name => !Suite.Any(test => IsCalled(test, name)));

    /// <summary>The lines of its tables that name no test.</summary>
    internal IEnumerable<string> Unshown
    {
        get
        {
            var lines = Text.Split('\n');
            return lines.Where((line, number) => line.StartsWith("| ", StringComparison.Ordinal)
                && !lines[number + 1].StartsWith("|---", StringComparison.Ordinal) && !Name().IsMatch(line));
        }
    }

    /// <summary>The tests of a namespace that the page does not name.</summary>
    internal IEnumerable<string> Forgotten(string nameSpace) =>
        Suite.Where(test => test.StartsWith(nameSpace + ".", StringComparison.Ordinal) && !Named.Any(name => IsCalled(test, name)));

    static bool IsCalled(string test, string name) => test.EndsWith("." + name, StringComparison.Ordinal);

    [GeneratedRegex("`(?<test>([A-Z][A-Za-z]+[.])*[A-Z][A-Za-z]+(Tests|Story)[.][A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
