using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Suite.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Suite.Scans;

/// <summary>Whatever is sent to the start, the answer is one that the document knows, and never a server error.</summary>
sealed class StartScanFuzzTests
{
    const string Good = """
        {"config":{"scanId":"a","organizationId":"1","type":["deals"],"auth":{"accessToken":"t"},
        "filters":{"properties":["dealname"],"dealstage":"s","pipeline":"p","includeArchived":false,
        "dateRange":{"startDate":"2024-01-01","endDate":"2024-12-31","property":"createdate"}},
        "options":{"batchSize":100,"maxRetries":3}}}
        """;

    /// <summary>What does not belong where it is put.</summary>
    static readonly string[] Intruders =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "-1e400", "1e-400", "9223372036854775808", "99999999999999999999999999999999999999",
        "0.1000000000000000055511151231257827021181583404541015625", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\uffff\"",
        "\"'; DROP TABLE deals; --\"", "\"%00\"", "\"../../etc/passwd\"", "\"<script>alert(1)</script>\"", "\"\\r\\nX-Evil: 1\"", "\"\\u202e\"",
        "\"🦔\"", "\"İ\"", "\"ſ\"", "\"١\"", "\"2024-02-30\"", "\"9999-12-31\"", "\"true\"", "\"NaN\"", "\"{{7*7}}\"", "\"${jndi:ldap://x}\"",
        "[]", "[[]]", "[null]", "[1]", "[\"\"]", "[\"deals\",1]", "[{}]", "{}", "{\"\":{}}", "{\"a\":{\"b\":[]}}", "{\"$ref\":\"#\"}", "{\"__proto__\":1}",
        "NaN", "Infinity", "-Infinity", "undefined", "'x'", "0x10", "+1", ".5", "1.", "\"", "\"\\x\"", "\"\\u12\"", "\"\t\"", "{", "[", "}", "]", ",", ":", "{\"a\"}", "{\"a\":}",
        "{a:1}", "[1,]", "/* */1", "tru", "nul",
    ];

    ToyApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(app =>
        app.MapPost("/start", (StartScanRequest request) => Answer.Accepted(new { request.ScanId }, "Understood")));

    [OneTimeTearDown]
    public async Task Stop()
    {
        var failures = _api.Log.AtLeast(LogLevel.Warning).ToList();
        await _api.DisposeAsync();
        Assert.That(failures, Is.Empty);
    }

    [Test]
    public async Task The_body_that_is_spoilt_below_is_good() =>
        Assert.That((await SendAsync(Encoding.UTF8.GetBytes(Good))).Status, Is.EqualTo(HttpStatusCode.Accepted));

    [Test]
    public async Task Whatever_stands_in_any_place_is_taken_or_refused()
    {
        foreach (var place in Places(JsonNode.Parse(Good)!, []))
        {
            foreach (var intruder in Intruders)
            {
                await AssertTakenOrRefusedAsync(Encoding.UTF8.GetBytes(With(place, intruder)), place + " = " + intruder);
            }
        }
    }

    [Test]
    public async Task Whatever_member_is_doubled_or_gone_or_misnamed_is_taken_or_refused()
    {
        foreach (var place in Places(JsonNode.Parse(Good)!, []).Where(place => place.Contains("/\"", StringComparison.Ordinal) || place[0] == '"'))
        {
            var member = place[(place.LastIndexOf('/') + 1)..] + ":";
            await AssertTakenOrRefusedAsync(Encoding.UTF8.GetBytes(Good.Replace(member, member + "1," + member, StringComparison.Ordinal)), "doubled " + place);
            await AssertTakenOrRefusedAsync(Encoding.UTF8.GetBytes(Good.Replace(member, member.Insert(1, "x"), StringComparison.Ordinal)), "misnamed " + place);
            await AssertTakenOrRefusedAsync(Encoding.UTF8.GetBytes(Good.Replace(member, member.ToUpperInvariant(), StringComparison.Ordinal)), "shouted " + place);
        }
    }

    [Test]
    public async Task A_body_cut_short_anywhere_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes(Good.TrimEnd());
        for (var length = 0; length < whole.Length; length++)
        {
            var reply = await SendAsync(whole[..length]);
            Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), "cut to " + length);
            Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { "body" }));
        }
    }

    [Test]
    public async Task A_body_with_any_byte_overwritten_is_taken_or_refused()
    {
        var whole = Encoding.UTF8.GetBytes(Good);
        foreach (byte intruder in new byte[] { 0x00, 0x0A, 0x22, 0x2C, 0x5C, 0x7B, 0x7D, 0x80, 0xC3, 0xFF })
        {
            for (var place = 0; place < whole.Length; place++)
            {
                var spoilt = whole.ToArray();
                spoilt[place] = intruder;
                await AssertTakenOrRefusedAsync(spoilt, $"byte {place} = {intruder:x2}");
            }
        }
    }

    [Test]
    public async Task Bodies_of_unreasonable_size_or_depth_are_refused()
    {
        byte[][] bodies =
        [
            Repeat("[", 10_000), Repeat("{\"a\":", 10_000), Repeat("{\"config\":", 10_000), Repeat("[", 1_000_000), Repeat("\"", 1_000_000),
            Repeat("{\"a\":1}", 100_000), Repeat("\\u0000", 100_000), Repeat("9", 1_000_000), Repeat("\0", 1_000_000), Repeat("\xFF", 100_000),
            Repeat(" ", 1 << 20), Repeat("{}", 3 << 20),
            Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"m{i}\":{i}")) + "}"),
            Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Repeat("\"a\":1", 90_000)) + "}"),
            Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Repeat("\"\\ud800\":1", 80_000)) + "}"),
        ];
        foreach (var body in bodies)
        {
            var reply = await SendAsync(body);
            Assert.That((int)reply.Status, Is.AnyOf(400, 413), Encoding.Latin1.GetString(body.AsSpan(0, 40)));
            Assert.That(reply.Text, Has.Length.LessThan(64_000));
        }

        static byte[] Repeat(string text, int count) => Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, count)));
    }

    [Test]
    public void Any_json_at_all_is_taken_or_refused()
    {
        var json = Gen.Sized(size => AnyJson(Math.Min(size, 12)));
        Prop.ForAll(json.ToArbitrary(), body =>
            AssertTakenOrRefusedAsync(Encoding.UTF8.GetBytes(body), body).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    /// <summary>JSON that is made of the request's own names and of anything else.</summary>
    static Gen<string> AnyJson(int size)
    {
        var text = Gen.OneOf(
            Gen.Elements("config", "scanId", "organizationId", "type", "deals", "auth", "accessToken", "filters", "properties", "dateRange", "startDate", "options", "batchSize"),
            ArbMap.Default.GeneratorFor<string?>().Select(any => any ?? "")).Select(any => System.Text.Json.JsonSerializer.Serialize(any));
        var leaf = Gen.OneOf(text, Gen.Elements(Intruders.Take(48).ToArray()), ArbMap.Default.GeneratorFor<long>().Select(n => n.ToString()));
        if (size <= 1)
        {
            return leaf;
        }

        var smaller = AnyJson(size / 2);
        var members = Gen.Zip(text, smaller).Select(member => member.Item1 + ":" + member.Item2).ListOf();
        return Gen.Frequency(
            (1, leaf),
            (2, smaller.ListOf().Select(items => "[" + string.Join(',', items) + "]")),
            (6, members.Select(list => "{" + string.Join(',', list) + "}")),
            (3, smaller.Select(config => "{\"config\":" + config + "}")));
    }

    async Task AssertTakenOrRefusedAsync(byte[] body, string what)
    {
        var reply = await SendAsync(body);
        if (reply.Status == HttpStatusCode.Accepted)
        {
            return;
        }

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), what);
        Assert.That(reply.ErrorCode, Is.AnyOf("VALIDATION_ERROR", "INVALID_DATE_RANGE"), what);
        Assert.That(reply.Errors, Is.Not.Empty, what);
        Assert.That(reply.Errors.Values, Has.All.Not.Empty, what);
    }

    async Task<Reply> SendAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return await _api.SendAsync(HttpMethod.Post, "/start", content);
    }

    /// <summary>Every place of the body as steps joined by slashes: a member as its quoted name, an item as its index.</summary>
    static IEnumerable<string> Places(JsonNode node, string[] above)
    {
        IEnumerable<(string Step, JsonNode Node)> below = node switch
        {
            JsonObject members => members.Select(member => ($"\"{member.Key}\"", member.Value!)),
            JsonArray items => items.Select((item, index) => (index.ToString(), item!)),
            _ => [],
        };
        return below.SelectMany(next => Places(next.Node, [.. above, next.Step]).Prepend(string.Join('/', [.. above, next.Step])));
    }

    /// <summary>The good body with one place overwritten by text that need not be JSON.</summary>
    static string With(string place, string intruder)
    {
        const string Mark = "put the intruder here";
        var body = JsonNode.Parse(Good)!;
        var node = body;
        var steps = place.Split('/');
        foreach (var step in steps[..^1])
        {
            node = step[0] == '"' ? node[step.Trim('"')]! : node[int.Parse(step)]!;
        }

        if (node is JsonArray items)
        {
            items[int.Parse(steps[^1])] = Mark;
        }
        else
        {
            node[steps[^1].Trim('"')] = Mark;
        }

        return body.ToJsonString().Replace('"' + Mark + '"', intruder, StringComparison.Ordinal);
    }
}
