using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox;

/// <summary>The contacts or the tickets of a portal. What its methods say is the truth that HTTP answers are held to.</summary>
public sealed class SandboxRecords
{
    volatile PropertySchema _schema;

    internal SandboxRecords(ObjectType type, Portal portal, Pipelines pipelines, ulong seed, TimeProvider clock)
    {
        Type = type;
        Portal = portal;
        Pipelines = pipelines;
        Book = new RecordBook(type, seed, clock);
        _schema = RecordCatalogue.Build(type, pipelines);
    }

    /// <summary>The names of all properties that are defined and not archived.</summary>
    public IEnumerable<string> PropertyNames =>
        _schema.All.Where(column => !column.Definition.Archived).Select(column => column.Name);

    internal ObjectType Type { get; }

    internal Portal Portal { get; }

    internal Pipelines Pipelines { get; }

    internal RecordBook Book { get; }

    internal RecordEditor Editor => new(this);

    internal PropertySchema Schema => _schema;

    /// <summary>The ids of all records, live or archived, ascending.</summary>
    public IReadOnlyList<long> Ids(bool archived = false) =>
        Book.ReadFrom(0, archived, int.MaxValue).ConvertAll(record => record.Id);

    /// <summary>How many records there are, live or archived.</summary>
    public int Count(bool archived = false) => Book.Count(archived);

    /// <summary>The record, archived or not; null when there is none of that id.</summary>
    public SandboxRecord? Read(long id) => Book.Find(id) is { } record ? Shown(record) : null;

    /// <summary>The live contact with this e-mail, whatever its case.</summary>
    public SandboxRecord? ReadByEmail(string email) => Book.FindUnique(email) is { } record ? Shown(record) : null;

    /// <summary>Makes a record as if through the API, but without its checks; returns its id.</summary>
    /// <exception cref="ArgumentException">A live contact has the e-mail already.</exception>
    public long Create(IReadOnlyDictionary<string, string> properties)
    {
        try
        {
            return Editor.Create(properties).Id;
        }
        catch (Refusal refusal)
        {
            throw new ArgumentException("A live contact has this e-mail already.", nameof(properties), refusal);
        }
    }

    /// <exception cref="KeyNotFoundException">There is no such live record.</exception>
    public void Update(long id, IReadOnlyDictionary<string, string> properties)
    {
        if (Editor.Update(id, properties) is null)
        {
            throw new KeyNotFoundException($"There is no live {Type.Singular} {id}.");
        }
    }

    /// <summary>Puts the record in the archive.</summary>
    public void Archive(long id) => Editor.Archive(id);

    internal void ChangeSchema(PropertyColumn column) => _schema = _schema.With(column);

    SandboxRecord Shown(CrmRecord record) => new(
        record.Id,
        record.ArchivedAt is not null,
        InstantText.ToText(record.Created),
        InstantText.ToText(record.Modified),
        record.ArchivedAt is { } at ? InstantText.ToText(at) : null,
        _schema.All
            .Where(column => !column.Definition.Archived)
            .ToDictionary(column => column.Name, column => record.ValueOf(column.Name), StringComparer.Ordinal));
}

/// <summary>A contact or ticket as the sandbox holds it.</summary>
/// <param name="Id">HubSpot's record id.</param>
/// <param name="Archived">Whether it is in the archive.</param>
/// <param name="CreatedAt">As the record says it.</param>
/// <param name="UpdatedAt">As the record says it.</param>
/// <param name="ArchivedAt">Null while the record is live.</param>
/// <param name="Properties">Every property of the portal's schema: its text, "" when it was cleared, null when it was never set.</param>
public sealed record SandboxRecord(
    long Id,
    bool Archived,
    string CreatedAt,
    string UpdatedAt,
    string? ArchivedAt,
    IReadOnlyDictionary<string, string?> Properties);
