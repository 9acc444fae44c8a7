using System.IO.Enumeration;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>Search by words: a text is its runs of letters and digits, in lower case.</summary>
static class TokenMatch
{
    /// <summary>Whether some word of the text fits the pattern, in which * stands for anything.</summary>
    public static bool Contains(string text, string lowerCasePattern) =>
        WordsOf(text).Any(word => FileSystemName.MatchesSimpleExpression(lowerCasePattern, word));

    /// <summary>Whether every word of the query begins some word of the text.</summary>
    public static bool ContainsAll(string text, IReadOnlyList<string> queryWords)
    {
        var words = WordsOf(text).ToArray();
        return queryWords.All(wanted => Array.Exists(words, word => word.StartsWith(wanted, StringComparison.Ordinal)));
    }

    public static IEnumerable<string> WordsOf(string text)
    {
        var start = -1;
        for (var index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && char.IsLetterOrDigit(text[index]))
            {
                start = start < 0 ? index : start;
            }
            else if (start >= 0)
            {
                yield return text[start..index].ToLowerInvariant();
                start = -1;
            }
        }
    }
}
