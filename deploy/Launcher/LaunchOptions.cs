using System.Globalization;

namespace HubSpotDeals.Launcher;

/// <summary>What was asked for on the command line.</summary>
sealed record LaunchOptions
{
    public const string Usage = """
        Starts the service on a PostgreSQL of its own and shows it at work.

          --port N     listen on http://localhost:N (default 5200); each port has its own data
          --deals N    size of the sandbox portal (default 10000)
          --no-demo    start no demo scan
          --live       extract from the real HubSpot: HUBSPOT_API_KEY is the token, HUBSPOT_HUB_ID the portal
          --once       leave when the demo scan has ended: 0 when it completed
          --data DIR   where databases and logs are kept (default .data)
          --help       say this
        """;

    public int Port { get; private init; } = 5200;

    public int Deals { get; private init; } = 10_000;

    public bool Demo { get; private init; } = true;

    public bool Live { get; private init; }

    public bool Once { get; private init; }

    public bool Help { get; private init; }

    /// <summary>An absolute path.</summary>
    public string Data { get; private init; } = Path.GetFullPath(".data");

    /// <summary>Reads the command line; a value may follow its option or an equals sign.</summary>
    /// <exception cref="LaunchException">It can't be read; the message says where.</exception>
    public static LaunchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LaunchOptions();
        var words = new Queue<string>(args.SelectMany(arg => arg.StartsWith("--", StringComparison.Ordinal) ? arg.Split('=', 2) : [arg]));
        while (words.TryDequeue(out var word))
        {
            options = word switch
            {
                "--port" => options with { Port = Number(word, words, 1, 65535) },
                "--deals" => options with { Deals = Number(word, words, 0, 100_000_000) },
                "--no-demo" => options with { Demo = false },
                "--live" => options with { Live = true },
                "--once" => options with { Once = true },
                "--data" => options with { Data = Path.GetFullPath(Value(word, words)) },
                "--help" or "-h" => options with { Help = true },
                _ => throw Mistake($"Unknown option: {word}"),
            };
        }

        return options is { Once: true, Demo: false }
            ? throw Mistake("--once waits for the demo scan, which --no-demo leaves out.")
            : options;
    }

    static LaunchException Mistake(string message) => new(message, exitCode: 2);

    static string Value(string option, Queue<string> words) =>
        words.TryDequeue(out var value) && value.Length > 0 ? value : throw Mistake($"{option} needs a value.");

    static int Number(string option, Queue<string> words, int least, int most)
    {
        var value = Value(option, words);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Mistake($"{option} must be a number from {least} to {most}, not '{value}'.");
    }
}
