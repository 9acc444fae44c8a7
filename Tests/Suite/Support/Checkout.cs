namespace HubSpotDeals.Suite.Support;

/// <summary>The checkout that the tests were built from, and the programs that were built with them.</summary>
public static class Checkout
{
    /// <summary>The directory of <c>HubSpotDeals.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A program's assembly, of the same configuration as the tests: <c>bin/&lt;project&gt;/&lt;configuration&gt;/</c>.</summary>
    public static string Built(string project)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"HubSpotDeals.{project}.dll");
    }

    static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "HubSpotDeals.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests were not built in a checkout.");
        }

        return directory.FullName;
    }
}
