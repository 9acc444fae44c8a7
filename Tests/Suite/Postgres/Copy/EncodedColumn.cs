using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

/// <summary>Says no when the text is not a value that the column holds exactly.</summary>
delegate bool TryWriteField(ReadOnlySpan<byte> utf8, CopyBuffer rows);

/// <summary>A table with one column of a type, filled by an encoder and read by PostgreSQL.</summary>
sealed class EncodedColumn : IAsyncDisposable
{
    readonly CopyTarget _target;
    readonly string _type;
    readonly TryWriteField _tryWrite;

    EncodedColumn(CopyTarget target, string type, TryWriteField tryWrite) => (_target, _type, _tryWrite) = (target, type, tryWrite);

    public static async Task<EncodedColumn> CreateAsync(string type, TryWriteField tryWrite, CancellationToken ct)
    {
        var target = await CopyTarget.CreateAsync(ct);
        await target.ExecuteAsync(
            $"""
            create table encoded (place int8, value {type});
            create function parsed(value text) returns {type} language plpgsql as $$
            begin
                return value::{type};
            exception when others then
                return null;
            end $$;
            """,
            ct);
        return new EncodedColumn(target, type, tryWrite);
    }

    /// <summary>What PostgreSQL prints for the stored texts, in their order; null where the encoder refused.</summary>
    public async Task<string?[]> StoreAsync(string[] texts, CancellationToken ct)
    {
        await _target.ExecuteAsync("truncate encoded", ct);
        using var rows = new CopyBuffer();
        for (var i = 0; i < texts.Length; i++)
        {
            rows.BeginRow(2);
            rows.BigInt(i);
            var before = rows.MarkHere();
            if (!_tryWrite(Encoding.UTF8.GetBytes(texts[i]), rows))
            {
                Assert.That(rows.MarkHere(), Is.EqualTo(before), "a refusal must write nothing");
                rows.Null();
            }
        }

        await _target.CopyAsync("encoded", rows.Written, ct);
        return await _target.ReadAsync("select value::text from encoded order by place", ct);
    }

    /// <summary>What PostgreSQL prints for the texts when it parses them itself; null where it refuses.</summary>
    public Task<string?[]> ParseAsync(string[] texts, CancellationToken ct) =>
        _target.ReadAsync("select parsed(text)::text from unnest($1) with ordinality as t(text, place) order by place", texts, ct);

    /// <summary>What PostgreSQL prints for the one stored text; null where the encoder refused.</summary>
    public async Task<string?> StoreAsync(string text, CancellationToken ct) => (await StoreAsync([text], ct)).Single();

    /// <summary>Fails with the texts that the encoder and PostgreSQL understand differently.</summary>
    /// <param name="texts">For the encoder.</param>
    /// <param name="spelledForPostgres">How PostgreSQL spells such a text.</param>
    /// <param name="mayBeRefused">Which ones the encoder may refuse though PostgreSQL takes them.</param>
    /// <param name="ct">Stops the test.</param>
    public async Task AssertAgreesAsync(
        string[] texts, Func<string, string> spelledForPostgres, Func<string, bool> mayBeRefused, CancellationToken ct)
    {
        var stored = await StoreAsync(texts, ct);
        var parsed = await ParseAsync([.. texts.Select(spelledForPostgres)], ct);
        var differences = texts.Index()
            .Where(text => !string.Equals(stored[text.Index], parsed[text.Index], StringComparison.Ordinal))
            .Where(text => stored[text.Index] is not null || !mayBeRefused(text.Item))
            .Select(text => $"'{text.Item}' became {stored[text.Index] ?? "refused"}, for PostgreSQL it is {parsed[text.Index] ?? "refused"}")
            .Take(10);
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty, $"as {_type}");
            Assert.That(stored, Has.Some.Not.Null, "or nothing was compared");
        });
    }

    /// <summary>The same for texts that PostgreSQL spells no differently and that the encoder must take where PostgreSQL does.</summary>
    public Task AssertAgreesAsync(string[] texts, CancellationToken ct) => AssertAgreesAsync(texts, text => text, _ => false, ct);

    public ValueTask DisposeAsync() => _target.DisposeAsync();
}
