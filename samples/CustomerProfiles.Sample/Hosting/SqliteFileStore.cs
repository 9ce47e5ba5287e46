using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.Sample;

/// <summary>A SQLite file.</summary>
internal sealed class SqliteFileStore : SampleStore
{
    /// <summary>It is created in the current folder, where a new user sees it and can delete it.</summary>
    public const string DefaultFile = "customer-profiles.db";

    /// <summary>The files that SQLite creates beside an open database.</summary>
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    private readonly string _path;
    private readonly string _connectionString;

    public SqliteFileStore(string file)
    {
        if (
            string.IsNullOrWhiteSpace(file)
            || file.Contains(":memory:", StringComparison.Ordinal)
            || file.Contains('\0', StringComparison.Ordinal)
        )
        {
            throw new BadInputException("--db needs the name of a file. To store nothing, use --memory.");
        }

        _path = Path.GetFullPath(file);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = _path }.ConnectionString;
    }

    public override string Description
    {
        get
        {
            var relative = Path.GetRelativePath(Environment.CurrentDirectory, _path);
            return relative.StartsWith("..", StringComparison.Ordinal) ? _path : relative;
        }
    }

    public override void AddTo(CustomerProfilesBuilder builder, bool upgrade)
    {
        ThrowIfFolder();
        if (Path.GetDirectoryName(_path) is { } folder && !Directory.Exists(folder))
        {
            throw new BadInputException($"There is no folder {folder}.");
        }

        builder.UseSqlite(_connectionString, options => options.UpgradeAtStart = upgrade);
    }

    public override void ThrowIfMissing()
    {
        if (!Path.Exists(_path))
        {
            throw new BadInputException(
                $"There is no file {Description} yet. Run the sample without a command first, in this "
                    + "folder, or give the file with --db."
            );
        }

        if (!Tables().Any(IsOfProfiles))
        {
            throw new BadInputException(
                $"{Description} holds no customer profiles. Run the sample without a command first: it "
                    + "creates the tables."
            );
        }
    }

    public override bool IsNew => !Path.Exists(_path) || !Tables().Any(IsOfProfiles);

    /// <summary>Deletes the file only if it holds nothing but customer profiles.</summary>
    public override void Delete()
    {
        if (!Path.Exists(_path))
        {
            return;
        }

        if (Tables().Any(table => !IsOfProfiles(table) && !table.StartsWith("sqlite_", StringComparison.Ordinal)))
        {
            throw new BadInputException(
                $"{Description} also holds tables of other programs, so --fresh does not delete it."
            );
        }

        foreach (var file in Companions.Select(companion => _path + companion).Prepend(_path))
        {
            File.Delete(file);
        }
    }

    public override void Release()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static bool IsOfProfiles(string table) => table.StartsWith("cp_", StringComparison.Ordinal);

    private List<string> Tables()
    {
        ThrowIfFolder();
        try
        {
            // Not ReadOnly: a connection that cannot write leaves the companion files behind.
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder(_connectionString)
                {
                    Mode = SqliteOpenMode.ReadWrite,
                    Pooling = false,
                }.ConnectionString
            );
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "select name from sqlite_master where type = 'table'";
            using var reader = command.ExecuteReader();
            var tables = new List<string>();
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }

            return tables;
        }
        catch (SqliteException exception)
        {
            throw new BadInputException(
                $"{Description} cannot be read as a SQLite database: {exception.Message} Give another "
                    + "file with --db."
            );
        }
    }

    private void ThrowIfFolder()
    {
        if (Directory.Exists(_path))
        {
            throw new BadInputException($"{Description} is a folder. Give a file with --db.");
        }
    }
}
