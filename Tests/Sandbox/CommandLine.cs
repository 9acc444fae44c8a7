using System.Globalization;
using System.Numerics;

namespace HubSpotDeals.Sandbox;

/// <summary>The program's arguments.</summary>
static class CommandLine
{
    public const string Help =
        """
        HubSpotDeals.Sandbox: HubSpot's API on 127.0.0.1, over a portal generated from a seed.

          --port N             0: a free port, printed when ready (0)
          --portal ID          the portal's id (12345678)
          --deals N            live deals (100000)
          --archived N         archived deals besides (500)
          --contacts N         contacts, with the deals that they have (0)
          --tickets N          tickets, most of them from a contact (0)
          --seed N             same seed, same records (42)
          --token TOKEN        the portal's private-app token (pat-na1-11111111-2222-3333-4444-555555555555;
                               of another portal: its id, twelve digits, in the place of the last group)
          --opportunities FILE start from a CSV of opportunities instead of generated deals
          --app ID:SECRET      the app that can ask for tokens by OAuth, by client id and secret
                               (5e6f7a8b-1111-2222-3333-444455556666:9c0d1e2f-7777-8888-9999-aaaabbbbcccc)
          --consent ANSWER     ask, grant or deny: what those meet who come to the consent page (ask)
          --plain              no awkward values
          --latency-ms N       what each answer takes beyond its own work (0)
          --rate N             limits an app to so many requests in 10 s, as HubSpot does to 100 (0: off)
          --search-rate N      limits the portal to so many searches a second, as HubSpot does to 5 (0: off)
          --daily N            limits the portal to so many requests a day, as HubSpot does to 250000 (0: off)

        When it serves it prints one line: sandbox ready http://127.0.0.1:PORT portal ID
        SIGTERM and Ctrl-C end it at once.


        """ + Control.ControlEndpoints.Help;

    /// <exception cref="FormatException">An argument is unknown or its value is no good; the message says which.</exception>
    public static SandboxOptions Parse(IReadOnlyList<string> arguments)
    {
        var (portal, limits, server, token) = (new PortalOptions(), RateLimits.None, new SandboxOptions(), (string?)null);
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            if (name == "--plain")
            {
                portal = portal with { Awkward = false };
                continue;
            }

            var value = ++index < arguments.Count ? arguments[index] : throw new FormatException($"{name}: a value is missing.");
            switch (name)
            {
                case "--port": server = server with { Port = Number(65_535) }; break;
                case "--portal": portal = portal with { PortalId = Number(long.MaxValue) }; break;
                case "--deals": portal = portal with { Deals = Number(100_000_000) }; break;
                case "--archived": portal = portal with { Archived = Number(100_000_000) }; break;
                case "--contacts": portal = portal with { Contacts = Number(1_000_000) }; break;
                case "--tickets": portal = portal with { Tickets = Number(1_000_000) }; break;
                case "--app": server = server with { Apps = [AppOf(name, value)] }; break;
                case "--consent": server = server with { Consent = new Consent(ConsentOf(name, value)) }; break;
                case "--seed": portal = portal with { Seed = Number(long.MaxValue) }; break;
                case "--token": token = value; break;
                case "--opportunities": portal = portal with { OpportunitiesFile = value }; break;
                case "--latency-ms": server = server with { Latency = TimeSpan.FromMilliseconds(Number(600_000)) }; break;
                case "--rate": limits = limits with { RequestsPer10Seconds = Number(1_000_000) }; break;
                case "--search-rate": limits = limits with { SearchesPerSecond = Number(1_000_000) }; break;
                case "--daily": limits = limits with { Daily = Number(int.MaxValue) }; break;
                default: throw new FormatException($"{name}: unknown argument; --help lists them.");
            }

            T Number<T>(T max)
                where T : INumber<T> =>
                T.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
                    ? number
                    : throw new FormatException($"{name}: '{value}' is not a whole number from 0 to {max}.");
        }

        return server with
        {
            Limits = limits,
            Portals = [portal with { Tokens = token is null ? [] : [new TokenOptions { Token = token }] }],
        };
    }

    static AppOptions AppOf(string name, string value) => value.Split(':') is [{ Length: > 0 } id, { Length: > 0 } secret]
        ? AppOptions.Default with { ClientId = id, ClientSecret = secret }
        : throw new FormatException($"{name}: a client id and its secret are needed, with a colon between.");

    static ConsentAnswer ConsentOf(string name, string value) =>
        Enum.TryParse<ConsentAnswer>(value, ignoreCase: true, out var answer) && Enum.IsDefined(answer)
            ? answer
            : throw new FormatException($"{name}: '{value}' is neither ask, grant nor deny.");
}
