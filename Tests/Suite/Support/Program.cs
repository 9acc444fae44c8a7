using HubSpotDeals.Suite.Support;

// The suite's assembly is also a program: tests start it where they need a real process of ours to kill.
return args switch
{
    ["own-postgres", var directory] => await PostgresOwner.HoldAsync(directory),
    _ => throw new ArgumentException($"No such role: {string.Join(' ', args)}", nameof(args)),
};
