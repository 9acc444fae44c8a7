using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Search;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox;

/// <summary>A HubSpot account in the sandbox. What its methods say is the truth that HTTP answers are held to.</summary>
public sealed class Portal
{
    readonly TimeProvider _clock;
    volatile PropertySchema _schema;

    internal Portal(PortalOptions options, RateLimits limits, TimeProvider clock)
    {
        _clock = clock;
        Limits = options.Limits ?? limits;
        PortalId = options.PortalId;
        GeneratedDeals generated;
        if (options.OpportunitiesFile is { } file)
        {
            var opportunities = Opportunities.Read(file);
            Owners = Owners.Named((ulong)options.Seed, opportunities.Agents);
            generated = new OpportunityDeals((ulong)options.Seed, opportunities, Pipelines, Owners);
        }
        else
        {
            Owners = Owners.Generated((ulong)options.Seed);
            generated = new SeededDeals(options, Pipelines, Owners);
        }

        Deals = new DealBook(generated, clock);
        SearchColumns = new SearchColumns(generated);
        _schema = PropertyCatalogue.Build(generated, Pipelines, options.ExtraCustomProperties);
        Links = new AssociationBook((ulong)options.Seed, computesContacts: options.Contacts == 0);
        Contacts = new SandboxRecords(ObjectType.Contacts, this, Pipelines, (ulong)options.Seed, clock);
        Tickets = new SandboxRecords(ObjectType.Tickets, this, Pipelines.OfTickets(), (ulong)options.Seed, clock);
        SearchLag = options.SearchLag;
        if (options.Contacts + options.Tickets > 0)
        {
            new GeneratedRecords(this, options).Fill();
        }
    }

    public long PortalId { get; }

    /// <summary>What its callers may ask from now on.</summary>
    public RateLimits Limits { get; set; }

    /// <summary>How long the search index takes to notice a write.</summary>
    public TimeSpan SearchLag
    {
        get => Deals.SearchLag;
        set => Deals.SearchLag = Contacts.Book.SearchLag = Tickets.Book.SearchLag = value;
    }

    /// <summary>
    /// Whether a batch that half succeeded answers 207, as v3 does; the date-versioned specification names only 200 and 201, so a
    /// caller must look at the errors and not at the status.
    /// </summary>
    public bool AnswersMultiStatus { get; set; } = true;

    /// <summary>Its contacts.</summary>
    public SandboxRecords Contacts { get; }

    /// <summary>Its tickets.</summary>
    public SandboxRecords Tickets { get; }

    /// <summary>The names of all deal properties that are defined and not archived.</summary>
    public IEnumerable<string> PropertyNames =>
        _schema.All.Where(column => !column.Definition.Archived).Select(column => column.Name);

    internal Pipelines Pipelines { get; } = new();

    internal Owners Owners { get; }

    internal DealBook Deals { get; }

    internal AssociationBook Links { get; }

    internal DealEditor Editor => new(this);

    internal PropertySchema Schema => _schema;

    internal SearchColumns SearchColumns { get; private set; }

    internal AccountUsage Usage { get; } = new();

    /// <summary>The ids of all deals, live or archived, ascending.</summary>
    public IEnumerable<long> DealIds(bool archived = false)
    {
        var reader = Deals.ReadFrom(0, archived);
        while (reader.MoveNext())
        {
            yield return reader.Id;
        }
    }

    /// <summary>How many deals there are, live or archived.</summary>
    public int CountDeals(bool archived = false) => Deals.Count(archived);

    /// <summary>The deal, archived or not; null when there is none of that id or it was merged into another.</summary>
    /// <param name="id">HubSpot's record id.</param>
    /// <param name="names">The properties wanted; none: all.</param>
    public SandboxDeal? ReadDeal(long id, params IReadOnlyCollection<string> names)
    {
        if (Deals.Find(id) is not { MergedInto: null } deal)
        {
            return null;
        }

        var schema = _schema;
        var columns = names.Count == 0
            ? schema.All.Where(column => !column.Definition.Archived)
            : names.Select(schema.Find).OfType<PropertyColumn>();
        return new SandboxDeal(
            id,
            deal.ArchivedAt is not null,
            InstantText.ToText(deal.Facts.CreateDateCleared ? 0 : deal.Facts.Created),
            InstantText.ToText(deal.Facts.Modified),
            deal.ArchivedAt is { } at ? InstantText.ToText(at) : null,
            columns.ToDictionary(column => column.Name, column => column.ValueOf(deal).ToText(), StringComparer.Ordinal));
    }

    /// <summary>Gives a property another type. Stored values stay what they are, which is how text comes into number properties.</summary>
    public void ChangePropertyType(string name, string type, string fieldType)
    {
        var column = _schema.Find(name) ?? throw new ArgumentException($"No property '{name}'.", nameof(name));
        ChangeSchema(column.With(column.Definition with
        {
            Type = type,
            FieldType = fieldType,
            Updated = Now(),
        }));
    }

    /// <summary>Makes a deal as if through the API; returns its id.</summary>
    /// <param name="properties">The values it is to have.</param>
    /// <param name="id">
    /// Null: higher than all before. A free id among the existing ones makes a deal that a running scan's cursor has passed, which
    /// happens because HubSpot's ids are not handed out strictly in time.
    /// </param>
    public long CreateDeal(IReadOnlyDictionary<string, string> properties, long? id = null) => Editor.Create(properties, id).Id;

    /// <exception cref="KeyNotFoundException">There is no such live deal.</exception>
    public void UpdateDeal(long id, IReadOnlyDictionary<string, string> properties)
    {
        if (Editor.Update(id, properties) is null)
        {
            throw new KeyNotFoundException($"There is no live deal {id}.");
        }
    }

    /// <summary>Puts the deal in the archive; its <c>hs_lastmodifieddate</c> stays.</summary>
    public void ArchiveDeal(long id) => Editor.Archive(id);

    /// <summary>Merges the second deal into the first.</summary>
    /// <exception cref="KeyNotFoundException">Either is not there.</exception>
    public void MergeDeals(long survivorId, long mergedId)
    {
        if (Editor.Merge(survivorId, mergedId) is null)
        {
            throw new KeyNotFoundException($"There are no two live deals {survivorId} and {mergedId}.");
        }
    }

    /// <summary>The contacts or tickets; null for an object type that is not kept as records.</summary>
    internal SandboxRecords? RecordsOf(ObjectType type) =>
        type == ObjectType.Contacts ? Contacts : type == ObjectType.Tickets ? Tickets : null;

    /// <summary>Makes the associations of a new record.</summary>
    internal void Link(long id, (AssociationType Type, long To)[] associations)
    {
        foreach (var (type, to) in associations)
        {
            Links.Add(type, id, to);
        }
    }

    /// <summary>Whether there is such a live record. Of companies the sandbox knows only ids: each may be one.</summary>
    internal bool Has(ObjectType type, long id) => RecordsOf(type) is { } records
        ? records.Book.Find(id) is { ArchivedAt: null }
        : type == ObjectType.Companies ? id > 0 : Deals.Find(id) is { ArchivedAt: null, MergedInto: null };

    /// <summary>Undoes every write.</summary>
    internal void Reset()
    {
        Deals.Reset();
        Contacts.Book.Reset();
        Tickets.Book.Reset();
        Links.Reset();
    }

    /// <summary>The ids of the records of one object type that a record is associated with.</summary>
    /// <param name="objectType">The record's own object type, such as <c>contacts</c>.</param>
    /// <param name="id">The record.</param>
    /// <param name="associatedType">The object type at the other end.</param>
    public IReadOnlyList<long> AssociatedIds(string objectType, long id, string associatedType) =>
        [.. Links.Of(TypeOf(objectType), id, TypeOf(associatedType)).Select(link => link.Id)];

    /// <summary>Associates two records as HubSpot does by default.</summary>
    public void Associate(string objectType, long id, string associatedType, long associatedId)
    {
        var type = AssociationTypes.Default(TypeOf(objectType), TypeOf(associatedType))
            ?? throw new ArgumentException($"{objectType} are not associated with {associatedType}.", nameof(associatedType));
        Links.Add(type, id, associatedId);
    }

    static ObjectType TypeOf(string name) => ObjectType.Find(name) ?? throw new ArgumentException($"No object type '{name}'.", nameof(name));

    internal long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    internal void ChangeSchema(PropertyColumn column)
    {
        _schema = _schema.With(column);

        // a property made anew under an archived one's name has other values than the index remembers
        SearchColumns = new SearchColumns(Deals.Generated);
    }
}
