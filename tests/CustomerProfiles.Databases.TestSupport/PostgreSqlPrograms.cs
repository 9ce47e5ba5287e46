namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Finds the programs of a PostgreSQL server.</summary>
public sealed class PostgreSqlPrograms
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    /// <summary>
    /// Folders with a version in the last part but one. Debian and its derivatives keep the programs of the server off
    /// the PATH. <c>build/test</c> searches the same places.
    /// </summary>
    private static readonly (string Folder, string Versions, string Programs)[] Places =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/libexec", "postgresql*", ""),
        ("/opt/homebrew/opt", "postgresql*", "bin"),
        ("/usr/local/opt", "postgresql*", "bin"),
        ("/Library/PostgreSQL", "*", "bin"),
    ];

    private PostgreSqlPrograms(string folder) => Folder = folder;

    /// <summary>The folder of the programs.</summary>
    public string Folder { get; }

    /// <summary>The program that creates a cluster.</summary>
    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>The program that starts and stops a server.</summary>
    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>Searches the PATH first, then the folders of packages, the newest version first.</summary>
    /// <returns>The programs; null when they are not installed.</returns>
    public static PostgreSqlPrograms? Find() => Find(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>As above, with another PATH.</summary>
    /// <param name="path">The folders, with the separator of the system; null or empty for none.</param>
    /// <param name="places">Whether to search the folders of packages as well.</param>
    internal static PostgreSqlPrograms? Find(string? path, bool places = true)
    {
        var folders = (path ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(places ? FoldersOfPackages() : []);
        return
            folders.FirstOrDefault(folder => Needed.All(program => File.Exists(Path.Combine(folder, program))))
                is { } found
            ? new PostgreSqlPrograms(found)
            : null;
    }

    private static IEnumerable<string> FoldersOfPackages() =>
        from place in Places
        where Directory.Exists(place.Folder)
        from version in Directory.EnumerateDirectories(place.Folder, place.Versions).OrderByDescending(VersionIn)
        select Path.Combine(version, place.Programs);

    private static int VersionIn(string folder)
    {
        var digits = new string([
            .. Path.GetFileName(folder).SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit),
        ]);
        return int.TryParse(digits, out var version) ? version : 0;
    }
}
