using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>Puts a composed answer on the wire, or what a fault leaves of it.</summary>
static class AnswerSender
{
    // what was written before a cut reaches the caller: an immediate abort would take it back out of the socket's buffer
    static readonly TimeSpan TimeToArrive = TimeSpan.FromMilliseconds(20);

    public static async Task SendAsync(Exchange exchange, TimeProvider clock, CancellationToken cancellationToken)
    {
        switch (exchange.Fault?.Kind)
        {
            case FaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
                return;
            case FaultKind.Delay:
                await Task.Delay(exchange.Fault.Delay, clock, cancellationToken);
                break;
            case FaultKind.CutBeforeAnswer:
                exchange.Http.Abort();
                return;
            case FaultKind.TruncatedJson:
                exchange.Body.CutTo(exchange.Body.Length * 2 / 3);
                break;
        }

        WriteHead(exchange);
        if (exchange.Body.Length == 0)
        {
            return;
        }

        if (exchange.Fault?.Kind == FaultKind.CutInBody)
        {
            await exchange.Http.Response.BodyWriter.WriteAsync(exchange.Body.WrittenMemory[..(exchange.Body.Length / 2)], cancellationToken);
            await Task.Delay(TimeToArrive, clock, cancellationToken);
            exchange.Http.Abort();
            return;
        }

        await exchange.Http.Response.BodyWriter.WriteAsync(exchange.Body.WrittenMemory, cancellationToken);
        if (exchange.Fault?.Kind == FaultKind.CutAfterAnswer)
        {
            await Task.Delay(TimeToArrive, clock, cancellationToken);
            exchange.Http.Abort();
        }
    }

    static void WriteHead(Exchange exchange)
    {
        var response = exchange.Http.Response;
        response.StatusCode = exchange.Status;
        response.Headers.Server = "cloudflare";
        response.Headers["CF-Ray"] = $"{Dice.Of(exchange.CorrelationId):x16}-EWR";
        response.Headers["X-HubSpot-Correlation-Id"] = exchange.CorrelationId;
        if (exchange.Status != StatusCodes.Status204NoContent)
        {
            response.ContentType = exchange.ContentType;
            response.ContentLength = exchange.Body.Length;
        }
    }
}
