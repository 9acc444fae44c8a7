using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, in one pooled array that grows as needed. Whoever sends them writes
/// <see cref="Header"/> before and <see cref="Trailer"/> after. For one thread at a time.
/// </summary>
/// <remarks>The format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY.</remarks>
public sealed class CopyBuffer : IDisposable
{
    const int NullLength = -1;

    // A batch of a thousand deals fits the usual capacity; what a page of huge texts took beyond it goes back on Clear.
    const int UsualCapacity = 1 << 20;
    const int LargestKept = 8 << 20;

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(UsualCapacity);
    int[] _rowStarts = ArrayPool<int>.Shared.Rent(1024);
    int _length;
    bool _disposed;

    /// <summary>What a binary COPY opens with: the signature <c>PGCOPY\n\377\r\n\0</c>, no flags, no header extension.</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>What a binary COPY ends with.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xFF, 0xFF];

    /// <summary>How many rows were begun.</summary>
    public int Rows { get; private set; }

    /// <summary>How many bytes the buffer holds without growing.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The rows so far, without header and trailer; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>
    /// The offset in <see cref="Written"/> where a row starts; for <c>row == Rows</c>, where the last one ends. So a COPY that
    /// PostgreSQL refused can be halved until the row that it can't take stands alone.
    /// </summary>
    public int RowStart(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row, Rows);
        return row == Rows ? _length : _rowStarts[row];
    }

    /// <summary>Starts a row; exactly <paramref name="fields"/> fields must follow.</summary>
    public void BeginRow(short fields)
    {
        if (Rows == _rowStarts.Length)
        {
            _rowStarts = Grown(_rowStarts, Rows, Rows + 1);
        }

        _rowStarts[Rows++] = _length;
        BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), fields);
        _length += sizeof(short);
    }

    /// <summary>A field without a value.</summary>
    public void Null()
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), NullLength);
        _length += sizeof(int);
    }

    /// <summary>A <c>text</c> field. The bytes must be UTF-8 without U+0000, or PostgreSQL refuses the whole COPY.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Commit(utf8.Length);
    }

    /// <summary>A <c>json</c> field. The bytes must be JSON in UTF-8; escapes of U+0000 and of lone surrogates are allowed.</summary>
    public void Json(ReadOnlySpan<byte> utf8) => Text(utf8);

    /// <summary>A <c>bigint</c> field.</summary>
    public void BigInt(long value)
    {
        var room = Room(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(room, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(room[sizeof(int)..], value);
        _length += sizeof(int) + sizeof(long);
    }

    /// <summary>A <c>boolean</c> field.</summary>
    public void Bool(bool value)
    {
        var room = Room(sizeof(int) + sizeof(byte));
        BinaryPrimitives.WriteInt32BigEndian(room, sizeof(byte));
        room[sizeof(int)] = value ? (byte)1 : (byte)0;
        _length += sizeof(int) + sizeof(byte);
    }

    /// <summary>A <c>timestamptz</c> field.</summary>
    /// <param name="microseconds">Since 2000-01-01T00:00:00Z.</param>
    public void Instant(long microseconds) => BigInt(microseconds);

    /// <summary>A <c>date</c> field.</summary>
    /// <param name="days">Since 2000-01-01.</param>
    public void Date(int days)
    {
        var room = Room(sizeof(int) + sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(room, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(room[sizeof(int)..], days);
        _length += sizeof(int) + sizeof(int);
    }

    /// <summary>Where the buffer stands now, to come back to with <see cref="Rewind"/>.</summary>
    public Mark MarkHere() => new(_length, Rows);

    /// <summary>Takes back everything written since the mark.</summary>
    public void Rewind(Mark mark)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mark.Length, _length, nameof(mark));
        _length = mark.Length;
        Rows = mark.Rows;
    }

    /// <summary>
    /// Gives a value to a field that was written as <see cref="Null"/> right after the mark was taken; the fields behind it move.
    /// For a field whose value is known only when the rest of its row is written.
    /// </summary>
    public void FillNull(Mark field, ReadOnlySpan<byte> value)
    {
        var valueStart = field.Length + sizeof(int);
        var behind = _length - valueStart;
        ArgumentOutOfRangeException.ThrowIfNegative(behind, nameof(field));
        Room(value.Length);
        _bytes.AsSpan(valueStart, behind).CopyTo(_bytes.AsSpan(valueStart + value.Length));
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(field.Length), value.Length);
        value.CopyTo(_bytes.AsSpan(valueStart));
        _length += value.Length;
    }

    /// <summary>Forgets all rows; the memory is kept for the next batch unless it is unusually much.</summary>
    public void Clear()
    {
        _length = 0;
        Rows = 0;
        if (_bytes.Length > LargestKept)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(UsualCapacity);
        }
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<int>.Shared.Return(_rowStarts);
        (_bytes, _rowStarts, _length, Rows) = ([], [], 0, 0);
    }

    /// <summary>Room for a field of at most so many bytes; what was written there becomes the field by <see cref="Commit"/>.</summary>
    internal Span<byte> Reserve(int maxLength) => Room(sizeof(int) + maxLength).Slice(sizeof(int), maxLength);

    /// <summary>Makes the first bytes of what <see cref="Reserve"/> gave the next field.</summary>
    internal void Commit(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length), length);
        _length += sizeof(int) + length;
    }

    Span<byte> Room(int bytes)
    {
        if (bytes > _bytes.Length - _length)
        {
            _bytes = Grown(_bytes, _length, checked(_length + bytes));
        }

        return _bytes.AsSpan(_length);
    }

    T[] Grown<T>(T[] full, int used, int needed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this); // a disposed buffer has no room, so every write comes here
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * full.Length, Array.MaxLength)));
        full.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(full);
        return larger;
    }

    /// <summary>A place in the buffer.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Mark(int Length, int Rows);
}
