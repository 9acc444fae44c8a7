using System.Buffers;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace HubSpotDeals.Api.Results;

/// <summary>What a scan has stored, page by page and as a file, also while it runs: <c>/api/v1/results</c>.</summary>
public static class ResultEndpoints
{
    const int MaxPageSize = 1_000;
    const int DefaultPageSize = 100;

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapResults(this IEndpointRouteBuilder app)
    {
        var results = app.MapGroup("/api/v1/results").WithTags("Results");

        results.MapGet("/{scan_id}/tables", TablesAsync)
            .WithName("getResultTables")
            .WithSummary("Get Available Tables")
            .WithDescription("Retrieves the tables that a scan has stored; failed_deals is among them when there are some.")
            .Answers(StatusCodes.Status200OK, "Tables retrieved successfully", ResultTableList.Example)
            .Refuses(ApiError.ScanNotFound);

        results.MapGet("/{scan_id}/result", ResultAsync)
            .WithName("getResults")
            .WithSummary("Get Extraction Results")
            .WithDescription("Retrieves a page of a scan's rows, ordered by deal id. It can be read while the scan runs.")
            .QueryText("tableName", "Table name to query; deals if left out", isRequired: false, [.. TableNames])
            .QueryNumber("limit", "Number of results per page", min: 1, MaxPageSize, DefaultPageSize)
            .QueryNumber("offset", "Number of results to skip", min: 0, QueryReader.MaxOffset, fallback: 0)
            .Answers(StatusCodes.Status200OK, "Results retrieved successfully", ResultPage.Example)
            .Refuses(ApiError.UnknownTable, ApiError.ScanNotFound);

        results.MapGet("/{scan_id}/download/{format}", DownloadAsync)
            .WithName("downloadResults")
            .WithSummary("Download Extraction Results")
            .WithDescription("Downloads all deals of a scan as a file: " + string.Join(", ", FormatNames) + ".")
            .PathText("format", "Download format", [.. FormatNames])
            .AnswersFile("File download initiated", [.. DownloadFormat.All.Select(format => format.ContentType)])
            .Refuses(ApiError.InvalidFormat, ApiError.ScanNotFound, NoData);

        return app;
    }

    static readonly ApiError NoData = ApiError.NotFound with { Message = "No data available: this scan has stored no deals" };

    static IEnumerable<string> TableNames => ResultTable.All.Select(table => table.Name);

    static IEnumerable<string> FormatNames => DownloadFormat.All.Select(format => format.Name);

    static async Task<IResult> TablesAsync(RouteScanId scanId, ScanStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(scanId.Value, cancellationToken) is { } scan ? Answer.Ok(ResultTableList.Of(scan)) : UnknownScan.Answer(scanId);

    static async Task<IResult> ResultAsync(
        RouteScanId scanId, HttpRequest request, ScanStore store, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var tableName = query.Text("tableName") ?? ResultTable.All[0].Name;
        var limit = query.Limit(MaxPageSize, DefaultPageSize);
        var offset = query.Offset();
        query.ThrowIfInvalid();
        if (ResultTable.All.FirstOrDefault(table => table.Name == tableName) is not { } table)
        {
            return Answer.Error(ApiError.UnknownTable, new
            {
                tableName,
                tables = TableNames,
                suggestion = "Set tableName to one of " + string.Join(", ", TableNames),
            });
        }

        if (await store.FindAsync(scanId.Value, cancellationToken) is not { } scan)
        {
            return UnknownScan.Answer(scanId);
        }

        var rows = new ArrayBufferWriter<byte>();
        var count = 0;
        if (scan.Columns is null)
        {
            // Not planned yet: there is no table to read, and no rows either.
            rows.Write("[]"u8);
        }
        else
        {
            count = await table.ReadAsync(database, scan, offset, limit, rows, cancellationToken);
        }

        // Counted before the page was read: of a running scan it may hold more by now, and a page never has rows beyond the total.
        var total = Math.Max(table.Count(scan), count == 0 ? 0 : offset + count);
        return Answer.Ok(new ResultPage(
            scan.ScanId, table.Name, new RawJsonArray(rows.WrittenMemory), PaginationWithNeighbours.Of(total, limit, offset), total));
    }

    static async Task<IResult> DownloadAsync(
        RouteScanId scanId, string format, HttpResponse response, ScanStore store, NpgsqlDataSource database,
        CancellationToken cancellationToken)
    {
        if (DownloadFormat.All.FirstOrDefault(known => known.Name == format) is not { } wanted)
        {
            return Answer.Error(ApiError.InvalidFormat, new
            {
                format,
                formats = FormatNames,
                suggestion = "Download as one of " + string.Join(", ", FormatNames),
            });
        }

        if (await store.FindAsync(scanId.Value, cancellationToken) is not { } scan)
        {
            return UnknownScan.Answer(scanId);
        }

        if (scan is { Columns: null } or { ProcessedDeals: 0 })
        {
            return Answer.Error(NoData, new
            {
                scanId = scan.ScanId,
                currentStatus = scan.Status.Text(),
                suggestion = "GET /api/v1/scan/{scan_id}/status tells how far the scan is",
            });
        }

        response.ContentType = wanted.ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{scan.ScanId}{wanted.Extension}\"";
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers.CacheControl = "no-store";
        // Started before its first byte is written: the server's writer does not take pieces of a response that has not begun.
        await response.StartAsync(cancellationToken);
        await wanted.WriteAsync(database, ResultTable.ExportOf(scan), response.BodyWriter, cancellationToken);
        return TypedResults.Empty;
    }
}
