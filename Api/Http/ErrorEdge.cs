using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// The one place where a request's failure becomes an answer: what was thrown, and what the framework answered without a body
/// (unknown address, wrong method, wrong content type). Nothing of an exception reaches the caller but the correlation id of its log line.
/// </summary>
public sealed partial class ErrorEdge(RequestDelegate next, ILogger<ErrorEdge> logger)
{
    /// <summary>When a caller may try again after the database was away: its restart or failover takes seconds.</summary>
    static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            await AnswerBareStatusAsync(context);
        }
        // The caller went away: there is no one to answer, and nothing went wrong here.
        catch (Exception gone) when (context.RequestAborted.IsCancellationRequested && IsOfAClosedConnection(gone))
        {
            Log.CallerGone(logger, context.Request.Method, context.Request.Path);
        }
        catch (ApiException refused)
        {
            await AnswerAsync(context, refused, refused.Error, refused.Errors, refused.Details);
        }
        catch (BadHttpRequestException bad)
        {
            await AnswerAsync(context, bad, KindOf(bad.StatusCode), BodyErrors(bad.StatusCode), details: null);
        }
#pragma warning disable CA1031 // the outermost edge: whatever it is, the caller gets an envelope and the log gets the exception
        catch (Exception unforeseen)
#pragma warning restore CA1031
        {
            var correlationId = CorrelationId(context);
            if (IsDatabaseAway(unforeseen))
            {
                Log.DatabaseAway(logger, context.Request.Method, context.Request.Path, correlationId, unforeseen);
                await AnswerAsync(context, unforeseen, ApiError.ServiceUnavailable, errors: null, new { correlationId }, DatabaseRetryAfter);
            }
            else
            {
                Log.Unforeseen(logger, context.Request.Method, context.Request.Path, correlationId, unforeseen);
                await AnswerAsync(context, unforeseen, ApiError.InternalError, errors: null, new { correlationId });
            }
        }
    }

    /// <summary>The id that ties an answer to its log line: the trace's where there is one, else the connection's and request's number.</summary>
    static string CorrelationId(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    async Task AnswerAsync(
        HttpContext context, Exception exception, ApiError error,
        IReadOnlyDictionary<string, string>? errors, object? details, TimeSpan? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is on the wire. Ending it politely would make it look whole; cutting the connection can't be overlooked.
            Log.CutOff(logger, context.Request.Method, context.Request.Path, exception.GetType().Name);
            context.Abort();
            return;
        }

        context.Response.Clear();
        await Envelope.WriteErrorAsync(context, error, errors, details, retryAfter);
    }

    static async Task AnswerBareStatusAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength is not null || response.ContentType is not null)
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed && CompleteAllow(context))
        {
            return;
        }

        await Envelope.WriteErrorAsync(
            context, KindOf(response.StatusCode), BodyErrors(response.StatusCode), details: null, retryAfter: null);
    }

    /// <summary>Adds to <c>Allow</c> what is answered beside the route's own methods; true if that is all that was asked (OPTIONS).</summary>
    static bool CompleteAllow(HttpContext context)
    {
        var methods = context.Response.Headers.GetCommaSeparatedValues("Allow").ToList();
        if (methods.Contains(HttpMethods.Get, StringComparer.OrdinalIgnoreCase))
        {
            methods.Add(HttpMethods.Head);
        }

        methods.Add(HttpMethods.Options);
        context.Response.Headers.Allow = string.Join(", ", methods.Distinct(StringComparer.OrdinalIgnoreCase));
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    static ApiError KindOf(int status) => status switch
    {
        401 => ApiError.Unauthorized,
        403 => ApiError.Forbidden,
        404 => ApiError.NotFound,
        405 => ApiError.MethodNotAllowed,
        413 => ApiError.PayloadTooLarge,
        415 => ApiError.UnsupportedMediaType,
        429 => ApiError.RateLimitExceeded,
        503 => ApiError.ServiceUnavailable,
        >= 500 => ApiError.InternalError,
        _ => ApiError.ValidationError,
    };

    static Dictionary<string, string>? BodyErrors(int status) => KindOf(status) == ApiError.ValidationError
        ? new(StringComparer.Ordinal) { ["body"] = "Could not be read as an HTTP request of this address" }
        : null;

    /// <summary>What a read or write of a connection that the caller closed ends with.</summary>
    static bool IsOfAClosedConnection(Exception exception) => exception is OperationCanceledException or IOException;

    /// <summary>Whether PostgreSQL could not be reached or could not take the work now; a retry may succeed.</summary>
    static bool IsDatabaseAway(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NpgsqlException npgsql && (npgsql.IsTransient || npgsql.InnerException is SocketException))
            {
                return true;
            }
        }

        return false;
    }

    static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed; correlation id {CorrelationId}")]
        internal static partial void Unforeseen(ILogger logger, string method, PathString path, string correlationId, Exception exception);

        [LoggerMessage(1002, LogLevel.Warning, "{Method} {Path}: the database is away; correlation id {CorrelationId}")]
        internal static partial void DatabaseAway(ILogger logger, string method, PathString path, string correlationId, Exception exception);

        [LoggerMessage(1003, LogLevel.Warning, "{Method} {Path}: the answer had begun when {Exception} came; the connection is cut")]
        internal static partial void CutOff(ILogger logger, string method, PathString path, string exception);

        [LoggerMessage(1004, LogLevel.Debug, "{Method} {Path}: the caller went away")]
        internal static partial void CallerGone(ILogger logger, string method, PathString path);
    }
}
