namespace HubSpotDeals.Jobs.Nodes;

/// <summary>This process among those that share the database.</summary>
public sealed class NodeIdentity
{
    /// <summary>Unique to this run of the process: a process that comes back is another node, and takes what its former self left.</summary>
    public string Id { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}"[..^24];

    /// <summary>What it does: configuration key <c>Node:Roles</c>.</summary>
    public required NodeRoles Roles { get; init; }
}

/// <summary>What a process does.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Answers HTTP requests.</summary>
    Api = 1,

    /// <summary>Runs scans.</summary>
    Worker = 2,
}
