namespace HubSpotDeals.Api.Http;

/// <summary>
/// Answers HEAD as GET would, without the body. The handler is cancelled at its first byte of body: by then status and headers are
/// known, and a HEAD of a download must not read a million rows for nobody.
/// </summary>
static class HeadRequests
{
    internal static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        var callerGone = context.RequestAborted;
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(callerGone);
        await using var sink = new HeaderSink(answered);
        context.Request.Method = HttpMethods.Get;
        context.Response.Body = sink;
        context.RequestAborted = answered.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (sink.Written && !callerGone.IsCancellationRequested)
        {
            // The handler stopped where it was told to.
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
            context.Response.Body = body;
            context.RequestAborted = callerGone;
        }
    }

    /// <summary>Swallows the body and says so at its first byte.</summary>
    sealed class HeaderSink(CancellationTokenSource answered) : Stream
    {
        internal bool Written { get; private set; }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!Written && buffer.Length > 0)
            {
                Written = true;
                answered.Cancel();
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
