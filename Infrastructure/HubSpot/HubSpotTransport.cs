using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A request as often as it takes: everything in it is sent again with each attempt.</summary>
/// <param name="Operation">What it is for.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Url">Absolute.</param>
/// <param name="JsonBody">UTF-8; null for none.</param>
sealed record HubSpotRequest(HubSpotOperation Operation, HttpMethod Method, string Url, byte[]? JsonBody = null);

/// <summary>
/// Sends requests and reads whole answers, with retries. Every outcome is either the caller's result, a
/// <see cref="HubSpotException"/>, or the caller's own cancellation.
/// </summary>
sealed class HubSpotTransport(
    IHttpClientFactory clients, IOptions<HubSpotOptions> options, HubSpotMetrics metrics, TimeProvider clock,
    ILogger<HubSpotTransport> logger)
{
    public const string HttpClientName = "HubSpot";

    readonly HttpClient _http = clients.CreateClient(HttpClientName);
    readonly HubSpotOptions _options = options.Value;
    readonly RetryPolicy _retries = new(options.Value, clock);

    /// <summary>
    /// Sends a request until it succeeds or is given up. <paramref name="read"/> makes the result of a body and owns the body from then
    /// on; it throws <see cref="JsonException"/> if the body is not whole or not of the expected shape: then all of it is fetched again.
    /// </summary>
    public async Task<T> SendAsync<T>(
        HubSpotRequest request, AccessToken token, Func<PooledBody, DateTimeOffset, T> read, CallOptions call,
        CancellationToken cancellationToken)
    {
        var state = new HubSpotCall(request.Operation, call, call.RateLimitPatience ?? _options.RateLimitPatience, metrics, clock, logger);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HubSpotCall.Key, state);
        try
        {
            return await _retries.For(call.MaxRetries).ExecuteAsync(
                async inner => await AttemptAsync(request, token, read, state, inner.CancellationToken), context);
        }
        catch (HubSpotException)
        {
            state.GivesUp();
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    async Task<T> AttemptAsync<T>(
        HubSpotRequest request, AccessToken token, Func<PooledBody, DateTimeOffset, T> read, HubSpotCall call,
        CancellationToken cancellationToken)
    {
        await call.BeginAttemptAsync(cancellationToken);
        var started = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        int? status = null;
        RateLimitReading? limits = null;
        HubSpotException failure;
        try
        {
            using var message = Message(request, token);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)response.StatusCode;
            limits = RateLimitReading.From(response.Headers);
            if (response.IsSuccessStatusCode)
            {
                var result = read(await PooledBody.ReadAsync(response.Content, either.Token), clock.GetUtcNow());
                call.Succeeded(status, clock.GetElapsedTime(started), limits);
                return result;
            }
            var body = HubSpotErrorBody.Read(await ReadErrorAsync(response.Content, either.Token), response.Headers, token);
            failure = HubSpotErrors.FromAnswer(request.Operation, response, body, limits, clock.GetUtcNow());
        }
        catch (OperationCanceledException canceled) when (!cancellationToken.IsCancellationRequested)
        {
            // Our own time-out, or the handler's for connecting.
            var why = timeout.IsCancellationRequested
                ? $"HubSpot did not answer to the end within {_options.RequestTimeout}"
                : "HubSpot does not take connections";
            failure = HubSpotErrors.Unreachable(request.Operation, why, status, canceled);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why = status is null ? "HubSpot can't be reached" : "the connection broke within HubSpot's answer";
            failure = HubSpotErrors.Unreachable(request.Operation, $"{why} ({broken.Message.TrimEnd('.')})", status, broken);
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException)
        {
            failure = HubSpotErrors.Malformed(request.Operation, broken.Message, status, broken);
        }
        await call.FailedAsync(failure, clock.GetElapsedTime(started), limits, cancellationToken);
        throw failure;
    }

    static HttpRequestMessage Message(HubSpotRequest request, AccessToken token)
    {
        var message = new HttpRequestMessage(request.Method, request.Url);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        if (request.JsonBody is { } json)
        {
            message.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        return message;
    }

    /// <summary>As much of an error's body as can be had: a connection that breaks here does not hide the status.</summary>
    static async Task<ReadOnlyMemory<byte>> ReadErrorAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[HubSpotErrorBody.MaxBytes];
        var length = 0;
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken);
            int read;
            while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            // What came is all there is: the status decides, the body only explains.
        }
        return buffer.AsMemory(0, length);
    }
}
