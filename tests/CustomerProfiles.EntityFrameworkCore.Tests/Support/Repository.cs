namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>The files of the repository.</summary>
internal static class Repository
{
    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CustomerProfiles.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException($"The repository is not above {AppContext.BaseDirectory}."), file);
    }
}
