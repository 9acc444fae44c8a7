using System.Collections.Concurrent;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>A choice property of all generated deals: a code for each slot, and what the codes mean.</summary>
sealed record ChoiceColumn(ushort[] Codes, IReadOnlyList<string?> Meanings);

/// <summary>
/// The search index over the generated deals: a property that is searched or sorted by is computed once for all slots and kept
/// as a compact array. Only a few are kept.
/// </summary>
sealed class SearchColumns(GeneratedDeals generated)
{
    const int MostKept = 16;
    readonly ConcurrentDictionary<(string Property, ComparedAs Compared), Lazy<double[]>> _numbers = new();
    readonly ConcurrentDictionary<string, Lazy<ChoiceColumn>> _choices = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Property, ComparedAs Compared), Lazy<int[]>> _orders = new();

    /// <summary>A number or time property; NaN where there is none.</summary>
    public double[] NumbersOf(PropertyColumn column, ComparedAs compared) => Keep(_numbers, (column.Name, compared), () =>
    {
        var numbers = new double[generated.Slots];
        for (var slot = 0; slot < numbers.Length; slot++)
        {
            generated.Describe(slot, out var deal);
            numbers[slot] = column.ValueOf(in deal).ToNumber(compared);
        }

        return numbers;
    });

    public ChoiceColumn ChoicesOf(PropertyColumn column) => Keep(_choices, column.Name, () =>
    {
        var codes = new ushort[generated.Slots];
        var meanings = new List<string?> { null };
        var known = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (var slot = 0; slot < codes.Length; slot++)
        {
            generated.Describe(slot, out var deal);
            if (column.ValueOf(in deal).ToText() is not { } text)
            {
                continue;
            }

            if (!known.TryGetValue(text, out var code))
            {
                code = checked((ushort)meanings.Count);
                known.Add(text, code);
                meanings.Add(text);
            }

            codes[slot] = code;
        }

        return new ChoiceColumn(codes, meanings);
    });

    /// <summary>All slots in ascending order of the property, those without a value last, equal ones by id.</summary>
    public int[] OrderOf(PropertyColumn column, ComparedAs compared) => Keep(_orders, (column.Name, compared), () =>
    {
        var slots = new int[generated.Slots];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = slot;
        }

        if (compared is ComparedAs.Number or ComparedAs.Time)
        {
            var keys = Array.ConvertAll(NumbersOf(column, compared), number => double.IsNaN(number) ? double.PositiveInfinity : number);
            Array.Sort(keys, slots);
            SortTies(keys, slots);
        }
        else
        {
            var keys = Array.ConvertAll(slots, slot => (TextAt(column, slot), slot));
            Array.Sort(keys, slots, TextOrder);
        }

        return slots;
    });

    static readonly Comparer<(string? Text, int Slot)> TextOrder = Comparer<(string? Text, int Slot)>.Create(static (one, other) =>
        (one.Text, other.Text) switch
        {
            (null, null) => one.Slot - other.Slot,
            (null, _) => 1,
            (_, null) => -1,
            _ => string.CompareOrdinal(one.Text, other.Text) is var order and not 0 ? order : one.Slot - other.Slot,
        });

    // the sort is quick but forgets the order of equals
    static void SortTies(double[] keys, int[] slots)
    {
        var start = 0;
        for (var end = 1; end <= keys.Length; end++)
        {
            if (end == keys.Length || keys[end] != keys[start])
            {
                Array.Sort(slots, start, end - start);
                start = end;
            }
        }
    }

    string? TextAt(PropertyColumn column, int slot)
    {
        generated.Describe(slot, out var deal);
        return column.ValueOf(in deal).ToText() is { Length: > 0 } text ? text.ToLowerInvariant() : null;
    }

    static TValue Keep<TKey, TValue>(ConcurrentDictionary<TKey, Lazy<TValue>> kept, TKey key, Func<TValue> compute)
        where TKey : notnull
    {
        if (kept.Count >= MostKept && !kept.ContainsKey(key))
        {
            kept.Clear();
        }

        return kept.GetOrAdd(key, _ => new Lazy<TValue>(compute)).Value;
    }
}
