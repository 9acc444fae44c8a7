using System.Globalization;
using System.Security.Cryptography;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>An embedded server's directory: <c>data/</c> (PostgreSQL's own), <c>pgpass</c>, <c>pg_service.conf</c>, <c>server.log</c>, <c>owner.lock</c>.</summary>
sealed class ClusterDirectory
{
    /// <summary>The cluster's superuser, which the service connects as.</summary>
    public const string User = "hubspot_deals";

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A cluster in the making; it gets its name <c>data</c> when it is whole, so a half-made one is never mistaken for one.</summary>
    const string UnfinishedPrefix = "data.unfinished-";

    readonly string _root;

    ClusterDirectory(string root) => _root = root;

    /// <summary>PostgreSQL's data directory; there once the cluster is initialized.</summary>
    public string Data => Path.Combine(_root, "data");

    /// <summary>The password in PostgreSQL's pgpass format, which Npgsql, psql and pg_dump all read: no text carries the password.</summary>
    public string PasswordFile => Path.Combine(_root, "pgpass");

    /// <summary>What the server of this run says; the run's before it is kept beside it.</summary>
    public string Log => Path.Combine(_root, "server.log");

    /// <summary>The major version that made the cluster; null when there is no cluster yet.</summary>
    public int? Major =>
        File.Exists(Path.Combine(Data, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture)
            : null;

    /// <summary>Opens the directory; makes it, for its owner's eyes only, when it is not there.</summary>
    /// <exception cref="EmbeddedPostgresException">It can't be made or written.</exception>
    public static ClusterDirectory Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException(
                "The embedded PostgreSQL runs on Linux and macOS. Name a server in ConnectionStrings__Postgres.");
        }

        var root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(root, OwnerOnly | UnixFileMode.UserExecute);
            File.SetUnixFileMode(root, OwnerOnly | UnixFileMode.UserExecute);
            return new ClusterDirectory(root);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The database's directory {root} can't be used by this user: {refused.Message} "
                + "Name another one in Postgres__Embedded__Directory.", refused);
        }
    }

    /// <summary>Takes the right to run the server, which ends with the process however that ends; null when another process has it.</summary>
    public FileStream? TryOwn()
    {
        var path = Path.Combine(_root, "owner.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new EmbeddedPostgresException($"{path} belongs to another user: {refused.Message}", refused);
        }
    }

    /// <summary>A log for the run that begins; the caller owns the directory.</summary>
    public void RotateLog()
    {
        if (File.Exists(Log))
        {
            File.Move(Log, Path.Combine(_root, "server.previous.log"), overwrite: true);
        }
    }

    /// <summary>Writes <c>pg_service.conf</c>: <c>PGSERVICEFILE=… psql service=hubspot_deals</c> connects, whatever the port of the day.</summary>
    public void AnnounceService(string database, int port) =>
        File.WriteAllText(Path.Combine(_root, "pg_service.conf"), string.Create(CultureInfo.InvariantCulture,
            $"[{User}]\nhost=127.0.0.1\nport={port}\ndbname={database}\nuser={User}\npassfile={PasswordFile}\n"));

    /// <summary>The last lines of the server's log, for an error's message.</summary>
    public string LogTail() => File.Exists(Log) ? string.Join(" | ", File.ReadLines(Log).TakeLast(8)) : "";

    /// <summary>Deletes a directory whose initdb may not be quite dead yet and make another file meanwhile.</summary>
    static async Task DeleteAsync(string directory, CancellationToken ct)
    {
        const int MostTries = 250;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (IOException) when (attempt < MostTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
            }
        }
    }

    /// <summary>Makes the cluster if there is none; what interrupted attempts left is cleared away.</summary>
    /// <remarks>Without <paramref name="sync"/> the files are left to the operating system's leisure, for clusters that may be lost.</remarks>
    /// <exception cref="EmbeddedPostgresException">initdb failed.</exception>
    public async Task InitializeAsync(PostgresBinaries binaries, ServerAccount account, bool sync, CancellationToken ct)
    {
        if (Major is not null)
        {
            return;
        }

        foreach (var abandoned in Directory.EnumerateDirectories(_root, UnfinishedPrefix + "*"))
        {
            await DeleteAsync(abandoned, ct);
        }

        var unfinished = Path.Combine(_root, UnfinishedPrefix + Path.GetRandomFileName());
        await account.CreateDirectoryAsync(unfinished, ct);
        string[] arguments =
        [
            "-D", account.PathOf(unfinished), "--username=" + User, "--encoding=UTF8", "--no-locale", "--data-checksums",
            "--auth=scram-sha-256", "--pwfile=/dev/stdin",
        ];
        await using var initdb = SupervisedProcess.Start(
            account, unfinished, Log, firstLine: ReadOrMakePassword(), TimeSpan.FromSeconds(10),
            [binaries.InitDb, .. arguments, .. sync ? Array.Empty<string>() : ["--no-sync"]]);
        if (await initdb.Exited.WaitAsync(ct) != 0)
        {
            throw new EmbeddedPostgresException($"PostgreSQL's initdb failed: {initdb.ErrorOutput} {LogTail()}");
        }

        Directory.Move(unfinished, Data);
    }

    /// <summary>The password is there before the cluster is: an interrupted attempt is taken up with the same one.</summary>
    string ReadOrMakePassword()
    {
        if (!File.Exists(PasswordFile))
        {
            var unfinished = PasswordFile + ".new";
            File.Delete(unfinished);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new StreamWriter(unfinished, options))
            {
                // host:port:database:user:password; hexadecimal needs none of the format's escapes
                file.WriteLine($"*:*:*:{User}:{RandomNumberGenerator.GetHexString(32, lowercase: true)}");
            }

            File.Move(unfinished, PasswordFile);
        }

        return File.ReadLines(PasswordFile).First().Split(':')[^1];
    }
}
