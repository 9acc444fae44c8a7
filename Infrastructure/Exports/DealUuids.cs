using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>
/// The deals' UUIDs within one scan, made of the scan's UUID and the deal's id, so that a deal has the same one in every page and
/// every format and none needs to be stored.
/// </summary>
/// <remarks>
/// UUIDs of version 8 (RFC 9562, section 5.8). From the first bit on: 48 bits of the hash of the scan's UUID, 4 of the version, 10
/// more of the hash, the deal id's highest 2, the variant's 2, and the id's other 62. The whole id is in it: two deals of one scan
/// never share a UUID, and deals of two scans only where 58 bits of a SHA-256 agree.
/// </remarks>
public sealed class DealUuids
{
    /// <summary>A UUID's length as text.</summary>
    public const int TextLength = 36;

    const int IdBitsBelow = 62;
    const ulong Version8 = 0x8000;
    const ulong Variant = 1UL << 63;

    readonly ulong _scanBits;

    /// <summary>The UUIDs of a scan's deals.</summary>
    public DealUuids(Guid scan)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scan.ToByteArray(bigEndian: true), hash);
        var bits = BinaryPrimitives.ReadUInt64BigEndian(hash);
        _scanBits = (bits & ~0xF003UL) | Version8;
    }

    /// <summary>The deal's UUID.</summary>
    /// <param name="dealId">HubSpot's id of the deal.</param>
    public Guid Of(long dealId)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _scanBits | ((ulong)dealId >> IdBitsBelow));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Variant | ((ulong)dealId & ((1UL << IdBitsBelow) - 1)));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Writes the deal's UUID as text, <see cref="TextLength"/> bytes.</summary>
    internal void Write(long dealId, Span<byte> utf8) => Of(dealId).TryFormat(utf8, out _);
}
