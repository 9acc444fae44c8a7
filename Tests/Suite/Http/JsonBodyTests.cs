using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentValidation;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Suite.Http;

/// <summary>A body is read to the letter, or refused with the place of every fault.</summary>
sealed class JsonBodyTests
{
    ToyApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(app =>
    {
        app.MapPost("/toy", async (HttpContext context, CancellationToken cancellationToken) =>
            Answer.Ok(await JsonBody.ReadAsync(context, Toy.Read, new ToyValidator(), cancellationToken)));
        app.MapPost("/toy/large", async (HttpContext context, CancellationToken cancellationToken) =>
            Answer.Ok(await JsonBody.ReadAsync(context, Toy.Read, new ToyValidator(), cancellationToken)))
            .WithMetadata(new RequestSizeLimitAttribute(3 << 20));
    });

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("APPLICATION/JSON;charset=\"UTF-8\"")]
    public async Task Json_in_utf8_is_taken_whatever_it_is_spelled_like(string contentType)
    {
        var reply = await SendAsync("""{"name":"Zoë 🦔","size":5}"""u8.ToArray(), contentType);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.GetProperty("data").GetProperty("name").GetString(), Is.EqualTo("Zoë 🦔"));
    }

    [TestCase(null)]
    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase("application/json; charset=utf-16")]
    [TestCase("application/jsonp")]
    [TestCase("nonsense")]
    public async Task Another_content_type_is_unsupported(string? contentType)
    {
        var reply = await SendAsync("""{"name":"a"}"""u8.ToArray(), contentType);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(reply.ErrorCode, Is.EqualTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    [Test]
    public async Task A_compressed_body_is_unsupported()
    {
        using var content = new ByteArrayContent([0x1f, 0x8b]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        Assert.That((await _api.SendAsync(HttpMethod.Post, "/toy", content)).ErrorCode, Is.EqualTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    [Test]
    public async Task A_byte_order_mark_is_passed_over() =>
        Assert.That((await SendAsync([0xEF, 0xBB, 0xBF, .. "{\"name\":\"a\"}"u8])).Status, Is.EqualTo(HttpStatusCode.OK));

    [TestCase("", "Must be a JSON object, but is empty")]
    [TestCase("   ", "Is not valid JSON: line 1, column 4")]
    [TestCase("{", "Is not valid JSON: line 1, column 2")]
    [TestCase("{\n  \"name\": tru\n}", "Is not valid JSON: line 2, column 14")]
    [TestCase("{\"naïve🦔\": x}", "Is not valid JSON: line 1, column 13")]
    [TestCase("{\"name\":\"a\"} {}", "Is not valid JSON: line 1, column 14")]
    [TestCase("{\"name\":\"a\",}", "Is not valid JSON: line 1, column 13")]
    [TestCase("{\"name\":\"a\"}\0", "Is not valid JSON: line 1, column 13")]
    [TestCase("{\"size\":NaN}", "Is not valid JSON: line 1, column 9")]
    [TestCase("{\"size\":01}", "Is not valid JSON: line 1, column 10")]
    [TestCase("{'name':'a'}", "Is not valid JSON: line 1, column 2")]
    [TestCase("{\"name\":\"a\nb\"}", "Is not valid JSON: line 1, column 11")]
    [TestCase("// {}", "Is not valid JSON: line 1, column 1")]
    [TestCase("null", "Must be a JSON object")]
    [TestCase("[]", "Must be a JSON object")]
    [TestCase("[{\"name\":\"a\"}]", "Must be a JSON object")]
    [TestCase("\"name\"", "Must be a JSON object")]
    [TestCase("5", "Must be a JSON object")]
    public async Task What_is_no_json_object_is_told_with_its_place(string body, string text) =>
        AssertErrors(await SendAsync(Encoding.UTF8.GetBytes(body)), ("body", text));

    [Test]
    public async Task A_text_that_is_not_utf8_is_told_with_its_place()
    {
        AssertErrors(await SendAsync([.. "{\n\"name\":\"a"u8, 0xE9, .. "\"}"u8]), ("body", "Must be UTF-8: line 2, column 10"));
        AssertErrors(await SendAsync(Encoding.Unicode.GetBytes("{\"name\":\"ä\"}")), ("body", "Must be UTF-8: line 1, column 19"));
    }

    [Test]
    public async Task A_member_that_comes_twice_is_told_where_and_never_chosen_from() =>
        AssertErrors(
            await SendAsync("""{"name":"a","inner":{"texts":["x"],"texts":["y"]},"\u006eame":"b"}"""u8.ToArray()),
            ("inner.texts", "Appears more than once"),
            ("name", "Appears more than once"));

    [TestCase("""{"name":"a\u0000b"}""", "name", "Must not contain NUL characters")]
    [TestCase("""{"name":"\ud83e"}""", "name", "Must not contain half of a surrogate pair")]
    [TestCase("""{"name":"\udd94\ud83e"}""", "name", "Must not contain half of a surrogate pair")]
    [TestCase("""{"name":"\ud83e\\udd94"}""", "name", "Must not contain half of a surrogate pair")]
    [TestCase("""{"inner":{"texts":["a","\u0000"]}}""", "inner.texts[1]", "Must not contain NUL characters")]
    [TestCase("""{"name":"a","\u0000":1}""", "body", "Has a member whose name is refused. Must not contain NUL characters")]
    [TestCase("""{"name":"a","inner":{"\ud800":{"x":[1]}}}""", "inner", "Has a member whose name is refused. Must not contain half of a surrogate pair")]
    public async Task A_text_that_could_not_be_kept_is_refused(string body, string path, string text) =>
        AssertErrors(await SendAsync(Encoding.UTF8.GetBytes(body)), (path, text));

    [Test]
    public async Task Escapes_that_are_whole_are_taken()
    {
        var reply = await SendAsync("""{"name":"\ud83e\udd94 \\u0000 \"\n\u00e9"}"""u8.ToArray());
        Assert.That(reply.Json.GetProperty("data").GetProperty("name").GetString(), Is.EqualTo("🦔 \\u0000 \"\né"));
    }

    [TestCase(32, "inner")]
    [TestCase(33, "body")]
    [TestCase(10_000, "body")]
    public async Task A_body_may_be_nested_32_deep(int depth, string path)
    {
        // The body and the array in "inner" are the first two levels.
        var body = "{\"name\":\"a\",\"inner\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        var reply = await SendAsync(Encoding.UTF8.GetBytes(body));
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { path }));
        if (depth > 32)
        {
            AssertErrors(reply, ("body", "Must not be nested deeper than 32 levels: line 1, column 52"));
        }
    }

    [Test]
    public async Task A_name_that_is_no_plain_word_is_quoted_in_its_path_and_cut_if_long()
    {
        var reply = await SendAsync(Encoding.UTF8.GetBytes($$"""{"name":"a","a.b":1,"":2,"{{new string('x', 5_000)}}":3}"""));
        AssertErrors(
            reply,
            ("[\"a.b\"]", "Unknown member"),
            ("[\"\"]", "Unknown member"),
            ($"[\"{new string('x', 64)}…\"]", "Unknown member"));
    }

    [Test]
    public async Task A_hundred_errors_are_enough()
    {
        var items = string.Join(',', Enumerable.Repeat("1", 50_000));
        var reply = await SendAsync(Encoding.UTF8.GetBytes($$$"""{"name":"a","inner":{"texts":[{{{items}}}]}}"""));
        Assert.That(reply.Errors, Has.Count.EqualTo(101));
        Assert.That(reply.Errors["body"], Is.EqualTo("There are more than 100 errors; these are the first"));
    }

    [Test]
    public async Task More_values_than_any_request_needs_are_refused()
    {
        var items = string.Join(',', Enumerable.Repeat("1", 200_000));
        var reply = await SendAsync(Encoding.UTF8.GetBytes($$$"""{"name":"a","inner":{"texts":[{{{items}}}]}}"""));
        Assert.That(reply.Errors["body"], Does.StartWith("Must not hold more than 100000 values: line 1, column "));
    }

    [Test]
    public async Task A_body_over_the_limit_is_too_large_whether_its_length_is_announced_or_not()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('a', 2 << 20)}}"}""");

        var announced = await SendAsync(body);
        Assert.That(announced.Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(announced.ErrorCode, Is.EqualTo("PAYLOAD_TOO_LARGE"));
        Assert.That(announced.Json.GetProperty("details").GetProperty("maxBytes").GetInt64(), Is.EqualTo(JsonBody.DefaultMaxBytes));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/toy") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = true;
        using var response = await _api.Client.SendAsync(request);
        Assert.That((await Reply.OfAsync(response)).ErrorCode, Is.EqualTo("PAYLOAD_TOO_LARGE"));
    }

    [Test]
    public async Task The_limit_itself_is_taken_and_an_endpoint_may_have_its_own()
    {
        var frame = "{\"name\":\"a\"}";
        var largest = frame + new string(' ', (int)JsonBody.DefaultMaxBytes - frame.Length);
        Assert.That((await _api.PostAsync("/toy", largest)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await _api.PostAsync("/toy", largest + " ")).Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That((await _api.PostAsync("/toy/large", largest + " ")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_caller_who_goes_away_in_the_middle_of_the_body_is_no_error()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(_api.Address.Host, _api.Address.Port);
            await socket.GetStream().WriteAsync(
                "POST /toy?left=early HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\""u8.ToArray());
        }

        await _api.Log.WaitForAsync("/toy?left=early - 4");
        Assert.That(_api.Log.AtLeast(LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task A_member_above_a_known_fault_is_not_blamed_for_what_it_lacks() =>
        AssertErrors(await SendAsync("""{"name":7,"inner":[]}"""u8.ToArray()), ("name", "Must be a string"), ("inner", "Must be an object"));

    static void AssertErrors(Reply reply, params (string Path, string Text)[] errors)
    {
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), reply.Text);
        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(reply.Errors.Select(error => (error.Key, error.Value)), Is.EquivalentTo(errors));
    }

    async Task<Reply> SendAsync(byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await _api.SendAsync(HttpMethod.Post, "/toy", content);
    }

    sealed record Toy(string? Name, long? Size, bool? Ready, ToyInner? Inner)
    {
        internal static Toy Read(JsonMembers body) =>
            new(body.Text("name"), body.WholeNumber("size"), body.Flag("ready"), ToyInner.Read(body.Members("inner")));
    }

    sealed record ToyInner(IReadOnlyList<string?>? Texts)
    {
        internal static ToyInner? Read(JsonMembers? inner) => inner is null ? null : new(inner.Texts("texts"));
    }

    sealed class ToyValidator : AbstractValidator<Toy>
    {
        internal ToyValidator()
        {
            RuleFor(toy => toy.Name).NotNull().When(toy => toy.Inner?.Texts is null).WithMessage("This field is required");
            RuleFor(toy => toy.Inner!.Texts).NotNull().When(toy => toy.Name is null && toy.Inner is not null).WithMessage("This field is required");
        }
    }
}
