using System.Buffers;
using System.IO.Pipelines;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>What is written to it goes into a pipe's room at once; whoever owns the pipe flushes it. So no write ever waits.</summary>
sealed class PipeStream(PipeWriter pipe) : Stream
{
    public override bool CanRead => false;

    /// <summary>No: so an archive is written front to back, sizes behind the parts.</summary>
    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer) => pipe.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => pipe.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
