using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Embedded;

[TestFixture]
public sealed class TestDatabaseTests
{
    [Test]
    public async Task Each_test_database_is_empty_and_its_own()
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var one = await TestDatabase.CreateAsync(ct);
        await using var other = await TestDatabase.CreateAsync(ct);
        await using (var connection = await one.OpenAsync(ct))
        {
            await using var command = new NpgsqlCommand("create table t (i int)", connection);
            await command.ExecuteNonQueryAsync(ct);
        }

        await using var there = await other.OpenAsync(ct);
        await using var count = new NpgsqlCommand("select count(*) from pg_tables where tablename = 't'", there);
        Assert.That(await count.ExecuteScalarAsync(ct), Is.Zero);
    }
}
