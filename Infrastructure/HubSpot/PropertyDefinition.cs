namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A property of deals as the portal defines it.</summary>
/// <param name="Name">Internal name, lower case.</param>
/// <param name="Label">What people see.</param>
/// <param name="Type">
/// <c>string, number, date, datetime, enumeration, bool, phone_number, object_coordinates, json</c>, or one that is new.
/// </param>
/// <param name="FieldType">
/// The form field, such as <c>text</c>, <c>select</c> or <c>calculation_equation</c>. It does not decide the type.
/// </param>
/// <param name="Options">
/// The values of an enumeration. Empty for owners and teams, whose values are elsewhere; deals may hold values that were deleted here.
/// </param>
/// <param name="HubSpotDefined">False for the portal's own properties.</param>
public sealed record PropertyDefinition(
    string Name, string Label, string Type, string FieldType, IReadOnlyList<PropertyOption> Options, bool HubSpotDefined);

/// <summary>One value of an enumeration.</summary>
/// <param name="Value">Internal value, as deals hold it.</param>
/// <param name="Label">What people see.</param>
public sealed record PropertyOption(string Value, string Label);
