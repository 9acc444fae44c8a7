using System.Net.Mail;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Gateway.Contacts;

/// <summary>A contact as a caller sends it: values by HubSpot's internal property names.</summary>
static class ContactBody
{
    internal const string Email = "email";

    /// <summary>What a full update replaces: the properties that the gateway's document names. Those that are left out are cleared.</summary>
    internal static IReadOnlyList<string> Editable { get; } = [Email, "firstname", "lastname", "phone", "company", "website", "jobtitle"];

    /// <summary>What callers get of a contact unless they ask for certain properties.</summary>
    internal static IReadOnlyList<string> Usual { get; } = ["firstname", "lastname", Email, "phone", "company", "website", "jobtitle", "createdate", "lastmodifieddate"];

    /// <summary>HubSpot takes no longer address.</summary>
    const int MaxEmailLength = 254;

    const int MaxNameLength = 255;

    /// <summary>Why a property can't be called so; null: it can.</summary>
    internal static string? NameFault(string name) =>
        name.Length is >= 1 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-')
            ? null
            : "Must be an internal property name: a-z, 0-9, hyphens and underscores";

    /// <summary>Why a text is no address that a contact can have; null: it is one.</summary>
    internal static string? EmailFault(string? email, string missing) => email switch
    {
        null or "" => missing,
        { Length: > MaxEmailLength } => "Must be at most 254 characters",
        // The framework reads names and comments around an address as well; an address alone reads as itself.
        _ => MailAddress.TryCreate(email, out var parsed) && parsed.Address == email && parsed.Host.Contains('.', StringComparison.Ordinal) ? null : "Must be an email address",
    };

    /// <summary>What is wrong with the names of a contact's properties, by their places in the body.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> NameFaults(IReadOnlyDictionary<string, string> values) =>
        values.Keys.Select(name => KeyValuePair.Create(name, NameFault(name) ?? "")).Where(fault => fault.Value.Length > 0);

    /// <summary>Ends the request if something is wrong with it.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> with each bad field.</exception>
    internal static void Refuse(string message, IEnumerable<KeyValuePair<string, string>> faults)
    {
        var errors = new FieldErrors();
        foreach (var (field, fault) in faults)
        {
            errors.Add(field, fault);
        }

        if (errors.Any)
        {
            throw new ApiException(ApiError.ValidationError with { Message = message }, errors.Texts);
        }
    }
}
