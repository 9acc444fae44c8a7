using System.Text;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>The answers of faults that keep the endpoint from being asked at all.</summary>
static class FaultAnswers
{
    /// <summary>Composes the faulty answer, or returns false when the endpoint is to answer.</summary>
    public static bool TryAnswer(Exchange exchange)
    {
        switch (exchange.Fault?.Kind)
        {
            case FaultKind.Status:
                AnswerStatus(exchange, exchange.Fault);
                return true;
            case FaultKind.HtmlPage:
                exchange.ContentType = ContentTypes.Html;
                exchange.Body.Raw("<!DOCTYPE html><html><head><title>HubSpot</title></head><body><h1>We'll be right back</h1></body></html>"u8);
                return true;
            default:
                return false;
        }
    }

    static void AnswerStatus(Exchange exchange, FaultRule fault)
    {
        if (fault.RetryAfter is { } wait)
        {
            exchange.Http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        }

        if (fault.Body is null)
        {
            throw UsualAnswer(exchange, fault.Status);
        }

        exchange.Status = fault.Status;
        exchange.ContentType = fault.ContentType;
        exchange.Body.Raw(Encoding.UTF8.GetBytes(fault.Body));
    }

    static Refusal UsualAnswer(Exchange exchange, int status) => status switch
    {
        401 => Refusals.Expired(exchange.Arrived, exchange.Arrived),
        403 => Refusals.MissingScopes(exchange.Operation.AnyScope),
        404 => Refusals.NotFoundPage(exchange.Request.Path),
        414 => Refusals.UrlTooLong(),
        429 => Refusals.RateLimited(
            "ten_secondly_rolling",
            "TEN_SECONDLY_ROLLING",
            $"publicapi:private_app-api-calls-ten-secondly:{exchange.KnownAccess?.Portal.PortalId}:{exchange.KnownAccess?.AppId}"),
        502 or 503 or 504 or (>= 520 and <= 530) => ProxyPage(status),
        _ => Refusals.InternalError(status),
    };

    static Refusal ProxyPage(int status)
    {
        var reason = status switch
        {
            502 => "Bad Gateway",
            503 => "Service Temporarily Unavailable",
            504 => "Gateway Time-out",
            520 => "Web server is returning an unknown error",
            524 => "A timeout occurred",
            _ => "Origin error",
        };
        return new Refusal(
            status,
            $"<html> <head><title>{status} {reason}</title></head> <body> <center><h1>{status} {reason}</h1></center> "
            + "<hr><center>cloudflare</center> </body> </html>");
    }
}
