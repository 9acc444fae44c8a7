namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// Reads a portal's deals by ascending id from a cursor on: the generated ones with the written ones laid over them. Costs
/// nothing for the deals before the cursor.
/// </summary>
/// <param name="generated">The deals the portal started with.</param>
/// <param name="overlay">The deals written since.</param>
/// <param name="after">The first id that may be read.</param>
/// <param name="archived">Reads only archived deals if set, only live ones if not.</param>
struct DealReader(GeneratedDeals generated, Overlay overlay, long after, bool archived)
{
    int _slot = generated.Ids.SlotAtOrAfter(after);
    int _written = overlay.IndexAtOrAfter(after);

    /// <summary>The id of the deal read last.</summary>
    public long Id { get; private set; }

    /// <summary>The deal read last, if it was written; otherwise <see cref="Slot"/> says where it is.</summary>
    public StoredDeal? Stored { get; private set; }

    public int Slot { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            SkipToWantedSlot();
            var generatedId = _slot < generated.Slots ? generated.Ids.IdAt(_slot) : long.MaxValue;
            if (_written == overlay.Count || overlay[_written].Id > generatedId)
            {
                if (_slot == generated.Slots)
                {
                    return false;
                }

                (Id, Stored, Slot) = (generatedId, null, _slot++);
                return true;
            }

            var deal = overlay[_written++];
            if (deal.Id == generatedId)
            {
                _slot++;
            }

            if (deal.MergedInto is null && deal.ArchivedAt.HasValue == archived)
            {
                (Id, Stored, Slot) = (deal.Id, deal, -1);
                return true;
            }
        }
    }

    // an archived deal that was written to sits in the overlay under either flag, so no slot it hides is met twice
    void SkipToWantedSlot()
    {
        if (archived)
        {
            _slot = generated.Archived.NextFrom(_slot);
            return;
        }

        while (_slot < generated.Slots && generated.Archived.Contains(_slot))
        {
            _slot++;
        }
    }
}
