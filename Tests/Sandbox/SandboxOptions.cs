namespace HubSpotDeals.Sandbox;

/// <summary>A sandbox to be started: where it listens and what is in it.</summary>
public sealed record SandboxOptions
{
    /// <summary>On 127.0.0.1; 0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>More can be added while the sandbox runs.</summary>
    public IReadOnlyList<PortalOptions> Portals { get; init; } = [new PortalOptions()];

    /// <summary>The apps that can ask for tokens by OAuth; more can be added while the sandbox runs.</summary>
    public IReadOnlyList<AppOptions> Apps { get; init; } = [AppOptions.Default];

    /// <summary>How the consent page behaves.</summary>
    public Consent Consent { get; init; } = new();

    /// <summary>Of portals that have none of their own.</summary>
    public RateLimits Limits { get; init; } = RateLimits.None;

    /// <summary>How long each answer takes beyond its own work.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What times writes, limits, expiry and search lag.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
