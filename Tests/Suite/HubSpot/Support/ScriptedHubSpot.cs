using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HubSpotDeals.Suite.HubSpot.Support;

/// <summary>A request as it came over the wire.</summary>
public sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// A socket that answers its requests with the scripted replies, in order, whatever is asked. It knows no HTTP framework, so it can break
/// every rule. A request beyond the script gets a 400 that says so.
/// </summary>
public sealed class ScriptedHubSpot : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentQueue<Reply> _script;
    readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    readonly ConcurrentBag<Task> _connections = [];
    readonly SemaphoreSlim _arrivals = new(0);
    readonly Task _accepting;

    public ScriptedHubSpot(params Reply[] script)
    {
        _script = new ConcurrentQueue<Reply>(script);
        _listener.Start();
        BaseUrl = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string BaseUrl { get; }

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Returns once a request has come that was not waited for yet.</summary>
    public Task WhenRequestAsync() => _arrivals.WaitAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        _listener.Dispose();
        _arrivals.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadRequestAsync(stream) is { } request)
            {
                _requests.Enqueue(request);
                var reply = _script.TryDequeue(out var scripted)
                    ? scripted
                    : Reply.Json("""{"status":"error","message":"the script has no more replies"}""", 400);
                _arrivals.Release();
                await stream.WriteAsync(reply.Bytes, _stop.Token);
                switch (reply.Ending)
                {
                    case Ending.Close:
                        return;
                    case Ending.Reset:
                        // What was written has to get there first, or the reset would overtake it.
                        await stream.FlushAsync(_stop.Token);
                        socket.LingerState = new LingerOption(enable: true, seconds: 0);
                        return;
                    case Ending.Hang:
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                        return;
                    default:
                        break;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
        {
            // The client hung up, or the test is over.
        }
    }

    async Task<ReceivedRequest?> ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!EndsHead(bytes))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }
            bytes.Add(one[0]);
        }
        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        var start = lines[0].Split(' ');
        return new ReceivedRequest(start[0], start[1], headers, Encoding.UTF8.GetString(body));
    }

    static bool EndsHead(List<byte> bytes) => bytes is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'];
}
