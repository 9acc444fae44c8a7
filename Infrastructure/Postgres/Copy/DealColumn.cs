namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>One requested property and the column that holds it.</summary>
/// <param name="Property">HubSpot's internal name of the property, as it stands in the page.</param>
/// <param name="Column">The column's name in the deals table, unquoted.</param>
/// <param name="Kind">The column's type.</param>
public sealed record DealColumn(string Property, string Column, ColumnKind Kind);
