namespace HubSpotDeals.Api.Http;

/// <summary>Guesses which name a mistyped one was meant to be.</summary>
static class Spelling
{
    /// <summary>Comparing is quadratic, and no name of ours is near this long.</summary>
    const int MaxLength = 64;

    /// <summary>The name that needs the fewest changed, missing, extra or swapped letters, case aside; null if none is near (a third of its letters).</summary>
    internal static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        var nearest = candidates
            .Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(guess => guess.Distance <= Math.Max(1, guess.Name.Length / 3))
            .OrderBy(guess => guess.Distance)
            .FirstOrDefault();
        return nearest.Name;
    }

    /// <summary>Edit distance with swaps of neighbours (optimal string alignment).</summary>
    static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = best;
            }
        }

        return rows[left.Length, right.Length];
    }
}
