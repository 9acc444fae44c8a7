using System.Buffers.Binary;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>Walks whole rows in PostgreSQL's binary COPY format where they lie, field by field; what <see cref="CopyBuffer"/> writes.</summary>
/// <param name="rows">Rows, without header and trailer.</param>
public ref struct CopyReader(ReadOnlySpan<byte> rows)
{
    const short TrailerFields = -1;

    readonly ReadOnlySpan<byte> _rows = rows;

    /// <summary>How many bytes are read.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next row; says no behind the last. The row before must have been read to its end.</summary>
    public bool NextRow()
    {
        if (Position == _rows.Length)
        {
            return false;
        }

        Position += sizeof(short);
        return true;
    }

    /// <summary>Reads the row's next field; says no when it is null.</summary>
    public bool TryReadField(out ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(_rows[Position..]);
        Position += sizeof(int);
        if (length < 0)
        {
            value = default;
            return false;
        }

        value = _rows.Slice(Position, length);
        Position += length;
        return true;
    }

    /// <summary>Reads the row's next field, a <c>bigint</c> that is never null.</summary>
    public long ReadBigInt()
    {
        TryReadField(out var value);
        return BinaryPrimitives.ReadInt64BigEndian(value);
    }

    /// <summary>Measures the row at the start of bytes that may end anywhere.</summary>
    /// <returns>Its length; 0 when it is not all there; -1 when the trailer stands there.</returns>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(short))
        {
            return 0;
        }

        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields == TrailerFields)
        {
            return -1;
        }

        var end = sizeof(short);
        for (; fields > 0; fields--)
        {
            if (bytes.Length - end < sizeof(int))
            {
                return 0;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[end..]);
            end += sizeof(int);
            if (bytes.Length - end < length)
            {
                return 0;
            }

            end += Math.Max(length, 0);
        }

        return end;
    }
}
