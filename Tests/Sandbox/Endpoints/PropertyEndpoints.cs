using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>The portal's properties of one object type: reading the definitions, all at once or one.</summary>
static class PropertyEndpoints
{
    public static void List(Exchange exchange)
    {
        var archived = IsArchivedAsked(exchange);
        var definitions = exchange.Schema.All.Where(column => column.Definition.Archived == archived);
        exchange.Body.Node(new JsonObject { ["results"] = new JsonArray([.. definitions.Select(column => DefinitionOf(column.Definition))]) });
    }

    public static void Get(Exchange exchange)
    {
        var (schema, name) = (exchange.Schema, exchange.RouteText("name"));
        var column = IsArchivedAsked(exchange) ? schema.FindArchived(name) : schema.Find(name);
        exchange.Body.Node(DefinitionOf((column ?? throw Refusals.ResourceNotFound()).Definition));
    }

    /// <summary>A definition in HubSpot's order of keys. Which keys are there depends: see FACTS on definitions without times or archived.</summary>
    public static JsonObject DefinitionOf(PropertyDefinition definition)
    {
        var body = new JsonObject();
        if (definition is { Created: { } created, Updated: { } updated })
        {
            body["updatedAt"] = InstantText.ToText(updated);
            body["createdAt"] = InstantText.ToText(created);
        }

        body["name"] = definition.Name;
        body["label"] = definition.Label;
        body["type"] = definition.Type;
        body["fieldType"] = definition.FieldType;
        body["description"] = definition.Description;
        body["groupName"] = definition.Group;
        body["options"] = new JsonArray([.. definition.Options.Select(OptionOf)]);
        if (!definition.HubSpotDefined)
        {
            body["createdUserId"] = "28604240";
            body["updatedUserId"] = "28604240";
        }

        body["displayOrder"] = -1;
        body["calculated"] = definition.Calculated;
        body["externalOptions"] = definition.ExternalOptions;
        if (definition.Archived)
        {
            body["archived"] = true;
        }

        body["hasUniqueValue"] = definition.HasUniqueValue;
        body["hidden"] = false;
        if (definition.HubSpotDefined)
        {
            body["hubspotDefined"] = true;
        }

        body["modificationMetadata"] = new JsonObject
        {
            ["archivable"] = !definition.HubSpotDefined,
            ["readOnlyDefinition"] = definition.HubSpotDefined,
            ["readOnlyValue"] = definition.ReadOnlyValue,
        };
        body["formField"] = !definition.ReadOnlyValue && !definition.HubSpotDefined;
        body["dataSensitivity"] = "non_sensitive";
        return body;
    }

    static JsonObject OptionOf(PropertyOption option, int order) => new()
    {
        ["label"] = option.Label,
        ["value"] = option.Value,
        ["displayOrder"] = order,
        ["hidden"] = false,
    };

    static bool IsArchivedAsked(Exchange exchange) =>
        string.Equals(exchange.Request.Query["archived"], "true", StringComparison.OrdinalIgnoreCase);
}
