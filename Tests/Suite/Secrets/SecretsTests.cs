using Dapper;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Suite.HubSpot.Support;
using HubSpotDeals.Suite.Support;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Suite.Secrets;

/// <summary>Tokens at rest, on a real database that several nodes share.</summary>
public sealed class SecretsTests
{
    static readonly string KeyA = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    static readonly string KeyB = Convert.ToBase64String([.. Enumerable.Range(100, 32).Select(i => (byte)i)]);
    static readonly AccessToken Token = AccessToken.Parse(ClientUnderTest.Secret);

    readonly Guid _scan = Guid.NewGuid();
    TestDatabase _database = null!;

    [SetUp]
    public async Task CreateDatabase()
    {
        _database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var connection = await _database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            create schema hubspot_deals;
            create table hubspot_deals.data_protection_keys (
                friendly_name text primary key, xml text not null, created_at timestamptz not null default now())
            """);
    }

    [TearDown]
    public ValueTask DropDatabase() => _database.DisposeAsync();

    /// <summary>A process of the service, as far as secrets go.</summary>
    sealed class Node : IAsyncDisposable
    {
        readonly ServiceProvider _services;

        public Node(TestDatabase database, string? key, TimeProvider? clock = null)
        {
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([KeyValuePair.Create("Secrets:Key", key)])
                .Build();
            _services = new ServiceCollection()
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
                .AddSingleton(clock ?? TimeProvider.System)
                .AddSingleton(NpgsqlDataSource.Create(database.ConnectionString))
                .AddSecrets(configuration)
                .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        }

        public RecordedLogs Logs { get; } = new();

        public TokenVault Vault => _services.GetRequiredService<TokenVault>();

        public IKeyManager Keys => _services.GetRequiredService<IKeyManager>();

        public IXmlRepository Ring => _services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository!;

        public Task StartAsync() => _services.GetRequiredService<SecretsSetup>().EnsureKeyAsync(CancellationToken.None);

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }

    async Task<Node> StartNodeAsync(string? key)
    {
        var node = new Node(_database, key);
        await node.StartAsync();
        return node;
    }

    async Task<string[]> StoredRowsAsync()
    {
        await using var connection = await _database.OpenAsync(CancellationToken.None);
        return [.. await connection.QueryAsync<string>("select xml from hubspot_deals.data_protection_keys order by created_at")];
    }

    static string MasterKeyOf(Node node) => node.Ring.GetAllElements().Single().Descendants().Single(e => e.Name.LocalName is "value").Value;

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_one_node_seals_another_opens(bool withKey)
    {
        var key = withKey ? KeyA : null;
        await using var one = await StartNodeAsync(key);
        await using var other = await StartNodeAsync(key);

        var stored = one.Vault.Protect(_scan, Token);

        Assert.That(other.Vault.Unprotect(_scan, stored), Is.EqualTo(Token));
        Assert.That(await StoredRowsAsync(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Nodes_that_start_at_once_on_an_empty_database_agree_on_one_key()
    {
        var nodes = Enumerable.Range(0, 6).Select(_ => new Node(_database, KeyA)).ToArray();
        try
        {
            await Task.WhenAll(nodes.Select(node => Task.Run(node.StartAsync)));

            Assert.That(await StoredRowsAsync(), Has.Length.EqualTo(1));
            foreach (var writer in nodes)
            {
                var stored = writer.Vault.Protect(_scan, Token);
                Assert.That(nodes.Select(reader => reader.Vault.Unprotect(_scan, stored)), Is.All.EqualTo(Token));
            }
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    [Test]
    public async Task A_token_is_not_readable_in_what_is_stored_of_it()
    {
        await using var node = await StartNodeAsync(KeyA);

        var stored = node.Vault.Protect(_scan, Token);

        Assert.That(stored.AsSpan().IndexOf("5ec2e7aa"u8), Is.EqualTo(-1));
        Assert.That(node.Vault.Protect(_scan, Token), Is.Not.EqualTo(stored), "the same token twice looks like two");
    }

    [Test]
    public async Task A_token_moved_to_another_scans_row_is_refused()
    {
        await using var node = await StartNodeAsync(KeyA);
        var stored = node.Vault.Protect(_scan, Token);

        Assert.That(() => node.Vault.Unprotect(Guid.NewGuid(), stored),
            Throws.InstanceOf<SecretsException>().With.Message.Contains("belongs to another scan"));
    }

    [Test]
    public async Task A_token_with_any_byte_changed_is_refused()
    {
        await using var node = await StartNodeAsync(KeyA);
        var stored = node.Vault.Protect(_scan, Token);

        for (var i = 0; i < stored.Length; i++)
        {
            var changed = (byte[])stored.Clone();
            changed[i] ^= 1;
            Assert.That(() => node.Vault.Unprotect(_scan, changed), Throws.InstanceOf<SecretsException>(), $"byte {i}");
        }
    }

    [Test]
    public async Task With_a_key_a_dump_of_the_ring_opens_nothing()
    {
        await using var node = await StartNodeAsync(KeyA);
        var masterKey = MasterKeyOf(node);

        var row = (await StoredRowsAsync()).Single();

        Assert.That(row, Does.Not.Contain(masterKey).And.Not.Contain("masterKey").And.StartsWith("<sealed with=\""));
        Assert.That(node.Logs.Lines, Has.None.Contains("Secrets__Key").And.None.Contains(" Warning "));
    }

    [Test]
    public async Task Without_a_key_the_start_says_once_how_to_set_one()
    {
        await using var node = await StartNodeAsync(null);

        Assert.That((await StoredRowsAsync()).Single(), Does.Contain(MasterKeyOf(node)));
        Assert.That(node.Logs.Lines.Where(l => l.Contains(" Warning ", StringComparison.Ordinal)),
            Has.Exactly(1).Items.And.One.Contains("Set it, on every node, to the output of 'openssl rand -base64 32'"));
    }

    [Test]
    public async Task A_key_that_is_set_later_seals_what_lay_open()
    {
        byte[] stored;
        string masterKey;
        await using (var before = await StartNodeAsync(null))
        {
            stored = before.Vault.Protect(_scan, Token);
            masterKey = MasterKeyOf(before);
        }

        await using var after = await StartNodeAsync(KeyA);

        Assert.That((await StoredRowsAsync()).Single(), Does.Not.Contain(masterKey));
        Assert.That(after.Vault.Unprotect(_scan, stored), Is.EqualTo(Token));
        Assert.That(after.Logs.Lines, Has.One.Contains("1 keys that lay readable"));
    }

    [Test]
    public async Task A_wrong_key_stops_the_start_and_says_so()
    {
        await using var right = await StartNodeAsync(KeyA);
        var before = await StoredRowsAsync();
        await using var wrong = new Node(_database, KeyB);

        await Assert.ThatAsync(wrong.StartAsync, Throws.InstanceOf<SecretsException>()
            .With.Message.Contains("Secrets__Key (key ").And.Message.Contains("does not open the key ring").And.Message.Not.Contains(KeyB));
        Assert.That(await StoredRowsAsync(), Is.EqualTo(before), "no key was made beside the one that could not be read");
    }

    [Test]
    public async Task A_missing_key_stops_the_start_and_says_so()
    {
        await using var right = await StartNodeAsync(KeyA);
        await using var without = new Node(_database, null);

        await Assert.ThatAsync(without.StartAsync, Throws.InstanceOf<SecretsException>().With.Message.Contains("Secrets__Key is not set"));
    }

    [Test]
    public async Task A_sealed_row_that_was_changed_or_renamed_is_refused()
    {
        await using var node = await StartNodeAsync(KeyA);
        await using var connection = await _database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("update hubspot_deals.data_protection_keys set friendly_name = 'key-another'");
        await using var late = new Node(_database, KeyA);

        await Assert.ThatAsync(late.StartAsync, Throws.InstanceOf<SecretsException>().With.Message.Contains("'key-another' of the key ring was changed"));
    }

    [Test]
    public async Task A_ring_whose_keys_have_all_expired_gets_a_new_one_and_still_opens_old_tokens()
    {
        await using var node = await StartNodeAsync(KeyA);
        var stored = node.Vault.Protect(_scan, Token);
        await using var later = new Node(_database, KeyA, new TestClock(node.Keys.GetAllKeys().Single().ExpirationDate + TimeSpan.FromDays(1)));

        await later.StartAsync();

        Assert.That(await StoredRowsAsync(), Has.Length.EqualTo(2));
        Assert.That(later.Vault.Unprotect(_scan, stored), Is.EqualTo(Token));
    }

    [Test]
    public async Task A_token_whose_key_was_deleted_from_the_ring_says_what_to_do()
    {
        byte[] stored;
        await using (var node = await StartNodeAsync(KeyA))
        {
            stored = node.Vault.Protect(_scan, Token);
        }
        await using (var connection = await _database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync("delete from hubspot_deals.data_protection_keys");
        }
        await using var later = await StartNodeAsync(KeyA);

        Assert.That(() => later.Vault.Unprotect(_scan, stored),
            Throws.InstanceOf<SecretsException>().With.Message.Contains("Start the scan again with a fresh token"));
    }

    [Test]
    public async Task No_log_line_holds_the_token_or_the_ring()
    {
        await using var node = await StartNodeAsync(KeyA);

        var stored = node.Vault.Protect(_scan, Token);
        node.Vault.Unprotect(_scan, stored);

        Assert.That(node.Logs.Lines, Is.Not.Empty);
        Assert.That(node.Logs.Lines, Has.None.Contains(Token.Reveal()).And.None.Contains(MasterKeyOf(node)).And.None.Contains(KeyA));
    }

    [TestCase("short")]
    [TestCase("c2hvcnQ=")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task A_Secrets_Key_that_is_none_is_refused_without_being_repeated(string key)
    {
        await using var node = new Node(_database, key);

        await Assert.ThatAsync(() => Task.Run(node.StartAsync), Throws.InstanceOf<OptionsValidationException>()
            .With.Message.EqualTo("Secrets__Key is not 32 bytes in base64: make one with 'openssl rand -base64 32'."));
    }
}
