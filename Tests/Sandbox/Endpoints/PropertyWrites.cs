using System.Text.Json;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Making, changing and archiving property definitions. The values of records are not touched by any of it.</summary>
static class PropertyWrites
{
    const int LongestName = 99;

    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var root = document.RootElement;
        var name = Text(root, "name") ?? throw Refusals.Invalid("name is required");
        if (name.Length > LongestName || name.Any(char.IsAsciiLetterUpper))
        {
            throw Refusals.Invalid("Names for properties should be lowercase and have less than 100 characters.");
        }

        var portal = exchange.Portal;
        if (exchange.Schema.Find(name) is not null)
        {
            throw Refusals.Conflict($"A property named '{name}' already exists.");
        }

        var type = Text(root, "type") ?? throw Refusals.Invalid("type is required");
        var fieldType = Text(root, "fieldType") ?? throw Refusals.Invalid("fieldType is required");
        var definition = new PropertyDefinition(name, Text(root, "label") ?? name, type, fieldType)
        {
            Group = Text(root, "groupName") ?? $"{exchange.Operation.Type.Singular}information",
            Description = Text(root, "description") ?? "",
            Options = OptionsOf(root) ?? [],
            Created = portal.Now(),
            Updated = portal.Now(),
        };
        exchange.ChangeSchema(new PropertyColumn(definition, static (in _) => DealValue.Null));
        exchange.Status = StatusCodes.Status201Created;
        exchange.Body.Node(PropertyEndpoints.DefinitionOf(definition));
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var root = document.RootElement;
        var column = Find(exchange);
        var definition = column.Definition with
        {
            Label = Text(root, "label") ?? column.Definition.Label,
            Type = Text(root, "type") ?? column.Definition.Type,
            FieldType = Text(root, "fieldType") ?? column.Definition.FieldType,
            Group = Text(root, "groupName") ?? column.Definition.Group,
            Description = Text(root, "description") ?? column.Definition.Description,
            Options = OptionsOf(root) ?? column.Definition.Options,
            Updated = exchange.Portal.Now(),
        };
        exchange.ChangeSchema(column.With(definition));
        exchange.Body.Node(PropertyEndpoints.DefinitionOf(definition));
    }

    public static void Archive(Exchange exchange)
    {
        var column = Find(exchange);
        exchange.ChangeSchema(column.With(column.Definition with { Archived = true }));
        exchange.Status = StatusCodes.Status204NoContent;
    }

    static PropertyColumn Find(Exchange exchange) =>
        exchange.Schema.Find(exchange.RouteText("name")) is { } column
            ? column.Definition.HubSpotDefined ? throw Refusals.Invalid($"{column.Name} is defined by HubSpot and can't be changed.") : column
            : throw Refusals.ResourceNotFound();

    static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static PropertyOption[]? OptionsOf(JsonElement root) =>
        root.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Array
            ? [.. options.EnumerateArray().Select(option => new PropertyOption(Text(option, "label") ?? "", Text(option, "value") ?? ""))]
            : null;
}
