using Microsoft.EntityFrameworkCore.Migrations;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Adds to a migration what <c>dotnet ef</c> cannot generate.</summary>
public static class CustomerProfilesMigrationBuilderExtensions
{
    /// <summary>
    /// Adds the index by which text is found in profiles: on PostgreSQL an index of trigrams, where the role may create
    /// the extensions <c>pg_trgm</c> and <c>btree_gin</c> or they exist; on SQLite a virtual table of FTS5 with its
    /// triggers. Call it at the end of <c>Up</c> of the migration that creates the tables. Without it, text is found
    /// by reading every profile of the tenant. <see cref="IProfileDatabase.UpgradeAsync"/> adds it too.
    /// </summary>
    /// <param name="migrationBuilder">The migration.</param>
    /// <param name="tablePrefix">The prefix given to <c>AddCustomerProfiles</c>.</param>
    /// <param name="schema">The schema given to <c>AddCustomerProfiles</c>, or that of the context.</param>
    /// <returns>The migration.</returns>
    /// <exception cref="InvalidOperationException">The context is neither on SQLite nor on PostgreSQL.</exception>
    public static MigrationBuilder AddCustomerProfilesSearch(
        this MigrationBuilder migrationBuilder,
        string tablePrefix = "cp_",
        string? schema = null
    )
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        ArgumentNullException.ThrowIfNull(tablePrefix);
        migrationBuilder.Sql(
            StoreDialect.Of(migrationBuilder.ActiveProvider).SearchIndex($"{tablePrefix}search", schema)
        );
        return migrationBuilder;
    }
}
