using System.Text.RegularExpressions;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// What passes for an e-mail address: one @ with something before it, and a domain with a dot and a top level of letters.
/// Recorded refusals are "None", "example.lcom", "dsfsafas@" and "jane@example"; HubSpot also knows which top levels exist.
/// </summary>
static partial class EmailAddress
{
    public static bool IsValid(string text) => text.Length <= 254 && Pattern().IsMatch(text.Trim());

    [GeneratedRegex(@"^[^@\s,;<>()]+@([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
