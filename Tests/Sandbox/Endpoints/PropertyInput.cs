using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Property values that a caller wants to write: read from JSON, and checked as HubSpot checks them.</summary>
static class PropertyInput
{
    /// <exception cref="Refusal">There is no object of properties.</exception>
    public static Dictionary<string, string> Read(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object
            || !input.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object)
        {
            throw Refusals.InvalidJson(1, 1, "properties is required");
        }

        return properties.EnumerateObject().ToDictionary(
            property => property.Name,
            property => property.Value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.String => property.Value.GetString()!,
                _ => property.Value.GetRawText(),
            },
            StringComparer.Ordinal);
    }

    /// <summary>Checks values of deals.</summary>
    /// <exception cref="Refusal">Some value is refused; the answer names each.</exception>
    public static void Check(Portal portal, IReadOnlyDictionary<string, string> properties) => Check(portal, portal.Schema, properties);

    /// <summary>Checks values of any object type.</summary>
    /// <exception cref="Refusal">Some value is refused; the answer names each.</exception>
    public static void Check(Portal portal, PropertySchema schema, IReadOnlyDictionary<string, string> properties)
    {
        var problems = properties
            .Select(property => (Name: property.Key, Problem: ProblemWith(schema, property.Key, property.Value)))
            .Where(property => property.Problem is not null)
            .Select(property => (property.Name, property.Problem!.Value.Code, property.Problem.Value.Message))
            .ToArray();
        if (problems.Length > 0)
        {
            throw Refused(portal, problems);
        }
    }

    static Refusal Refused(Portal portal, (string Name, string Code, string Message)[] problems)
    {
        var list = new JsonArray([.. problems.Select(problem => new JsonObject
        {
            ["isValid"] = false,
            ["message"] = problem.Message,
            ["error"] = problem.Code,
            ["name"] = problem.Name,
            ["localizedErrorMessage"] = problem.Message,
            ["portalId"] = portal.PortalId,
        })]);
        return new Refusal(400, id => new JsonObject
        {
            ["status"] = "error",
            ["message"] = $"Property values were not valid: {list.ToJsonString(JsonBuffer.AsHubSpotWrites)}",
            ["correlationId"] = id,
            ["errors"] = new JsonArray([.. problems.Select(problem => new JsonObject
            {
                ["message"] = problem.Message,
                ["code"] = problem.Code,
                ["context"] = new JsonObject { ["propertyName"] = new JsonArray(problem.Name) },
            })]),
            ["category"] = "VALIDATION_ERROR",
        });
    }

    static (string Code, string Message)? ProblemWith(PropertySchema schema, string name, string value)
    {
        if (schema.Find(name)?.Definition is not { } definition)
        {
            return ("PROPERTY_DOESNT_EXIST", $"Property \"{name}\" does not exist");
        }

        if (definition.ReadOnlyValue)
        {
            return ("READ_ONLY_VALUE", $"\"{name}\" is a read only property; its value cannot be set.");
        }

        return value.Length == 0 ? null : ProblemWith(definition, value);
    }

    static (string Code, string Message)? ProblemWith(PropertyDefinition definition, string value) => definition.Type switch
    {
        "number" when !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
            ("INVALID_LONG", $"{value} was not a valid number."),
        "string" when definition.IsEmailAddress && !EmailAddress.IsValid(value) => ("INVALID_EMAIL", $"Email address {value} is invalid"),
        "datetime" when InstantText.Parse(value) is null => ("INVALID_DATE", $"{value} was not a valid date."),
        "date" => ProblemWithDate(value),
        "enumeration" or "bool" when definition.Name is "dealstage" or "hs_pipeline_stage" && !IsOption(definition, value) =>
            ("INVALID_OPTION", $"{value} is not a valid pipeline stage ID. Valid options are: {OptionsOf(definition)}"),
        "enumeration" or "bool" when definition.Name == "hubspot_owner_id" && !long.TryParse(value, out _) =>
            ("INVALID_OWNER_ID", $"{value} is not a valid owner ID."),
        "enumeration" or "bool" when definition.Options.Count > 0 && value.Split(';').Any(one => one.Length > 0 && !IsOption(definition, one)) =>
            ("INVALID_OPTION", $"{value} was not one of the allowed options: {OptionsOf(definition)}"),
        _ => null,
    };

    static (string Code, string Message)? ProblemWithDate(string value)
    {
        if (InstantText.Parse(value) is not { } instant)
        {
            return ("INVALID_DATE", $"{value} was not a valid date.");
        }

        var ofDay = TimeSpan.FromMilliseconds(((instant % InstantText.MillisecondsPerDay) + InstantText.MillisecondsPerDay) % InstantText.MillisecondsPerDay);
        return ofDay == TimeSpan.Zero
            ? null
            : ("INVALID_DATE", $"{value} is at {ofDay:h\\:mm\\:ss\\.fff} UTC, not midnight!");
    }

    static bool IsOption(PropertyDefinition definition, string value) => definition.Options.Any(option => option.Value == value);

    static string OptionsOf(PropertyDefinition definition) => $"[{string.Join(", ", definition.Options.Select(option => option.Value))}]";
}
