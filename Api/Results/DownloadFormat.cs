using System.IO.Pipelines;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Infrastructure.Exports.Excel;
using Npgsql;

namespace HubSpotDeals.Api.Results;

/// <summary>A file format that a scan's deals can be had in.</summary>
/// <param name="Name">What the path calls it.</param>
/// <param name="ContentType">What the answer calls it.</param>
/// <param name="Extension">The file's, with its point.</param>
/// <param name="WriteAsync">Writes the whole file.</param>
sealed record DownloadFormat(
    string Name, string ContentType, string Extension,
    Func<NpgsqlDataSource, DealExport, PipeWriter, CancellationToken, Task> WriteAsync)
{
    internal static IReadOnlyList<DownloadFormat> All { get; } =
    [
        new("json", "application/json", ".json", JsonExport.WriteAsync),
        new("csv", "text/csv", ".csv", CsvExport.WriteAsync),
        new("excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", ExcelExport.WriteAsync),
    ];
}
