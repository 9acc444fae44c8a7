using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>
/// Data Protection's key ring in the table <c>hubspot_deals.data_protection_keys</c>, which all nodes share.
/// Synchronous, because the framework's interface is; it is read once a day.
/// </summary>
sealed class PostgresKeyRing(NpgsqlDataSource database, KeyRingSeal seal) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.OpenConnection();
        return
        [
            .. connection
                .Query<(string Name, string Xml)>(
                    "select friendly_name, xml from hubspot_deals.data_protection_keys order by created_at, friendly_name")
                .Select(row => seal.Open(XElement.Parse(row.Xml), row.Name)),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = database.OpenConnection();
        connection.Execute(
            "insert into hubspot_deals.data_protection_keys (friendly_name, xml) values (@friendlyName, @xml)",
            new { friendlyName, xml = seal.Seal(element, friendlyName).ToString(SaveOptions.DisableFormatting) });
    }

    /// <summary>Seals what was stored before <c>Secrets__Key</c> was set.</summary>
    /// <returns>How many rows there were.</returns>
    public int SealPlainElements()
    {
        if (!seal.IsActive)
        {
            return 0;
        }
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var plain = connection
            .Query<(string Name, string Xml)>(
                "select friendly_name, xml from hubspot_deals.data_protection_keys for update", transaction: transaction)
            .Select(static row => (row.Name, Element: XElement.Parse(row.Xml)))
            .Where(static row => !KeyRingSeal.IsSealed(row.Element))
            .ToArray();
        foreach (var (name, element) in plain)
        {
            connection.Execute(
                "update hubspot_deals.data_protection_keys set xml = @xml where friendly_name = @name",
                new { name, xml = seal.Seal(element, name).ToString(SaveOptions.DisableFormatting) },
                transaction);
        }
        transaction.Commit();
        return plain.Length;
    }
}
