using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class FaultTests
{
    SandboxCaller _sandbox = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _sandbox = await StartPlainAsync();

    [TearDown]
    public void EndFaults() => _sandbox.Server.Reset();

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [TestCase(401, "application/json;charset=utf-8")]
    [TestCase(403, "application/json;charset=utf-8")]
    [TestCase(423, "application/json;charset=utf-8")]
    [TestCase(429, "application/json;charset=utf-8")]
    [TestCase(500, "application/json;charset=utf-8")]
    [TestCase(502, "text/html")]
    [TestCase(503, "text/html")]
    [TestCase(504, "text/html")]
    [TestCase(524, "text/html")]
    [TestCase(530, "text/html")]
    public async Task A_status_comes_with_its_usual_body(int status, string contentType)
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = status });
        var answer = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Status, Is.EqualTo(status));
            Assert.That(answer.Headers["Content-Type"], Is.EqualTo(contentType));
            Assert.That(answer.Headers.ContainsKey("Retry-After"), Is.False);
            Assert.That(answer.Body, Is.Not.Empty);
        });
    }

    [Test]
    public async Task A_migration_says_when_to_come_back()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 477, RetryAfter = TimeSpan.FromHours(2), Body = "{}" });
        var answer = await _sandbox.GetAsync(Deals);
        Assert.That(((int)answer.Status, answer.Headers["Retry-After"], answer.Body), Is.EqualTo((477, "7200", "{}")));
    }

    [Test]
    public async Task A_rule_skips_then_strikes_every_so_manyth_so_many_times()
    {
        var fault = _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Skip = 2, Every = 3, Times = 2 });
        var failed = new List<int>();
        for (var call = 1; call <= 15; call++)
        {
            if ((await _sandbox.GetAsync(Deals)).Status != HttpStatusCode.OK)
            {
                failed.Add(call);
            }
        }

        Assert.That((failed, fault.Matched, fault.Struck), Is.EqualTo((new List<int> { 5, 8 }, 15, 2)).Using<List<int>>((one, other) => one.SequenceEqual(other)));
    }

    [Test]
    public async Task Chance_is_repeatable()
    {
        async Task<string> RunAsync(long seed)
        {
            using var fault = _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Probability = 0.5, Seed = seed });
            var run = "";
            for (var call = 0; call < 40; call++)
            {
                run += (await _sandbox.GetAsync(Deals)).Status == HttpStatusCode.OK ? '.' : 'x';
            }

            return run;
        }

        var (first, again, other) = (await RunAsync(1), await RunAsync(1), await RunAsync(2));
        Assert.That(again, Is.EqualTo(first).And.Contain("x").And.Contain("."));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public async Task A_rule_strikes_only_its_operation_path_and_portal()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Operation = "^properties", Status = 500 });
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Path = "limit=3$", Status = 502 });
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status, PortalId = 1, Status = 503 });
        int[] statuses =
        [
            (int)(await _sandbox.GetAsync("/crm/properties/2026-09/deals")).Status,
            (int)(await _sandbox.GetAsync($"{Deals}?limit=3")).Status,
            (int)(await _sandbox.GetAsync($"{Deals}?limit=4")).Status,
        ];
        Assert.That(statuses, Is.EqualTo(new[] { 500, 502, 200 }));
    }

    [Test]
    public async Task A_connection_can_be_cut_before_within_and_after_the_answer()
    {
        var before = await AskRawAsync(FaultKind.CutBeforeAnswer);
        var within = await AskRawAsync(FaultKind.CutInBody);
        var after = await AskRawAsync(FaultKind.CutAfterAnswer);
        Assert.Multiple(() =>
        {
            Assert.That(before, Is.Empty);
            Assert.That(within, Does.StartWith("HTTP/1.1 200 OK").And.Contain("Content-Length: ").And.Contain("{\"results\":[").And.Not.EndsWith("}"));
            Assert.That(after, Does.StartWith("HTTP/1.1 200 OK").And.EndWith("}"));
        });
    }

    [Test]
    public async Task A_hanging_call_ends_when_the_caller_gives_up()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Times = 1 });
        using var http = new HttpClient { BaseAddress = _sandbox.Server.BaseAddress };
        using var patience = new CancellationTokenSource();
        var call = http.GetAsync(Deals, patience.Token);
        while (_sandbox.Server.Faults[0].Struck == 0)
        {
            await Task.Yield();
        }

        Assert.That(call.IsCompleted, Is.False);
        await patience.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        while (_sandbox.Server.Log.Total == 0)
        {
            await Task.Yield();
        }

        Assert.That(_sandbox.Server.Log.Requests[0].Status, Is.Zero);
    }

    [Test]
    public async Task The_most_calls_in_flight_are_remembered()
    {
        var fault = _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Hang });
        using var http = new HttpClient { BaseAddress = _sandbox.Server.BaseAddress };
        using var patience = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 5).Select(_ => http.GetAsync(Deals, patience.Token)).ToArray();
        while (fault.Struck < calls.Length)
        {
            await Task.Yield();
        }

        Assert.That(_sandbox.Server.Log.MostInFlight, Is.EqualTo(calls.Length));
        await patience.CancelAsync();
        Assert.That(async () => await Task.WhenAll(calls), Throws.InstanceOf<OperationCanceledException>());
        while (_sandbox.Server.Log.Total < calls.Length)
        {
            await Task.Yield();
        }
    }

    [Test]
    public async Task A_delayed_answer_is_late_and_right()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(1), Times = 1 });
        var expected = (await _sandbox.GetAsync(Deals)).Ids;
        var fault = _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Delay, Delay = TimeSpan.FromHours(1), Times = 1 });
        using var http = new HttpClient { BaseAddress = _sandbox.Server.BaseAddress };
        using var patience = new CancellationTokenSource();
        var late = http.GetAsync(Deals, patience.Token);
        while (fault.Struck == 0)
        {
            await Task.Yield();
        }

        Assert.That((await _sandbox.GetAsync(Deals)).Ids, Is.EqualTo(expected), "a later call overtakes it");
        Assert.That(late.IsCompleted, Is.False);
        await patience.CancelAsync();
        Assert.That(async () => await late, Throws.InstanceOf<OperationCanceledException>());
        while (_sandbox.Server.Log.Total < 3)
        {
            await Task.Yield();
        }
    }

    [Test]
    public async Task JSON_can_end_early_in_an_answer_that_is_framed_right()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.TruncatedJson });
        var answer = await _sandbox.GetAsync(Deals);
        Assert.That(answer.Headers["Content-Length"], Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(answer.Body).ToString()));
        Assert.That(() => answer.Json, Throws.InstanceOf<JsonException>());
    }

    [Test]
    public async Task A_page_of_HTML_can_come_with_status_200()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.HtmlPage });
        var answer = await _sandbox.GetAsync(Deals);
        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((HttpStatusCode.OK, "text/html")));
    }

    [Test]
    public async Task A_repeated_cursor_brings_the_same_page_again()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.RepeatCursor });
        var first = await _sandbox.GetAsync($"{Deals}?limit=5");
        var second = await _sandbox.GetAsync($"{Deals}?limit=5&after={first.Cursor}");
        var third = await _sandbox.GetAsync($"{Deals}?limit=5&after={second.Cursor}");
        Assert.Multiple(() =>
        {
            Assert.That(second.Ids, Is.EqualTo(first.Ids));
            Assert.That(third.Cursor, Is.EqualTo(second.Cursor));
        });
    }

    [TestCase(FaultKind.ShortPage)]
    [TestCase(FaultKind.EmptyPage)]
    public async Task Short_and_empty_pages_lose_nothing_for_who_follows_the_cursor(FaultKind kind)
    {
        var fault = _sandbox.Server.AddFault(new FaultRule { Kind = kind, Every = 2 });
        var all = await _sandbox.ReadAllAsync("limit=50");
        Assert.Multiple(() =>
        {
            Assert.That(fault.Struck, Is.GreaterThan(1));
            Assert.That(all.Select(record => long.Parse((string)record["id"]!)), Is.EqualTo(_sandbox.Portal.DealIds()));
        });
    }

    [Test]
    public async Task A_deal_can_come_again_on_the_next_page()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.DuplicateDeal, Times = 1 });
        var first = await _sandbox.GetAsync($"{Deals}?limit=5");
        var second = await _sandbox.GetAsync($"{Deals}?limit=5&after={first.Cursor}");
        Assert.That(second.Ids[0], Is.EqualTo(first.Ids[^1]));
    }

    [Test]
    public async Task A_page_can_come_out_of_order_with_a_right_cursor()
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.OutOfOrder, Times = 1 });
        var first = await _sandbox.GetAsync($"{Deals}?limit=5");
        Assert.That(first.Ids, Is.Ordered.Descending);
        Assert.That(first.Cursor, Is.EqualTo((first.Ids[0] + 1).ToString()));
    }

    [TestCase(FaultKind.RepeatCursor, 10, "0")]
    [TestCase(FaultKind.ShortPage, 5, "5")]
    [TestCase(FaultKind.EmptyPage, 0, "0")]
    [TestCase(FaultKind.DuplicateDeal, 10, "9")]
    public async Task Search_pages_go_wrong_in_the_same_ways(FaultKind kind, int results, string cursor)
    {
        _sandbox.Server.AddFault(new FaultRule { Kind = kind, Operation = "search" });
        var page = await _sandbox.SearchAsync(new JsonObject { ["limit"] = 10 });
        Assert.That((page.Ids.Length, page.Cursor), Is.EqualTo((results, cursor)));
    }

    [Test]
    public async Task A_call_refused_by_a_limit_does_not_use_a_fault_up()
    {
        _sandbox.Portal.Limits = new RateLimits(1, 0, 0);
        await _sandbox.GetAsync(Deals);
        var fault = _sandbox.Server.AddFault(new FaultRule { Kind = FaultKind.Status });
        await _sandbox.GetAsync(Deals);
        Assert.That(fault.Matched, Is.Zero);
        _sandbox.Portal.Limits = RateLimits.None;
    }

    // what really went over the wire before the connection ended
    async Task<string> AskRawAsync(FaultKind kind)
    {
        using var fault = _sandbox.Server.AddFault(new FaultRule { Kind = kind });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _sandbox.Server.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET {Deals}?limit=100 HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {_sandbox.Token}\r\n\r\n"));
        using var received = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                received.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // reset by the other side, which is what the fault is for
        }

        return System.Text.Encoding.UTF8.GetString(received.ToArray());
    }
}
