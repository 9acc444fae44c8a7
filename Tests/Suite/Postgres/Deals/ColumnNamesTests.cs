using System.Text;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Suite.Postgres.Deals;

public sealed class ColumnNamesTests
{
    static readonly Dictionary<string, ColumnKind> Nothing = new(StringComparer.Ordinal);

    [TestCase("amount", "amount")]
    [TestCase("created_at", "created_at:numeric")]
    [TestCase("_archived", "_archived:numeric")]
    [TestCase("hs_object_id", "hs_object_id:numeric")]
    public void A_property_has_its_own_name_unless_every_row_has_that_column(string property, string column) =>
        Assert.That(ColumnNames.For(property, ColumnKind.Number, Nothing), Is.EqualTo(column));

    [TestCase(ColumnKind.Text, "amount:text")]
    [TestCase(ColumnKind.Number, "amount")]
    [TestCase(ColumnKind.Bool, "amount:boolean")]
    [TestCase(ColumnKind.Instant, "amount:timestamptz")]
    [TestCase(ColumnKind.Date, "amount:date")]
    public void A_property_that_has_changed_its_type_gets_a_column_that_says_the_type(ColumnKind kind, string column)
    {
        var existing = new Dictionary<string, ColumnKind>(StringComparer.Ordinal) { ["amount"] = ColumnKind.Number };
        Assert.That(ColumnNames.For("amount", kind, existing), Is.EqualTo(column));
        existing[column] = kind;
        Assert.That(ColumnNames.For("amount", kind, existing), Is.EqualTo(column), "and keeps it");
    }

    [Test]
    public void Names_that_PostgreSQL_would_cut_to_one_stay_different_whatever_their_types([Values(63, 64, 100, 255)] int length)
    {
        var stem = new string('a', length - 1);
        var existing = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<ColumnKind>())
        {
            foreach (var property in new[] { stem + "1", stem + "2" })
            {
                var column = ColumnNames.For(property, kind, existing);
                Assert.That(Encoding.UTF8.GetByteCount(column), Is.LessThanOrEqualTo(SqlName.MaxBytes), column);
                Assert.That(existing.TryAdd(column, kind), Is.True, column);
                Assert.That(ColumnNames.For(property, kind, existing), Is.EqualTo(column), "the next scan finds it again");
            }
        }

        Assert.That(existing, Has.Count.EqualTo(10));
    }
}
