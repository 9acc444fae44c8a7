using System.Text;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// Finds the column of a property by the name's bytes. HubSpot sends every record's properties in the same order, so the column
/// that followed last time is compared first, and the hash table is asked only when it is not that one.
/// </summary>
sealed class PropertyIndex
{
    /// <summary>No column: the property was not asked for.</summary>
    public const int None = -1;

    readonly byte[][] _names;
    readonly int[] _table; // open addressing; a power of two, at most half full
    readonly int[] _again; // by column, the next column of the same property
    readonly int[] _following; // by column, the column that was found after it; the last place is for the first of a record
    int _previous;

    public PropertyIndex(IReadOnlyList<string> properties)
    {
        _names = [.. properties.Select(Encoding.UTF8.GetBytes)];
        _table = new int[int.Max(4, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * _names.Length)))];
        _table.AsSpan().Fill(None);
        _again = new int[_names.Length];
        _again.AsSpan().Fill(None);
        _following = new int[_names.Length + 1];
        for (var column = 0; column < _names.Length; column++)
        {
            var slot = Slot(_names[column]);
            _again[column] = _table[slot];
            _table[slot] = column;
        }

        // A guess must be the first of its property's columns, or the others would not be found from it.
        _following.AsSpan().Fill(_names.Length == 0 ? None : _table[Slot(_names[0])]);
    }

    /// <summary>Starts a record.</summary>
    public void Rewind() => _previous = _names.Length;

    /// <summary>Another column of the property that was found, or <see cref="None"/>.</summary>
    public int Again(int column) => _again[column];

    /// <summary>The column of the record's next property, or <see cref="None"/> when it was not asked for.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_names.Length == 0)
        {
            return None;
        }

        var column = _following[_previous];
        if (!name.SequenceEqual(_names[column]))
        {
            column = _table[Slot(name)];
            if (column == None)
            {
                return None;
            }

            _following[_previous] = column;
        }

        _previous = column;
        return column;
    }

    // Where the name is, or the empty place where it would be.
    int Slot(ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u; // FNV-1a
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 16777619;
        }

        var slot = (int)hash & (_table.Length - 1);
        while (_table[slot] != None && !name.SequenceEqual(_names[_table[slot]]))
        {
            slot = (slot + 1) & (_table.Length - 1);
        }

        return slot;
    }
}
