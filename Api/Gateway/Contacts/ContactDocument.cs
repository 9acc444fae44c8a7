using System.ComponentModel;
using System.Text.Json.Nodes;
using FluentValidation;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>A contact's body, for the OpenAPI document; other properties of HubSpot's may be named as well.</summary>
public sealed record ContactDocument(
    [property: Description("Email address; unique in the portal")] string? Email = null,
    string? Firstname = null,
    string? Lastname = null,
    string? Phone = null,
    string? Company = null,
    string? Website = null,
    string? Jobtitle = null)
{
    internal static JsonNode Example => JsonNode.Parse("""
        {
          "email": "john.doe@example.com",
          "firstname": "John",
          "lastname": "Doe",
          "phone": "+1234567890",
          "company": "Example Corp",
          "website": "https://example.com",
          "jobtitle": "Software Engineer"
        }
        """)!;

    internal static JsonNode PartialExample => JsonNode.Parse("""{ "jobtitle": "Lead Software Engineer", "company": "Updated Company" }""")!;

    /// <summary>Any object of values will do here: what a contact must have depends on what is done with it.</summary>
    internal static IValidator<IReadOnlyDictionary<string, string>> Validator { get; } = new InlineValidator<IReadOnlyDictionary<string, string>>();
}

/// <summary>A bulk operation's body.</summary>
public sealed record BulkDocument(
    [property: Description("create, update or delete")] string? Operation,
    [property: Description("The contacts; for update and delete each with its id")] IReadOnlyList<ContactDocument>? Contacts)
{
    /// <summary>More would not be answered in a time that a caller waits.</summary>
    const int MaxContacts = 10_000;

    static readonly string[] Operations = ["create", "update", "delete"];

    internal static JsonNode Example => JsonNode.Parse("""
        {
          "operation": "create",
          "contacts": [
            { "email": "contact1@example.com", "firstname": "Contact", "lastname": "One" },
            { "email": "contact2@example.com", "firstname": "Contact", "lastname": "Two" }
          ]
        }
        """)!;

    internal static (string? Operation, IReadOnlyList<IReadOnlyDictionary<string, string>>? Contacts) Read(JsonMembers body) =>
        (body.Text("operation"), body.Objects("contacts") is { } contacts ? [.. contacts.Select(contact => contact.Values())] : null);

    internal static IValidator<(string? Operation, IReadOnlyList<IReadOnlyDictionary<string, string>>? Contacts)> Validator { get; } = new Rules();

    sealed class Rules : AbstractValidator<(string? Operation, IReadOnlyList<IReadOnlyDictionary<string, string>>? Contacts)>
    {
        internal Rules()
        {
            RuleFor(body => body.Operation)
                .Must(operation => Operations.Contains(operation, StringComparer.Ordinal)).WithName("operation").OverridePropertyName("operation")
                .WithMessage("Must be one of " + string.Join(", ", Operations));
            RuleFor(body => body.Contacts)
                .Must(contacts => contacts is { Count: >= 1 and <= MaxContacts }).OverridePropertyName("contacts")
                .WithMessage("Must be an array of 1 to 10,000 contacts");
        }
    }
}
