using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Traffic;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>
/// What stands in front of every endpoint: length of the URL, token, limits, faults, scopes, in this order; then the endpoint
/// composes the answer and it is sent with HubSpot's headers.
/// </summary>
sealed class ApiGateway(TokenBook tokens, FaultBook faults, RequestLog log, TimeProvider clock)
{
    /// <summary>Longer targets are refused with 414; the real limit was measured at about 16,200 characters.</summary>
    const int LongestTarget = 16_000;

    readonly BufferPool _buffers = new();

    /// <summary>How long each answer takes beyond its own work.</summary>
    public TimeSpan Latency { get; set; }

    public async Task ServeAsync(HttpContext http, Operation operation)
    {
        var arrived = clock.GetUtcNow();
        var inFlight = log.Enter();
        var body = _buffers.Rent();
        var exchange = new Exchange(http, operation, body, arrived);
        var status = 0;
        try
        {
            if (Latency > TimeSpan.Zero)
            {
                await Task.Delay(Latency, clock, http.RequestAborted);
            }

            await AnswerAsync(exchange, http.RequestAborted);
            await AnswerSender.SendAsync(exchange, clock, http.RequestAborted);
            status = http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? 0 : exchange.Status;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // the caller gave up, or a fault cut the connection: there is nobody to answer
        }
        finally
        {
            _buffers.Return(body);
            log.Leave(new LoggedRequest(arrived, operation.Name, exchange.KnownAccess?.Portal.PortalId, status, exchange.LoggedTarget, inFlight));
        }
    }

    async Task AnswerAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            Admit(exchange);
            if (!FaultAnswers.TryAnswer(exchange))
            {
                CheckToken(exchange);
                await exchange.Operation.Handle(exchange, cancellationToken);
            }
        }
        catch (Refusal refusal)
        {
            exchange.Body.Clear();
            refusal.WriteTo(exchange.Body, exchange.CorrelationId);
            exchange.Status = refusal.Status;
            exchange.ContentType = refusal.ContentType;
        }
    }

    // limits come before faults, so that a rule's counts mean calls that HubSpot would have worked on
    void Admit(Exchange exchange)
    {
        if (exchange.Target.Length > LongestTarget)
        {
            throw Refusals.UrlTooLong();
        }

        exchange.KnownAccess = tokens.Find(exchange.Request.Headers.Authorization);
        if (exchange.KnownAccess is { } access)
        {
            var now = clock.GetUtcNow();
            access.CountRequest(now);
            if (RateGate.Pass(access, exchange.Operation.Rate, now, exchange.Http.Response.Headers) is { } refusal)
            {
                throw refusal;
            }
        }

        exchange.Fault = faults.Next(exchange.Operation.Name, exchange.Target, exchange.KnownAccess?.Portal.PortalId);
    }

    void CheckToken(Exchange exchange)
    {
        if (exchange.Operation.IsOpen)
        {
            return;
        }

        if (exchange.KnownAccess is not { } access)
        {
            throw Refusals.NoCredentials();
        }

        var now = clock.GetUtcNow();
        if (access.ExpiresAt is { } expiresAt && expiresAt <= now)
        {
            throw Refusals.Expired(expiresAt, now);
        }

        if (!access.HasAnyOf(exchange.Operation.AnyScope))
        {
            throw Refusals.MissingScopes(exchange.Operation.AnyScope);
        }
    }
}
