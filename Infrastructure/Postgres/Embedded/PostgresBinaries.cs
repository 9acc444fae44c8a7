using System.Globalization;
using System.Text.RegularExpressions;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>PostgreSQL's server programs of one installed version.</summary>
/// <param name="Directory">Holds <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Major">The major version: 13 or later.</param>
sealed partial record PostgresBinaries(string Directory, int Major)
{
    const int OldestSupported = 13;

    public string Postgres => Path.Combine(Directory, "postgres");

    public string InitDb => Path.Combine(Directory, "initdb");

    /// <summary>
    /// The newest installed version; or, for a cluster that exists (<paramref name="clusterMajor"/> is not null), the one
    /// that made it: a newer one can't read its files.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">No such version is installed.</exception>
    public static async Task<PostgresBinaries> FindAsync(int? clusterMajor, CancellationToken ct)
    {
        var installed = new List<PostgresBinaries>();
        foreach (var directory in Candidates().Distinct(StringComparer.Ordinal))
        {
            if (File.Exists(Path.Combine(directory, "postgres")) && File.Exists(Path.Combine(directory, "initdb"))
                && await MajorOfAsync(Path.Combine(directory, "postgres"), ct) is { } major)
            {
                installed.Add(new PostgresBinaries(directory, major));
            }
        }

        return Choose(installed, clusterMajor);
    }

    /// <summary>The choice among what is installed; see <see cref="FindAsync"/>.</summary>
    public static PostgresBinaries Choose(IReadOnlyCollection<PostgresBinaries> installed, int? clusterMajor)
    {
        if (clusterMajor is { } wanted)
        {
            return installed.FirstOrDefault(found => found.Major == wanted)
                ?? throw new EmbeddedPostgresException(
                    $"The database was made by PostgreSQL {wanted}, which is not installed (there is: {Names(installed)}). "
                    + $"Run: sudo apt-get install -y postgresql-{wanted}");
        }

        return installed.Where(found => found.Major >= OldestSupported).MaxBy(found => found.Major)
            ?? throw new EmbeddedPostgresException(
                $"PostgreSQL's server programs, version {OldestSupported} or later, are not installed (there is: {Names(installed)}). "
                + "Run: sudo apt-get install -y postgresql — or name a server in ConnectionStrings__Postgres.");
    }

    static string Names(IReadOnlyCollection<PostgresBinaries> installed) =>
        installed.Count == 0 ? "none" : string.Join(", ", installed.Select(found => found.Major));

    static IEnumerable<string> Candidates()
    {
        string[] patterns =
        [
            "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
            "/usr/pgsql-*/bin", // the PostgreSQL project's RPMs
            "/opt/homebrew/opt/postgresql*/bin",
            "/usr/local/opt/postgresql*/bin",
            "/usr/local/pgsql*/bin", // built from source
        ];
        var known = patterns.SelectMany(pattern =>
        {
            var segments = pattern.Split('*');
            var parent = Path.GetDirectoryName(segments[0])!;
            return System.IO.Directory.Exists(parent)
                ? System.IO.Directory.EnumerateDirectories(parent, Path.GetFileName(segments[0]) + "*").Select(found => found + segments[1])
                : [];
        });
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return known.Concat(path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
    }

    static async Task<int?> MajorOfAsync(string postgres, CancellationToken ct)
    {
        var answer = await ShellCommand.RunAsync(postgres, ["--version"], ct);
        var version = VersionPattern().Match(answer);
        return version.Success ? int.Parse(version.Groups["major"].Value, CultureInfo.InvariantCulture) : null;
    }

    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
