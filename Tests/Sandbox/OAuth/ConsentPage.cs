using System.Net;
using System.Text;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>The page on which a user grants or denies an app access. Its two buttons lead to the same address that it came from.</summary>
static class ConsentPage
{
    public const string DecisionPath = "/oauth/authorize/decision";

    /// <param name="request">What the app asks for.</param>
    /// <param name="query">The parameters it came with, which go on to the decision.</param>
    /// <param name="portals">What the user may choose from.</param>
    public static byte[] Render(ConsentRequest request, IQueryCollection query, IEnumerable<Portal> portals)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Connect to HubSpot</title></head><body>\n");
        page.Append("<h1>Connect ").Append(Html(request.App.Name)).Append(" to HubSpot</h1>\n<ul>\n");
        foreach (var scope in request.Scopes)
        {
            page.Append("<li>").Append(Html(scope)).Append("</li>\n");
        }

        page.Append("</ul>\n<form method=\"get\" action=\"").Append(DecisionPath).Append("\">\n");
        foreach (var (name, values) in query)
        {
            page.Append("<input type=\"hidden\" name=\"").Append(Html(name)).Append("\" value=\"").Append(Html(values)).Append("\">\n");
        }

        page.Append("<label>Account <select name=\"portal\">\n");
        foreach (var portal in portals)
        {
            page.Append("<option>").Append(portal.PortalId).Append("</option>\n");
        }

        page.Append("</select></label>\n<button name=\"decision\" value=\"grant\">Grant</button>\n");
        page.Append("<button name=\"decision\" value=\"deny\">Deny</button>\n</form>\n</body></html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    static string Html(string? text) => WebUtility.HtmlEncode(text ?? "");
}
