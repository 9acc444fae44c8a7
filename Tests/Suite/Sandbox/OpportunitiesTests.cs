using HubSpotDeals.Sandbox;

namespace HubSpotDeals.Suite.Sandbox;

sealed class OpportunitiesTests
{
    const string Header = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value";

    [Test]
    public async Task Each_row_becomes_a_deal()
    {
        var file = await WriteAsync(
            "A1,Moses Frase,GTX Basic,Cancity,Won,2016-10-20,2017-03-01,1054",
            "B2,Anna Snelling,MG Special,,Prospecting,,,",
            "C3,Moses Frase,GTXPro,Isdom,Engaging,2016-11-03,,",
            "D4,Anna Snelling,GTXPro,Sonron,Lost,2016-11-05,2017-03-03,0");
        await using var sandbox = await SandboxCaller.StartAsync(new PortalOptions { OpportunitiesFile = file });
        var deals = sandbox.Portal.DealIds().Select(id => sandbox.Portal.ReadDeal(id)!.Properties).ToArray();
        var owners = (await sandbox.GetAsync("/crm/v3/owners")).Json["results"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That(
                deals.Select(deal => deal["dealname"]),
                Is.EqualTo(new[] { "Cancity - GTX Basic", "MG Special", "Isdom - GTXPro", "Sonron - GTXPro" }));
            Assert.That(
                deals.Select(deal => deal["dealstage"]),
                Is.EqualTo(new[] { "closedwon", "appointmentscheduled", "presentationscheduled", "closedlost" }));
            Assert.That(deals.Select(deal => deal["amount"]), Is.EqualTo(new[] { "1054", null, null, "0" }));
            Assert.That(
                deals.Select(deal => deal["createdate"]),
                Is.EqualTo(new[] { "2016-10-20T00:00:00Z", "2017-03-03T00:00:00Z", "2016-11-03T00:00:00Z", "2016-11-05T00:00:00Z" }));
            Assert.That(
                deals.Select(deal => deal["closedate"]), Is.EqualTo(new[] { "2017-03-01T00:00:00Z", null, null, "2017-03-03T00:00:00Z" }));
            Assert.That(deals.Select(deal => deal["opportunity_id"]), Is.EqualTo(new[] { "A1", "B2", "C3", "D4" }));
            Assert.That(deals[1]["account"], Is.Null);
            Assert.That(
                owners.Select(owner => $"{owner!["firstName"]} {owner["lastName"]}"), Is.EqualTo(new[] { "Anna Snelling", "Moses Frase" }));
            Assert.That(deals[0]["hubspot_owner_id"], Is.EqualTo((string?)owners[1]!["id"]));
        });
    }

    [TestCase("A1,Moses Frase,GTX Basic,Cancity,Won,2016-10-20,2017-03-01", "eight fields")]
    [TestCase("A1,Moses Frase,GTX Basic,Cancity,Won,20.10.2016,2017-03-01,1054", "'20.10.2016' is not a date")]
    [TestCase("A1,Moses Frase,GTX Basic,Cancity,Thinking,2016-10-20,2017-03-01,1054", "'Thinking' is not a stage")]
    public async Task A_row_that_is_none_is_named_with_its_line(string row, string complaint)
    {
        var file = await WriteAsync("B2,Anna Snelling,MG Special,,Prospecting,,,", row);
        Assert.That(
            async () => await SandboxCaller.StartAsync(new PortalOptions { OpportunitiesFile = file }),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{file}:3: ").And.Message.Contains(complaint));
    }

    [Test]
    public async Task The_public_data_set_is_read_whole_where_it_lies_beside_the_checkout()
    {
        var file = Find(Path.Combine("shared", "hubspot", "data", "sales_pipeline.csv")) ?? await WriteAsync("A1,M F,GTX,C,Won,2016-10-20,2017-03-01,1054");
        var rows = (await File.ReadAllLinesAsync(file)).Skip(1).Select(line => line.Split(',')).ToArray();
        await using var sandbox = await SandboxCaller.StartAsync(new PortalOptions { OpportunitiesFile = file });
        var deals = (await sandbox.ReadAllAsync("limit=100&properties=dealstage,amount,opportunity_id"))
            .ConvertAll(record => record["properties"]!);
        Assert.Multiple(() =>
        {
            Assert.That(deals.Select(deal => (string?)deal["opportunity_id"]), Is.EqualTo(rows.Select(row => row[0])));
            Assert.That(deals.Count(deal => (string?)deal["dealstage"] == "closedwon"), Is.EqualTo(rows.Count(row => row[4] == "Won")));
            Assert.That(
                deals.Sum(deal => long.TryParse((string?)deal["amount"], out var amount) ? amount : 0),
                Is.EqualTo(rows.Sum(row => long.TryParse(row[7], out var amount) ? amount : 0)));
        });
    }

    static async Task<string> WriteAsync(params string[] rows)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"opportunities-{Guid.NewGuid():N}.csv");
        await File.WriteAllLinesAsync(file, rows.Prepend(Header));
        return file;
    }

    [TearDown]
    public void Clean()
    {
        foreach (var file in Directory.GetFiles(TestContext.CurrentContext.WorkDirectory, "opportunities-*.csv"))
        {
            File.Delete(file);
        }
    }

    static string? Find(string relative)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, relative)))
            {
                return Path.Combine(directory.FullName, relative);
            }
        }

        return null;
    }
}
