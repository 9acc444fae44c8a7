using System.Globalization;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>The user that PostgreSQL runs as: the service's own, or, because PostgreSQL refuses to run as root, another.</summary>
/// <remarks>
/// That other user need not be able to reach the data directory by its path (a clone under <c>/root</c>). It is given no
/// capability for that, which would make every database superuser root; it is handed the directory as an open descriptor,
/// and PostgreSQL is told <c>-D /proc/self/fd/9</c>. (The working directory would not do: initdb up to 15 leaves it and
/// comes back by path.)
/// </remarks>
sealed class ServerAccount
{
    /// <summary>The descriptor under which a program started for another user finds the data directory.</summary>
    const int DataDescriptor = 9;

    readonly (int User, int Group)? _other;

    ServerAccount((int User, int Group)? other) => _other = other;

    /// <summary>Whose the data is if it exists; else the service's own user, or for root <c>postgres</c>, else <c>nobody</c>.</summary>
    public static async Task<ServerAccount> ForAsync(string dataDirectory, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null);
        }

        if (Directory.Exists(dataDirectory))
        {
            var owner = (await ShellCommand.RunAsync("stat", ["-c", "%u %g", "--", dataDirectory], ct)).Split(' ');
            return new ServerAccount((Number(owner[0]), Number(owner[1])));
        }

        var users = await File.ReadAllLinesAsync("/etc/passwd", ct);
        return new ServerAccount(UserNamed("postgres", users) ?? UserNamed("nobody", users)
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody' to run it as. "
                + "Start the service as an ordinary user, or name a server in ConnectionStrings__Postgres."));
    }

    /// <summary>Makes a directory that this user owns and no other may read.</summary>
    public async Task CreateDirectoryAsync(string directory, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        await ShellCommand.RunAsync("chmod", ["700", "--", directory], ct);
        if (_other is { } other)
        {
            await ShellCommand.RunAsync("chown", [Invariant($"{other.User}:{other.Group}"), "--", directory], ct);
        }
    }

    /// <summary>How a program run as this user names the data directory.</summary>
    public string PathOf(string dataDirectory) => _other is null ? dataDirectory : Invariant($"/proc/self/fd/{DataDescriptor}");

    /// <summary>The words that go before a command to run it as this user; its data directory is open as <see cref="PathOf"/> says.</summary>
    public IEnumerable<string> Prefix =>
        _other is { } other
            ? ["setpriv", Invariant($"--reuid={other.User}"), Invariant($"--regid={other.Group}"), "--clear-groups", "--no-new-privs", "--"]
            : [];

    static (int User, int Group)? UserNamed(string name, string[] passwd)
    {
        var entry = passwd.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 3 && string.Equals(fields[0], name, StringComparison.Ordinal));
        return entry is null ? null : (Number(entry[2]), Number(entry[3]));
    }

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
