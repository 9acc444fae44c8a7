using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace HubSpotDeals.Suite.HubSpot.Support;

/// <summary>What happens to the connection once a reply's bytes are sent.</summary>
public enum Ending
{
    KeepOpen,
    Close,
    Reset,
    Hang,
}

/// <summary>One scripted answer, byte by byte, so that it can be wrong in every way a wire can be.</summary>
public sealed record Reply(byte[] Bytes, Ending Ending)
{
    public static readonly Reply Hang = new([], Ending.Hang);

    public static readonly Reply CutBeforeAnswer = new([], Ending.Reset);

    public static Reply Json(string body, int status = 200, params string[] headers) =>
        Of(status, "application/json;charset=utf-8", Encoding.UTF8.GetBytes(body), headers);

    public static Reply Html(int status, string title) =>
        Of(status, "text/html", Encoding.UTF8.GetBytes($"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"));

    public static Reply Empty(int status, params string[] headers) => Of(status, "text/plain", [], headers);

    public static Reply Gzip(string body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }
        return Of(200, "application/json", packed.ToArray(), "Content-Encoding: gzip");
    }

    public static Reply Chunked(params string[] chunks)
    {
        var text = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var chunk in chunks)
        {
            text.Append(Encoding.UTF8.GetByteCount(chunk).ToString("x", CultureInfo.InvariantCulture)).Append("\r\n").Append(chunk).Append("\r\n");
        }
        return new Reply(Encoding.UTF8.GetBytes(text.Append("0\r\n\r\n").ToString()), Ending.KeepOpen);
    }

    public static Reply Of(int status, string contentType, byte[] body, params string[] headers)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} Status\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }
        return new Reply([.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body], Ending.KeepOpen);
    }

    /// <summary>The same answer, only as far as <paramref name="share"/> of its bytes.</summary>
    public Reply CutAt(double share, Ending ending) => new(Bytes[..(int)(Bytes.Length * share)], ending);

    /// <summary>All of it, keep-alive promised, and then the connection goes all the same.</summary>
    public Reply ThenClose() => this with { Ending = Ending.Close };
}
