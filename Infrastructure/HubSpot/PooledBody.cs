using System.Buffers;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>The body of one answer in a rented buffer.</summary>
sealed class PooledBody : IDisposable
{
    /// <summary>A page above this is no page of deals; reading on would only fill the memory.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Where reading starts if the length is not announced: more than a page of 100 deals × 17 properties.</summary>
    const int FirstRent = 128 * 1024;

    readonly int _length;
    byte[]? _buffer;

    PooledBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <exception cref="ObjectDisposedException">The buffer is back in the pool and holds somebody else's bytes.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            var buffer = _buffer;
            ObjectDisposedException.ThrowIf(buffer is null, this);
            return buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Reads the content to its end.</summary>
    /// <exception cref="IOException">The connection broke, or fewer bytes came than were announced.</exception>
    /// <exception cref="InvalidDataException">More than <see cref="MaxBytes"/>, or compressed data that can't be unpacked.</exception>
    public static async ValueTask<PooledBody> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        // Absent when the body is chunked or was compressed on the wire. One byte more than announced:
        // the read that finds the end then needs no larger buffer.
        var announced = content.Headers.ContentLength;
        var buffer = ArrayPool<byte>.Shared.Rent(announced is { } bytes ? checked((int)Math.Min(bytes, MaxBytes)) + 1 : FirstRent);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return new PooledBody(buffer, length);
                }
                length += read;
                if (length > MaxBytes)
                {
                    throw new InvalidDataException($"The answer is larger than {MaxBytes / (1024 * 1024)} MiB.");
                }
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
