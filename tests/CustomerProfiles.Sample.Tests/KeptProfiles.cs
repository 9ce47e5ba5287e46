using Microsoft.Data.Sqlite;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A folder of a test's own for a file of profiles.</summary>
public sealed class KeptProfiles : IDisposable
{
    public KeptProfiles()
    {
        Folder = Directory.CreateTempSubdirectory("customer-profiles-sample-").FullName;
        Path = PathOf("customer-profiles.db");
    }

    public string Folder { get; }

    /// <summary>The file that the sample makes in this folder when it is run there.</summary>
    public string Path { get; }

    internal StoreChoice Choice => new(Path);

    public string PathOf(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>The same profiles in another folder, for a test that changes them.</summary>
    public KeptProfiles Copy()
    {
        var copy = new KeptProfiles();
        File.Copy(Path, copy.Path);
        return copy;
    }

    /// <summary>Runs a statement past the library.</summary>
    /// <returns>The first value of its first row; null when there is none.</returns>
    public async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
