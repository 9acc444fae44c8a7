using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace HubSpotDeals.Suite.Faults;

/// <summary>
/// Stands between clients and PostgreSQL, message by message, and does to a client's message what a test says: cut the connection before the
/// server hears of it, or behind its answer, which the client then never gets.
/// </summary>
sealed class PostgresProxy : IAsyncDisposable
{
    const byte ReadyForQuery = (byte)'Z';
    const byte CopyData = (byte)'d';

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _ended = new();
    readonly int _server;
    readonly Task _accepting;

    /// <param name="connectionString">The server; nothing is encrypted on the way to it.</param>
    public PostgresProxy(string connectionString)
    {
        _listener.Start();
        var behind = new NpgsqlConnectionStringBuilder(connectionString);
        _server = behind.Port;
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The same database, through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Asked of every message that a client sends; null: all pass.</summary>
    public Func<ClientMessage, Task<Fate>>? Judge { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _server, closing.Token);
            var link = new Link(client.GetStream(), server.GetStream());
            await Task.WhenAny(UpAsync(link, closing.Token), DownAsync(link, closing.Token));
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side is gone: so is the other, below.
        }

        await closing.CancelAsync();
        client.Dispose();
    }

    /// <summary>Carries the client's messages; returns when the connection is to be cut.</summary>
    async Task UpAsync(Link link, CancellationToken ct)
    {
        await link.Server.WriteAsync(await ReadAsync(link.Client, hasType: false, ct), ct);
        var connection = new object();
        while (true)
        {
            var message = await ReadAsync(link.Client, hasType: true, ct);
            var fate = Judge is { } judge ? await judge(new ClientMessage(connection, (char)message[0], message.AsMemory(5))) : Fate.Pass;
            if (fate == Fate.CutBefore)
            {
                return;
            }

            link.IsCut = fate == Fate.CutBehind;
            await link.Server.WriteAsync(message, ct);
            if (link.IsCut && message[0] == CopyData)
            {
                return; // there is no answer to it
            }
        }
    }

    /// <summary>Carries the server's messages; returns when it has answered what the client is not to hear.</summary>
    static async Task DownAsync(Link link, CancellationToken ct)
    {
        while (true)
        {
            var message = await ReadAsync(link.Server, hasType: true, ct);
            if (!link.IsCut)
            {
                await link.Client.WriteAsync(message, ct);
            }
            else if (message[0] == ReadyForQuery)
            {
                return;
            }
        }
    }

    /// <summary>One message with its type, if it has one, and its length.</summary>
    static async Task<byte[]> ReadAsync(NetworkStream stream, bool hasType, CancellationToken ct)
    {
        var head = new byte[hasType ? 5 : 4];
        await stream.ReadExactlyAsync(head, ct);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(hasType ? 1 : 0));
        var message = new byte[length + (hasType ? 1 : 0)];
        head.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(head.Length), ct);
        return message;
    }

    sealed record Link(NetworkStream Client, NetworkStream Server)
    {
        public volatile bool IsCut;
    }
}

/// <summary>A message that a client sends, as PostgreSQL's protocol has it.</summary>
/// <param name="Connection">The same object for all messages of a connection.</param>
/// <param name="Type"><c>Q</c> query, <c>P</c> parse, <c>S</c> sync, <c>d</c> rows of a COPY, <c>c</c> its end, …</param>
/// <param name="Body">What follows its length.</param>
readonly record struct ClientMessage(object Connection, char Type, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the server is to do something now.</summary>
    public bool IsCall => Type is 'Q' or 'S' or 'd' or 'c';

    /// <summary>Whether the text stands in it.</summary>
    public bool Says(ReadOnlySpan<byte> text) => Body.Span.IndexOf(text) >= 0;
}

/// <summary>What becomes of a message.</summary>
enum Fate
{
    /// <summary>It goes on.</summary>
    Pass,

    /// <summary>The connection is cut, and the server never hears of it.</summary>
    CutBefore,

    /// <summary>The server does it, and the connection is cut instead of an answer.</summary>
    CutBehind,
}
