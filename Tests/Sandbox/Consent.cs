namespace HubSpotDeals.Sandbox;

/// <summary>What happens to those who come to the consent page.</summary>
public enum ConsentAnswer
{
    /// <summary>They see the page and decide.</summary>
    Ask,

    /// <summary>They are sent back at once, with a code.</summary>
    Grant,

    /// <summary>They are sent back at once, with <c>error=access_denied</c>.</summary>
    Deny,
}

/// <summary>How the consent page behaves.</summary>
/// <param name="Answer">Whether somebody decides.</param>
/// <param name="PortalId">The portal that is granted when nobody chooses; null: the first.</param>
public sealed record Consent(ConsentAnswer Answer = ConsentAnswer.Ask, long? PortalId = null);
