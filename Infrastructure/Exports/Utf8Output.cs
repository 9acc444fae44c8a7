using System.Buffers;
using System.Runtime.CompilerServices;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>Writes bytes into a buffer writer's room; the writer hears of them by <see cref="Commit"/>, once for many fields.</summary>
ref struct Utf8Output(IBufferWriter<byte> writer)
{
    const int UsualRoom = 1 << 14;

    readonly IBufferWriter<byte> _writer = writer;
    Span<byte> _room = default;
    int _used = 0;

    /// <summary>How many bytes the writer was told of.</summary>
    public int Committed { get; private set; } = 0;

    /// <summary>How many bytes were written.</summary>
    public readonly int Written => Committed + _used;

    /// <summary>Room for so many bytes, of which <see cref="Advance"/> keeps the first ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int bytes)
    {
        if (_room.Length - _used < bytes)
        {
            Renew(bytes);
        }

        return _room[_used..];
    }

    /// <summary>Keeps bytes that were written into the room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int bytes) => _used += bytes;

    /// <summary>Writes one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(byte value)
    {
        Room(1)[0] = value;
        _used++;
    }

    /// <summary>Writes bytes, however many.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        while (_room.Length - _used < bytes.Length)
        {
            var fitting = _room.Length - _used;
            bytes[..fitting].CopyTo(_room[_used..]);
            bytes = bytes[fitting..];
            _used = _room.Length;
            Renew(1);
        }

        bytes.CopyTo(_room[_used..]);
        _used += bytes.Length;
    }

    /// <summary>Tells the writer of everything written so far.</summary>
    public void Commit()
    {
        // Kestrel refuses to advance, even by nothing, where no room was asked for.
        if (_used > 0)
        {
            _writer.Advance(_used);
            Committed += _used;
        }

        _room = default;
        _used = 0;
    }

    void Renew(int bytes)
    {
        Commit();
        _room = _writer.GetSpan(Math.Max(bytes, UsualRoom));
    }
}
