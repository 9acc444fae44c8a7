using HubSpotDeals.Sandbox;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>Contacts and tickets that a portal starts with.</summary>
sealed class GeneratedRecordTests
{
    static readonly PortalOptions Options = new() { Deals = 600, Archived = 40, Contacts = 500, Tickets = 200 };

    SandboxCaller _sandbox = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _sandbox = await SandboxCaller.StartAsync(Options);

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task As_many_as_asked_are_listed_with_unique_emails_that_HubSpot_would_accept()
    {
        var emails = new List<string>();
        string? after = null;
        do
        {
            var page = await _sandbox.GetAsync($"{SandboxCaller.Contacts}?limit=100&properties=email{(after is null ? "" : $"&after={after}")}");
            emails.AddRange(page.Json["results"]!.AsArray().Select(contact => (string?)contact!["properties"]!["email"]).OfType<string>());
            after = page.Cursor;
        }
        while (after is not null);
        Assert.Multiple(() =>
        {
            Assert.That((_sandbox.Portal.Contacts.Count(), _sandbox.Portal.Tickets.Count()), Is.EqualTo((500, 200)));
            Assert.That(emails, Has.Count.EqualTo(493), "seven have none");
            Assert.That(emails.Distinct(StringComparer.OrdinalIgnoreCase).Count(), Is.EqualTo(493));
            Assert.That(emails, Has.All.Match(@"^[a-z.]+\d+@[a-z.]*example\.(com|org|net)$"));
        });
    }

    [Test]
    public void Names_are_those_that_break_careless_readers()
    {
        var names = _sandbox.Portal.Contacts.Ids().Select(id => _sandbox.Portal.Contacts.Read(id)!.Properties).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(names, Has.Some.Matches<IReadOnlyDictionary<string, string?>>(name => name!["lastname"]!.Contains('\'', StringComparison.Ordinal)));
            Assert.That(names, Has.Some.Matches<IReadOnlyDictionary<string, string?>>(name => name!["firstname"] == "李"));
            Assert.That(names, Has.Some.Matches<IReadOnlyDictionary<string, string?>>(name => name!["firstname"]!.Any(char.IsSurrogate)));
            Assert.That(names, Has.Some.Matches<IReadOnlyDictionary<string, string?>>(name => name!["lastname"] == ""));
            Assert.That(names, Has.Some.Matches<IReadOnlyDictionary<string, string?>>(name => name!["phone"] is null));
        });
    }

    [Test]
    public async Task The_same_seed_gives_the_same_records_and_another_seed_others()
    {
        await using var same = await SandboxCaller.StartAsync(Options);
        await using var other = await SandboxCaller.StartAsync(Options with { Seed = 43 });
        Assert.That(Told(same.Portal), Is.EqualTo(Told(_sandbox.Portal)));
        Assert.That(Told(other.Portal), Is.Not.EqualTo(Told(_sandbox.Portal)));

        static string[] Told(Portal portal) =>
        [
            .. portal.Contacts.Ids().Select(id =>
            {
                var contact = portal.Contacts.Read(id)!;
                var values = contact.Properties.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => property.Value);
                return $"{id} {contact.CreatedAt} {string.Join('|', values)} {string.Join(',', portal.AssociatedIds("contacts", id, "deals"))}";
            }),
            .. portal.Tickets.Ids().Select(id => $"{id} {portal.Tickets.Read(id)!.Properties["subject"]} {string.Join(',', portal.AssociatedIds("tickets", id, "contacts"))}"),
        ];
    }

    [Test]
    public void Associations_lead_to_live_records_and_back()
    {
        var portal = _sandbox.Portal;
        var (contacts, deals, tickets) = (portal.Contacts.Ids().ToHashSet(), portal.DealIds().ToHashSet(), portal.Tickets.Ids());
        var links = contacts.SelectMany(contact => portal.AssociatedIds("contacts", contact, "deals").Select(deal => (Contact: contact, Deal: deal))).ToArray();
        var ticketLinks = tickets.SelectMany(ticket => portal.AssociatedIds("tickets", ticket, "contacts").Select(contact => (Ticket: ticket, Contact: contact))).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(links, Has.Length.InRange(500, 1000), "about one deal for each contact");
            Assert.That(links.Select(link => link.Deal).Distinct(), Is.SubsetOf(deals));
            Assert.That(links, Has.All.Matches<(long Contact, long Deal)>(link => portal.AssociatedIds("deals", link.Deal, "contacts").Contains(link.Contact)));
            Assert.That(deals.SelectMany(deal => portal.AssociatedIds("deals", deal, "contacts")).Count(), Is.EqualTo(links.Length), "deals have no computed contacts besides");
            Assert.That(ticketLinks, Has.Length.InRange(150, 200));
            Assert.That(ticketLinks.Select(link => link.Contact).Distinct(), Is.SubsetOf(contacts));
            Assert.That(tickets.SelectMany(ticket => portal.AssociatedIds("tickets", ticket, "deals")).Distinct(), Is.Not.Empty.And.SubsetOf(deals));
        });
    }

    [Test]
    public async Task One_contact_has_more_deals_than_an_answer_lists_inline()
    {
        var crowded = _sandbox.Portal.Contacts.Ids().Single(id => _sandbox.Portal.AssociatedIds("contacts", id, "deals").Count > 100);
        var read = await _sandbox.GetAsync($"{SandboxCaller.Contacts}/{crowded}?associations=deals");
        var inline = read.Json["associations"]!["deals"]!;
        Assert.That((inline["results"]!.AsArray().Count, inline["paging"] is null), Is.EqualTo((100, false)));
    }

    [Test]
    public async Task A_reset_brings_them_back_as_they_were()
    {
        await using var sandbox = await SandboxCaller.StartAsync(Options with { Contacts = 20, Tickets = 5 });
        var portal = sandbox.Portal;
        var before = portal.Contacts.Ids();
        var linked = before.First(id => portal.AssociatedIds("contacts", id, "deals").Count > 0);
        var deals = portal.AssociatedIds("contacts", linked, "deals");
        portal.Contacts.Archive(before[0]);
        portal.Contacts.Create(new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = "new@example.com" });
        await sandbox.DeleteAsync($"/crm/v4/objects/contacts/{linked}/associations/deals/{deals[0]}");
        sandbox.Server.Reset();
        Assert.That(portal.Contacts.Ids(), Is.EqualTo(before));
        Assert.That(portal.AssociatedIds("contacts", linked, "deals"), Is.EqualTo(deals));
    }

    [Test]
    public async Task Another_process_asks_for_them_and_reads_them_as_the_sandbox_holds_them()
    {
        await using var sandbox = await SandboxCaller.StartAsync(Options with { Contacts = 0, Tickets = 0 });
        var made = await sandbox.SendAsync(HttpMethod.Post, "/_sandbox/portals", """{"portalId":6,"deals":50,"contacts":40,"tickets":10}""");
        var ids = await sandbox.GetAsync("/_sandbox/portals/6/contacts");
        var contact = await sandbox.GetAsync($"/_sandbox/portals/6/contacts/{ids.Json[3]}");
        var deals = await sandbox.GetAsync($"/_sandbox/portals/6/contacts/{ids.Json[3]}/associations/deals");
        var ticket = await sandbox.SendAsync(HttpMethod.Post, "/_sandbox/portals/6/tickets", """{"properties":{"subject":"from outside"}}""");
        var portal = sandbox.Server.Portal(6);
        Assert.Multiple(() =>
        {
            Assert.That(((int)made.Json["contacts"]!, (int)made.Json["tickets"]!), Is.EqualTo((40, 10)));
            Assert.That(ids.Json.AsArray().Select(id => (long)id!), Is.EqualTo(portal.Contacts.Ids()));
            Assert.That((string?)contact.Json["properties"]!["email"], Is.EqualTo(portal.Contacts.Read((long)ids.Json[3]!)!.Properties["email"]));
            Assert.That(deals.Json.AsArray().Select(id => (long)id!), Is.EqualTo(portal.AssociatedIds("contacts", (long)ids.Json[3]!, "deals")));
            Assert.That(portal.Tickets.Read((long)ticket.Json["id"]!)!.Properties["subject"], Is.EqualTo("from outside"));
        });
    }
}
