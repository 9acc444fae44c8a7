using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HubSpotDeals.Api.Http;

/// <summary>Says of the API's types what the framework can't read from the serializer.</summary>
static class OpenApiSchemas
{
    internal static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        DescribeMember(schema, context.JsonPropertyInfo?.AttributeProvider);
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) is { } instant && (instant == typeof(DateTimeOffset) || instant == typeof(DateTime)))
        {
            // Written by a converter of ours, of which nothing is known.
            schema.Type = type == instant ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }

        if (type == typeof(RawJsonArray))
        {
            schema.Type = JsonSchemaType.Array;
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() };
        }

        foreach (var property in context.JsonTypeInfo.Properties)
        {
            if (Attribute<JsonIgnoreAttribute>(property.AttributeProvider)?.Condition == JsonIgnoreCondition.WhenWritingNull)
            {
                // Left out instead of null, so neither always there nor ever null, whatever the constructor demands.
                schema.Required?.Remove(property.Name);
                (schema.Properties?[property.Name] as OpenApiSchema)?.Type &= ~JsonSchemaType.Null;
            }
            else if (property.Set is null)
            {
                // Only ever written, so always there.
                schema.Required ??= new HashSet<string>(StringComparer.Ordinal);
                schema.Required.Add(property.Name);
            }
        }

        if (type == typeof(ErrorEnvelope))
        {
            OneOf(schema, "status", "error");
            OneOf(schema, "error_code", [.. ApiError.All.Select(error => error.Code)]);
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SuccessEnvelope<>))
        {
            OneOf(schema, "status", "success");
        }
    }

    static void DescribeMember(OpenApiSchema schema, ICustomAttributeProvider? member)
    {
        var allowed = Attribute<AllowedValuesAttribute>(member);
        if (allowed is not null)
        {
            var values = schema.Items as OpenApiSchema ?? schema;
            values.Enum = [.. allowed.Values.Select(value => JsonValue.Create((string)value!))];
        }

        // Null is what the reader makes of an absent member; where it must be present, null is no value.
        if (allowed is not null || Attribute<RequiredAttribute>(member) is not null)
        {
            schema.Type &= ~JsonSchemaType.Null;
        }
    }

    static void OneOf(OpenApiSchema schema, string member, params string[] values)
    {
        var text = (OpenApiSchema)schema.Properties![member];
        text.Type = JsonSchemaType.String;
        text.Enum = [.. values.Select(value => JsonValue.Create(value))];
    }

    static T? Attribute<T>(ICustomAttributeProvider? provider) where T : Attribute =>
        provider?.GetCustomAttributes(typeof(T), inherit: false).OfType<T>().FirstOrDefault();
}
