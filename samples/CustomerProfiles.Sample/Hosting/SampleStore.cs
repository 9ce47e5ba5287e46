namespace CustomerProfiles.Sample;

/// <summary>Where the sample stores its profiles.</summary>
internal abstract class SampleStore
{
    /// <summary>A description for the user. It never contains a password.</summary>
    public abstract string Description { get; }

    /// <summary>The chosen store. The default is a SQLite file in the current folder.</summary>
    /// <exception cref="BadInputException">The choice contradicts itself, or is invalid.</exception>
    public static SampleStore Of(StoreChoice choice)
    {
        if ((choice.File is null ? 0 : 1) + (choice.PostgreSql is null ? 0 : 1) + (choice.InMemory ? 1 : 0) > 1)
        {
            throw new BadInputException("Profiles have one store. Use only one of --db, --postgres or --memory.");
        }

        return choice switch
        {
            { InMemory: true } => new MemoryStore(),
            { PostgreSql: { } connectionString } => new PostgreSqlStore(connectionString),
            _ => new SqliteFileStore(choice.File ?? SqliteFileStore.DefaultFile),
        };
    }

    /// <summary>Registers the store.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="upgrade">Whether to create the file and the tables that are missing.</param>
    public abstract void AddTo(CustomerProfilesBuilder builder, bool upgrade);

    /// <summary>Checks that there may be profiles from an earlier run.</summary>
    /// <exception cref="BadInputException">There are none.</exception>
    public abstract void ThrowIfMissing();

    /// <summary>Whether it is certain that nothing is there, not even tables.</summary>
    public virtual bool IsNew => false;

    /// <summary>Deletes what an earlier run left, if anything.</summary>
    /// <exception cref="BadInputException">The store holds other data too, or belongs to a server.</exception>
    public abstract void Delete();

    /// <summary>Closes the store, so that its file can be moved or deleted.</summary>
    public virtual void Release() { }
}
