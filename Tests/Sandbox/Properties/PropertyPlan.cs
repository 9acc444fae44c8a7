using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>The properties of one read, in the alphabetical order in which HubSpot writes them.</summary>
sealed class PropertyPlan(PropertyColumn[] columns)
{
    /// <summary>Writes the object of a generated deal's properties.</summary>
    public void Write(in DealFacts deal, JsonBuffer json)
    {
        json.Raw((byte)'{');
        for (var index = 0; index < columns.Length; index++)
        {
            WriteName(index, json);
            columns[index].ValueOf(in deal).WriteTo(json);
        }

        json.Raw((byte)'}');
    }

    /// <summary>Writes the object of a deal that was written to through the API.</summary>
    public void Write(StoredDeal deal, JsonBuffer json)
    {
        json.Raw((byte)'{');
        for (var index = 0; index < columns.Length; index++)
        {
            WriteName(index, json);
            columns[index].ValueOf(deal).WriteTo(json);
        }

        json.Raw((byte)'}');
    }

    /// <summary>Writes the object of a record that holds its values as texts.</summary>
    public void Write(Func<string, string?> valueOf, JsonBuffer json)
    {
        json.Raw((byte)'{');
        for (var index = 0; index < columns.Length; index++)
        {
            WriteName(index, json);
            if (valueOf(columns[index].Name) is { } value)
            {
                json.Quoted(value);
            }
            else
            {
                json.Raw("null"u8);
            }
        }

        json.Raw((byte)'}');
    }

    void WriteName(int index, JsonBuffer json)
    {
        if (index > 0)
        {
            json.Raw((byte)',');
        }

        json.Raw(columns[index].JsonName);
    }
}
