using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What a caller wants to write into a contact or ticket, checked as HubSpot checks it.</summary>
static class RecordInput
{
    /// <exception cref="Refusal">Some value is refused, or a new record lacks one.</exception>
    public static void CheckNew(Exchange exchange, IReadOnlyDictionary<string, string> properties)
    {
        PropertyInput.Check(exchange.Portal, exchange.Schema, properties);
        var missing = exchange.Operation.Type.Required.Where(name => string.IsNullOrEmpty(properties.GetValueOrDefault(name))).ToArray();
        if (missing.Length > 0)
        {
            throw Refusals.MissingProperties(exchange.Operation.Type.InMessages, missing);
        }
    }

    /// <exception cref="Refusal">Some value is refused.</exception>
    public static void CheckChange(Exchange exchange, IReadOnlyDictionary<string, string> properties) =>
        PropertyInput.Check(exchange.Portal, exchange.Schema, properties);
}
