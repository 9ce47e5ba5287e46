using Microsoft.Data.Sqlite;

namespace CustomerProfiles.Sample.Tests;

/// <summary>A temporary folder with a file of profiles.</summary>
public sealed class KeptProfiles : IDisposable
{
    public KeptProfiles()
    {
        Folder = Directory.CreateTempSubdirectory("customer-profiles-sample-").FullName;
        Path = PathOf("customer-profiles.db");
    }

    public string Folder { get; }

    /// <summary>The default file of the sample when it runs in this folder.</summary>
    public string Path { get; }

    internal StoreChoice Choice => new(Path);

    public string PathOf(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Copies the profiles to another folder, for a test that changes them.</summary>
    public KeptProfiles Copy()
    {
        var copy = new KeptProfiles();
        File.Copy(Path, copy.Path);
        return copy;
    }

    /// <summary>Runs a SQL statement directly on the file.</summary>
    /// <returns>The first value of the first row; null when there is none.</returns>
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
