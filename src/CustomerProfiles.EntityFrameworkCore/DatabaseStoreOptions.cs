namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>How profiles are kept in a database. A package for one database may add options of its own.</summary>
public abstract class DatabaseStoreOptions
{
    /// <summary>
    /// Whether the tables are made, or brought to the version that this host needs, when the host starts. False unless set: then a database that is not as it should be is an error at the start, and
    /// somebody calls <see cref="IProfileDatabase.UpgradeAsync"/>, or applies the migrations in another way. Several hosts may start at once: one upgrades, the others wait for it.
    /// </summary>
    public bool UpgradeAtStart { get; set; }
}
