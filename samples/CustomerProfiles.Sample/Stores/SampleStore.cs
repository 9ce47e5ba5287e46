namespace CustomerProfiles.Sample.Stores;

/// <summary>Where the sample keeps its profiles.</summary>
internal abstract class SampleStore
{
    /// <summary>Where that is, for the first lines of the output. Never a password.</summary>
    public abstract string Description { get; }

    /// <summary>The place that was chosen: a file in the current folder, unless something else was.</summary>
    /// <exception cref="BadInputException">The choice contradicts itself, or names what cannot be a place.</exception>
    public static SampleStore Of(StoreChoice choice)
    {
        if ((choice.File is null ? 0 : 1) + (choice.PostgreSql is null ? 0 : 1) + (choice.InMemory ? 1 : 0) > 1)
        {
            throw new BadInputException("Profiles are kept in one place: say --db, --postgres or --memory.");
        }

        return choice switch
        {
            { InMemory: true } => new MemoryStore(),
            { PostgreSql: { } connectionString } => new PostgreSqlStore(connectionString),
            _ => new SqliteFileStore(choice.File ?? SqliteFileStore.UsualFile),
        };
    }

    /// <summary>Registers the store.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="upgrade">Whether to make what is missing: the file, the tables.</param>
    public abstract void Use(CustomerProfilesBuilder builder, bool upgrade);

    /// <summary>Says so when there can be nothing from an earlier run.</summary>
    /// <exception cref="BadInputException">There can be nothing.</exception>
    public abstract void ThrowIfNothingIsKept();

    /// <summary>Removes what an earlier run left. Does nothing when there is nothing.</summary>
    /// <exception cref="BadInputException">There is something else than profiles, or the place is not ours to
    /// remove.</exception>
    public abstract void Remove();

    /// <summary>Lets go of the place, so that it can be moved or deleted.</summary>
    public virtual void Release() { }
}
