namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The token is good, but for another portal: its deals must not be stored as this one's.</summary>
public sealed class WrongPortalException(string message) : Exception(message);

/// <summary>The scan asks for what the portal does not have. Known only now, because HubSpot could not be asked when it was started.</summary>
public sealed class UnknownPropertiesException(string message) : Exception(message);
