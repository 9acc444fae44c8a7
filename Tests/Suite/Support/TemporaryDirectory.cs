namespace HubSpotDeals.Suite.Support;

/// <summary>A directory of a test's own, removed with everything in it on dispose.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hubspotdeals-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
