using System.Buffers;
using System.Buffers.Binary;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Some deals in the order of their ids, as PostgreSQL sent them, in one pooled array. For one thread at a time.</summary>
public sealed class DealBatch : IDisposable
{
    const int UsualCapacity = 2 << 20;

    // Where a row's id is: behind the count of fields and the length of the first one.
    const int IdOffset = sizeof(short) + sizeof(int);

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(UsualCapacity);
    int _received;
    int _framed;

    internal DealBatch()
    {
    }

    /// <summary>How many deals there are.</summary>
    public int Count { get; private set; }

    /// <summary>The greatest id; 0 when there are no deals.</summary>
    public long LastId { get; private set; }

    /// <summary>The rows for <see cref="CopyReader"/>, each with the fields that <see cref="DealRows"/> tells; valid until the batch is disposed.</summary>
    public ReadOnlySpan<byte> Rows => _bytes.AsSpan(CopyBuffer.Header.Length, Math.Max(_framed - CopyBuffer.Header.Length, 0));

    /// <summary>How many bytes came.</summary>
    internal int Received => _received;

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _received, _framed) = ([], 0, 0);
    }

    /// <summary>Room for what comes next.</summary>
    internal Memory<byte> Room()
    {
        if (_received == _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _bytes.Length, Array.MaxLength));
            _bytes.AsSpan(0, _received).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsMemory(_received);
    }

    /// <summary>Counts the rows that are whole, now that more bytes of the COPY stand in the room.</summary>
    internal void Take(int bytes)
    {
        _received += bytes;
        if (_framed == 0)
        {
            if (_received < CopyBuffer.Header.Length)
            {
                return;
            }

            _framed = CopyBuffer.Header.Length; // PostgreSQL sends no flags and no extension that would be read otherwise
        }

        while (CopyReader.Measure(_bytes.AsSpan(_framed, _received - _framed)) is > 0 and var length)
        {
            LastId = BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(_framed + IdOffset));
            Count++;
            _framed += length;
        }
    }
}
