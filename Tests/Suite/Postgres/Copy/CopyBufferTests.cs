using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class CopyBufferTests
{
    [Test]
    public async Task PostgreSQL_reads_every_kind_of_field()
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var target = await CopyTarget.CreateAsync(ct);
        await target.ExecuteAsync("create table kinds (t text, i int8, b boolean, z timestamptz, d date, j json, n text)", ct);
        using var rows = new CopyBuffer();
        rows.BeginRow(7);
        rows.Text("Zürich 🎉"u8);
        rows.BigInt(479_475_667_160);
        rows.Bool(true);
        rows.Instant(-1);
        rows.Date(366);
        rows.Json("""{"lone":"\ud83d","nul":"\u0000"}"""u8);
        rows.Null();
        await target.CopyAsync("kinds", rows.Written, ct);
        Assert.That(
            await target.ReadAsync("select concat_ws('|', t, i, b, z, d, j, coalesce(n, 'null')) from kinds", ct),
            Is.EqualTo(new[] { """Zürich 🎉|479475667160|t|1999-12-31 23:59:59.999999+00|2001-01-01|{"lone":"\ud83d","nul":"\u0000"}|null""" }));
    }

    [Test]
    public void Rewinding_takes_back_a_row_that_was_begun()
    {
        using var rows = WithRows(2);
        var before = rows.Written.ToArray();
        var mark = rows.MarkHere();
        rows.BeginRow(2);
        rows.Text("half"u8);
        rows.Rewind(mark);
        Assert.Multiple(() =>
        {
            Assert.That(rows.Written.ToArray(), Is.EqualTo(before));
            Assert.That(rows.Rows, Is.EqualTo(2));
        });
    }

    [Test]
    public void A_mark_of_what_was_cleared_since_is_refused()
    {
        using var rows = WithRows(2);
        var mark = rows.MarkHere();
        rows.Clear();
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Rewind(mark));
    }

    [Test]
    public void A_field_that_was_null_can_be_given_its_value_when_the_row_is_written()
    {
        using var late = new CopyBuffer();
        late.BeginRow(3);
        var field = late.MarkHere();
        late.Null();
        late.Text("behind"u8);
        late.BigInt(7);
        late.FillNull(field, "late"u8);
        using var inTime = new CopyBuffer();
        inTime.BeginRow(3);
        inTime.Text("late"u8);
        inTime.Text("behind"u8);
        inTime.BigInt(7);
        Assert.That(late.Written.ToArray(), Is.EqualTo(inTime.Written.ToArray()));
    }

    [Test]
    public async Task A_COPY_that_is_refused_can_be_cut_down_to_the_row_that_is_to_blame()
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var target = await CopyTarget.CreateAsync(ct);
        await target.ExecuteAsync("create table ids (place int8, id text)", ct);
        using var rows = WithRows(5);
        rows.BeginRow(2);
        rows.BigInt(5);
        rows.Text("poison\0"u8);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => target.CopyAsync("ids", rows.Written, ct));
        for (var row = 0; row < 5; row++)
        {
            await target.CopyAsync("ids", rows.Written[rows.RowStart(row)..rows.RowStart(row + 1)], ct);
        }

        await Assert.ThrowsAsync<PostgresException>(() => target.CopyAsync("ids", rows.Written[rows.RowStart(5)..rows.RowStart(6)], ct));
        await Assert.MultipleAsync(async () =>
        {
            Assert.That(refusal?.SqlState, Is.EqualTo(PostgresErrorCodes.CharacterNotInRepertoire));
            Assert.That(
                await target.ReadAsync("select id from ids order by place", ct),
                Is.EqualTo(new[] { "row 0", "row 1", "row 2", "row 3", "row 4" }));
            Assert.Throws<ArgumentOutOfRangeException>(() => rows.RowStart(7));
        });
    }

    [Test]
    public void Rows_survive_the_growth_of_the_buffer()
    {
        const int many = 20_000;
        var text = Encoding.UTF8.GetBytes(new string('x', 200));
        using var rows = new CopyBuffer();
        for (var i = 0; i < many; i++)
        {
            rows.BeginRow(1);
            rows.Text(text);
        }

        var rowLength = 2 + 4 + text.Length;
        Assert.Multiple(() =>
        {
            Assert.That(rows.Rows, Is.EqualTo(many));
            Assert.That(rows.Written.Length, Is.EqualTo(many * rowLength));
            Assert.That(rows.RowStart(many - 1), Is.EqualTo((many - 1) * rowLength));
            Assert.That(rows.Written.Span[^200..].IndexOfAnyExcept((byte)'x'), Is.EqualTo(-1));
        });
    }

    [Test]
    public void A_cleared_buffer_starts_again_and_a_huge_one_gives_its_memory_back()
    {
        using var rows = new CopyBuffer();
        rows.BeginRow(1);
        rows.Text(new byte[20 << 20]);
        rows.Clear();
        rows.BeginRow(1);
        rows.Text("again"u8);
        Assert.Multiple(() =>
        {
            Assert.That(rows.Rows, Is.EqualTo(1));
            Assert.That(rows.Written.Length, Is.EqualTo(2 + 4 + 5));
            Assert.That(rows.Capacity, Is.LessThan(16 << 20));
        });
    }

    [Test]
    public void A_disposed_buffer_takes_no_more_rows()
    {
        var rows = WithRows(1);
        rows.Dispose();
        rows.Dispose();
        Assert.Multiple(() =>
        {
            Assert.Throws<ObjectDisposedException>(() => rows.BeginRow(1));
            Assert.Throws<ObjectDisposedException>(() => rows.Null());
        });
    }

    static CopyBuffer WithRows(int count)
    {
        var rows = new CopyBuffer();
        for (var i = 0; i < count; i++)
        {
            rows.BeginRow(2);
            rows.BigInt(i);
            rows.Text(Encoding.UTF8.GetBytes($"row {i}"));
        }

        return rows;
    }
}
