using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Suite.Postgres.Copy;

public sealed class BoolEncoderTests
{
    [Test]
    public async Task True_and_false_are_taken_in_any_case_and_nothing_else_is()
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var column = await EncodedColumn.CreateAsync("boolean", BoolEncoder.TryWrite, ct);
        Assert.That(
            await column.StoreAsync(["true", "False", "TRUE", "fALSE", "", "t", "yes", "1", "0", " true", "true ", "truth", "true\0"], ct),
            Is.EqualTo(new[] { "true", "false", "true", "false", null, null, null, null, null, null, null, null, null }));
    }
}
