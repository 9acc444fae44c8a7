namespace HubSpotDeals.Sandbox.Properties;

/// <summary>A choice of an enumeration or bool property.</summary>
sealed record PropertyOption(string Label, string Value);

/// <summary>What a portal says about one of its properties.</summary>
sealed record PropertyDefinition(string Name, string Label, string Type, string FieldType)
{
    public string Description { get; init; } = "";

    public string Group { get; init; } = "dealinformation";

    public IReadOnlyList<PropertyOption> Options { get; init; } = [];

    /// <summary>Owners, teams and the like: the choices live elsewhere, <see cref="Options"/> is empty.</summary>
    public bool ExternalOptions { get; init; }

    /// <summary>HubSpot's own properties say so; a custom one lacks the key altogether.</summary>
    public bool HubSpotDefined { get; init; }

    public bool ReadOnlyValue { get; init; }

    /// <summary>No two live records may have the same value: it can stand for their id.</summary>
    public bool HasUniqueValue { get; init; }

    /// <summary>Values are checked to be e-mail addresses.</summary>
    public bool IsEmailAddress { get; init; }

    public bool Archived { get; init; }

    /// <summary>Milliseconds since 1970; null in the few old definitions that carry no times.</summary>
    public long? Created { get; init; }

    public long? Updated { get; init; }

    public bool Calculated => FieldType.StartsWith("calculation_", StringComparison.Ordinal);
}
