namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// The record ids of a portal's deals: ascending, twelve digits, with gaps whose width changes along the way, because a real
/// account draws them from a sequence that all of HubSpot's records share. Computed both ways, from place to id and back.
/// </summary>
sealed class IdSequence
{
    const int BlockSize = 1024;
    readonly ulong _seed;
    readonly int _count;
    readonly long[] _blockStarts;
    readonly int[] _strides;

    public IdSequence(ulong seed, int count)
    {
        _seed = seed;
        _count = count;
        var blocks = (count / BlockSize) + 1;
        _blockStarts = new long[blocks + 1];
        _strides = new int[blocks];
        _blockStarts[0] = 210_000_000_000 + Dice.Below(250_000_000_000, seed, 1);
        for (var block = 0; block < blocks; block++)
        {
            // 32 to 8,192 ids for each deal: dense where a team imported, sparse where the rest of the account was busier
            _strides[block] = (int)(32 * Math.Pow(256, Dice.Unit(seed, 0x1D00 + (ulong)block)));
            _blockStarts[block + 1] = _blockStarts[block] + ((long)_strides[block] * BlockSize);
        }
    }

    /// <summary>The id that the next deal made through the API starts from.</summary>
    public long End => _blockStarts[^1];

    public long IdAt(int slot)
    {
        var block = slot / BlockSize;
        var stride = _strides[block];
        return _blockStarts[block] + ((long)(slot % BlockSize) * stride) + Dice.Below(stride, _seed, 0x51D_0000_0000 + (ulong)slot);
    }

    /// <summary>The first slot whose id is at least <paramref name="id"/>; the number of slots when there is none.</summary>
    public int SlotAtOrAfter(long id)
    {
        if (id <= _blockStarts[0])
        {
            return 0;
        }

        if (id >= End)
        {
            return _count;
        }

        var block = Array.BinarySearch(_blockStarts, id);
        block = block >= 0 ? block : ~block - 1;
        var slot = (block * BlockSize) + (int)((id - _blockStarts[block]) / _strides[block]);
        if (slot >= _count)
        {
            return _count;
        }

        return IdAt(slot) >= id ? slot : slot + 1;
    }

    /// <summary>The slot that has exactly this id, or -1.</summary>
    public int SlotOf(long id)
    {
        var slot = SlotAtOrAfter(id);
        return slot < _count && IdAt(slot) == id ? slot : -1;
    }
}
