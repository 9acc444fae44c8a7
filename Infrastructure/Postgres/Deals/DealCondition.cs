using System.Globalization;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>What a deal must be to be shown.</summary>
public abstract record DealCondition
{
    DealCondition()
    {
    }

    /// <summary>The condition as SQL, its values added to those of the query.</summary>
    internal abstract string ToSql(DynamicParameters values, int number);

    /// <summary>It has this id.</summary>
    public sealed record HasId(long Id) : DealCondition
    {
        internal override string ToSql(DynamicParameters values, int number) => $"{DealQuery.Id} = @{Add(values, number, Id)}";
    }

    /// <summary>It has this id, or the property holds its digits.</summary>
    public sealed record HasIdOrContains(long Id, DealColumn Column, string Text) : DealCondition
    {
        internal override string ToSql(DynamicParameters values, int number) =>
            $"({new HasId(Id).ToSql(values, number)} or {new Contains(Column, Text).ToSql(values, number + SecondOffset)})";

        /// <summary>Beyond the numbers of any query's conditions.</summary>
        const int SecondOffset = 1_000;
    }

    /// <summary>The property is exactly this.</summary>
    public sealed record Equal(DealColumn Column, string Text) : DealCondition
    {
        internal override string ToSql(DynamicParameters values, int number) => $"{SqlName.Quote(Column.Column)}::text = @{Add(values, number, Text)}";
    }

    /// <summary>The property holds this text somewhere, in capitals or not.</summary>
    public sealed record Contains(DealColumn Column, string Text) : DealCondition
    {
        // Not LIKE: what people type has percent signs and underscores of its own.
        internal override string ToSql(DynamicParameters values, int number) =>
            $"strpos(lower({SqlName.Quote(Column.Column)}::text), lower(@{Add(values, number, Text)})) > 0";
    }

    /// <summary>The number is at least this.</summary>
    public sealed record AtLeast(DealColumn Column, decimal Number) : DealCondition
    {
        internal override string ToSql(DynamicParameters values, int number) => $"{SqlName.Quote(Column.Column)} >= @{Add(values, number, Number)}";
    }

    /// <summary>The number is at most this.</summary>
    public sealed record AtMost(DealColumn Column, decimal Number) : DealCondition
    {
        internal override string ToSql(DynamicParameters values, int number) => $"{SqlName.Quote(Column.Column)} <= @{Add(values, number, Number)}";
    }

    /// <summary>The name of the condition's value among those of the query.</summary>
    static string Add<T>(DynamicParameters values, int number, T value)
    {
        var name = "c" + number.ToString(CultureInfo.InvariantCulture);
        values.Add(name, value);
        return name;
    }
}
