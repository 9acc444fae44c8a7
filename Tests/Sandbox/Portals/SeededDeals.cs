using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>Deals as a sales team of two dozen makes them over almost six years.</summary>
sealed class SeededDeals(PortalOptions options, Pipelines pipelines, Owners owners)
    : GeneratedDeals((ulong)options.Seed, options.Deals + options.Archived, options.Archived)
{
    const long Day = 86_400_000;

    /// <summary>2026-10-01: the last generated deal is made, a month before the last touch.</summary>
    const long LastCreated = 1_790_812_800_000;

    readonly Stage[][] _open = [.. pipelines.All.Select(pipeline => pipeline.Stages.Where(stage => !stage.IsClosed).ToArray())];
    readonly Stage[] _won = [.. pipelines.All.Select(pipeline => pipeline.Stages.First(stage => stage.IsWon))];
    readonly Stage[] _lost = [.. pipelines.All.Select(pipeline => pipeline.Stages.First(stage => stage.IsLost))];

    public override void Describe(int slot, out DealFacts deal)
    {
        var hash = Dice.Roll(Seed, 0xDEA1_0000_0000 + (ulong)slot);
        var age = (double)slot / Slots;
        deal = new DealFacts
        {
            Slot = slot,
            Id = Ids.IdAt(slot),
            Hash = hash,
            Created = CreatedAt(slot, hash),
            Owner = Dice.Below(50, hash, 2) == 0 ? null : owners.All[Dice.Below(owners.All.Length, hash, 3)],
            Awkward = AwkwardOf(slot),
        };
        deal.CreateDateCleared = deal.Awkward == AwkwardValues.ClearedCreateDate;

        // 70 % sales, 20 % renewals, 10 % partners; old deals are mostly decided, those of the last months mostly not
        var pipeline = Dice.Below(10, hash, 4) switch { < 7 => 0, < 9 => 1, _ => 2 };
        if (Dice.Unit(hash, 5) < (age < 0.92 ? 0.9 : 0.25))
        {
            Close(ref deal, Dice.Below(100, hash, 6) < 46 ? _won[pipeline] : _lost[pipeline]);
        }
        else
        {
            KeepOpen(ref deal, _open[pipeline][Dice.Below(_open[pipeline].Length, hash, 7)]);
        }

        SetAmount(ref deal);
        if (slot < options.BulkModified)
        {
            deal.Modified = LastTouched;
        }

        if (Archived.Contains(slot))
        {
            deal.Archived = Math.Max(deal.Modified, LastTouched - Dice.Below(80 * Day, hash, 8));
        }
    }

    public override string NameOf(in DealFacts deal) => Vocabulary.DealName(deal.Hash);

    int AwkwardOf(int slot)
    {
        var kind = options.Awkward ? AwkwardValues.KindOf(slot) : AwkwardValues.None;
        return kind == AwkwardValues.LoneSurrogate && !options.LoneSurrogates ? AwkwardValues.None : kind;
    }

    // neighbours overlap by more than a step, so ids ascend while times do not quite: HubSpot's own are like that
    long CreatedAt(int slot, ulong hash)
    {
        var step = (double)(LastCreated - FirstCreated) / Slots;
        return Math.Min(LastCreated, FirstCreated + (long)((slot + (1.6 * Dice.Unit(hash, 1))) * step));
    }

    static void Close(ref DealFacts deal, Stage stage)
    {
        var longest = Math.Min(180 * Day, LastTouched - deal.Created - Day);
        deal.Stage = stage;
        deal.Closes = deal.Created + 60_000 + (long)(longest * Math.Pow(Dice.Unit(deal.Hash, 9), 2));
        deal.Modified = deal.Closes.Value + Dice.Below(Math.Min(Day, LastTouched - deal.Closes.Value), deal.Hash, 10);
    }

    static void KeepOpen(ref DealFacts deal, Stage stage)
    {
        deal.Stage = stage;
        deal.Modified = deal.Created + Dice.Below(LastTouched - deal.Created, deal.Hash, 10);
        if (Dice.Below(20, deal.Hash, 11) > 0)
        {
            // a seller picks a day in a calendar: midnight, written without a fraction
            deal.Closes = (deal.Created + ((14 + Dice.Below(260, deal.Hash, 12)) * Day)) / Day * Day;
        }
    }

    // the digits are as somebody wrote them: 3000, 67340.0, 5000.00
    static void SetAmount(ref DealFacts deal)
    {
        if (deal.Stage is { IsClosed: false } && Dice.Below(20, deal.Hash, 13) == 0)
        {
            return;
        }

        var whole = (long)(100 * Math.Pow(20_000, Math.Pow(Dice.Unit(deal.Hash, 14), 1.4)));
        (deal.Amount, deal.AmountScale) = Dice.Below(20, deal.Hash, 15) switch
        {
            < 11 => (whole / 50 * 50, (byte)0),
            < 13 => (whole * 10, (byte)1),
            < 16 => (whole * 100, (byte)2),
            _ => ((whole * 100) + Dice.Below(100, deal.Hash, 16), (byte)2),
        };
    }
}
