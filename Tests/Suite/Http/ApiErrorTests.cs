using System.Reflection;
using System.Text.Json;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Suite.Http;

/// <summary>The catalogue is the document's.</summary>
sealed class ApiErrorTests
{
    [TestCase("VALIDATION_ERROR", 400, "Input validation failed")]
    [TestCase("INVALID_SCAN_ID", 400, "Invalid scan ID format")]
    [TestCase("INVALID_DATE_RANGE", 400, "Invalid date range specified")]
    [TestCase("UNAUTHORIZED", 401, "Authentication required")]
    [TestCase("FORBIDDEN", 403, "Insufficient permissions")]
    [TestCase("SCAN_NOT_FOUND", 404, "Scan ID not found")]
    [TestCase("SCAN_ALREADY_RUNNING", 409, "A scan with this ID is already in progress")]
    [TestCase("HUBSPOT_AUTH_FAILED", 422, "Failed to authenticate with HubSpot API")]
    [TestCase("HUBSPOT_INVALID_TOKEN", 422, "Invalid HubSpot access token")]
    [TestCase("HUBSPOT_INSUFFICIENT_SCOPES", 422, "Missing required HubSpot scopes")]
    [TestCase("RATE_LIMIT_EXCEEDED", 429, "Too many requests")]
    [TestCase("INTERNAL_ERROR", 500, "Server error")]
    [TestCase("SERVICE_UNAVAILABLE", 503, "Service temporarily unavailable")]
    public void A_kind_of_the_document_has_its_status_and_text(string code, int status, string message) =>
        Assert.That(ApiError.Find(code), Is.EqualTo(new ApiError(code, status, message)));

    [Test]
    public void Every_kind_is_in_the_list_and_no_code_twice()
    {
        var named = typeof(ApiError).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null));
        Assert.That(ApiError.All, Is.EquivalentTo(named));
        Assert.That(ApiError.All.Select(error => error.Code), Is.Unique);
        Assert.That(ApiError.All.Select(error => error.Status), Is.Ordered);
    }

    [Test]
    public void An_instant_is_spelled_in_whole_utc_seconds_and_never_in_the_future() =>
        Assert.That(
            JsonSerializer.Serialize(
                new
                {
                    Offset = new DateTimeOffset(2024, 12, 7, 12, 30, 0, 999, TimeSpan.FromHours(2)),
                    Utc = new DateTime(2024, 12, 7, 10, 30, 0, DateTimeKind.Utc),
                    None = (DateTimeOffset?)null,
                },
                ApiJson.Options),
            Is.EqualTo("""{"offset":"2024-12-07T10:30:00Z","utc":"2024-12-07T10:30:00Z","none":null}"""));

    [Test]
    public void No_answer_can_break_out_of_the_line_it_is_put_on() =>
        Assert.That(
            JsonSerializer.Serialize(new { Text = "a\u2028b\u0000\"\\\u001b\ud800" }, ApiJson.Options),
            Is.EqualTo("""{"text":"a\u2028b\u0000\"\\\u001B\uFFFD"}"""));
}
