using System.Reflection;
using System.Security.Cryptography;
using HubSpotDeals.Api.Http;
using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>A file that pages refer to, from the assembly.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Bytes">What is in it.</param>
sealed record Asset(string Name, string ContentType, byte[] Bytes)
{
    /// <summary>Its address, which changes with its content: a browser may keep it for good.</summary>
    internal string Url { get; } = $"/console/{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 6))}/{Name}";
}

/// <summary>The files that pages refer to.</summary>
static class PageAssets
{
    static readonly Asset StyleFile = Load("console.css", "text/css; charset=utf-8");
    static readonly Asset ScriptFile = Load("console.js", "text/javascript; charset=utf-8");
    static readonly Asset IconFile = Load("icon.svg", "image/svg+xml");

    internal static IReadOnlyList<Asset> All { get; } = [StyleFile, ScriptFile, IconFile];

    internal static string Style => StyleFile.Url;

    internal static string Script => ScriptFile.Url;

    internal static string Icon => IconFile.Url;

    static Asset Load(string name, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"HubSpotDeals.Api.Console.Assets.{name}")
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new Asset(name, contentType, bytes);
    }
}

/// <summary>Hands the files out. They are the same for everybody and tell nothing, so that the sign-in page has them too.</summary>
static class AssetEndpoints
{
    internal static void Map(IEndpointRouteBuilder app) => app.MapGet("/console/{version}/{name}", Serve).ExcludeFromDescription();

    static IResult Serve(string name, HttpContext context)
    {
        if (PageAssets.All.FirstOrDefault(asset => asset.Name == name) is not { } asset)
        {
            return Answer.Error(ApiError.NotFound);
        }

        // While nodes are updated one by one, a page of one version may ask a node of another: it gets what there is, for the moment.
        context.Response.Headers.CacheControl = context.Request.Path == asset.Url ? "public, max-age=31536000, immutable" : "no-store";
        context.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        return TypedResults.Bytes(asset.Bytes, asset.ContentType);
    }
}
