using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The names of the tables in the host's model, quoted for SQL.</summary>
internal sealed class StoreTables
{
    private readonly IModel _model;
    private readonly ISqlGenerationHelper _sql;

    /// <summary>Reads the names.</summary>
    /// <exception cref="InvalidOperationException">The model lacks the tables.</exception>
    public StoreTables(DbContext context)
    {
        _model = context.Model;
        _sql = context.GetService<ISqlGenerationHelper>();
        if (_model.FindEntityType(typeof(CustomerRow)) is null)
        {
            throw new InvalidOperationException(
                $"The model of {context.GetType().Name} lacks the tables of customer profiles. Call "
                    + $"modelBuilder.AddCustomerProfiles(Database) in its OnModelCreating, and add a migration."
            );
        }
    }

    public string Customers => NameOf<CustomerRow>();

    public string Identities => NameOf<IdentityRow>();

    public string Conversations => NameOf<ConversationRow>();

    public string Checks => NameOf<CheckRow>();

    public string ProviderSettings => NameOf<ProviderSettingRow>();

    public string Suppressions => NameOf<SuppressionRow>();

    public string BudgetUsage => NameOf<BudgetUsageRow>();

    public string Schema => NameOf<SchemaRow>();

    /// <summary>The name of the table of the schema's version, as it stands in the catalogue.</summary>
    public string SchemaName => _model.FindEntityType(typeof(SchemaRow))!.GetTableName()!;

    /// <summary>The index of identities by customer.</summary>
    public string IndexOfIdentitiesByCustomer =>
        IndexOf<IdentityRow>(nameof(IdentityRow.Tenant), nameof(IdentityRow.CustomerId));

    /// <summary>The index of the checks that are pending.</summary>
    public string IndexOfPendingChecks => IndexOf<CheckRow>(nameof(CheckRow.AvailableFrom));

    /// <summary>The index of the customers who were ever suppressed.</summary>
    public string IndexOfSuppressedCustomers =>
        IndexOf<CustomerRow>(
            nameof(CustomerRow.Tenant),
            nameof(CustomerRow.Id),
            nameof(CustomerRow.SuppressionGeneration)
        );

    /// <summary>SQLite's own index of a primary key.</summary>
    public string IndexOfCustomersKey => KeyIndexOf<CustomerRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfChecksKey => KeyIndexOf<CheckRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfSuppressionsKey => KeyIndexOf<SuppressionRow>();

    /// <summary>
    /// The indexes that statements of SQLite name, with their tables, as they stand in the catalogue.
    /// </summary>
    public IEnumerable<(string Table, string Index)> NamedIndexes =>
        new[]
        {
            (Identities, IndexOfIdentitiesByCustomer),
            (Checks, IndexOfPendingChecks),
            (Customers, IndexOfSuppressedCustomers),
            (Customers, IndexOfCustomersKey),
            (Checks, IndexOfChecksKey),
            (Suppressions, IndexOfSuppressionsKey),
        }.Select(pair => (Plain(pair.Item1), Plain(pair.Item2)));

    private static string Plain(string delimited) => delimited[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);

    private string IndexOf<TRow>(params string[] columns)
    {
        var row = _model.FindEntityType(typeof(TRow))!;
        var index = row.FindIndex([.. columns.Select(column => row.FindProperty(column)!)])!;
        return _sql.DelimitIdentifier(index.GetDatabaseName()!);
    }

    private string KeyIndexOf<TRow>() =>
        _sql.DelimitIdentifier($"sqlite_autoindex_{_model.FindEntityType(typeof(TRow))!.GetTableName()}_1");

    private string NameOf<TRow>()
    {
        var row = _model.FindEntityType(typeof(TRow))!;
        return _sql.DelimitIdentifier(row.GetTableName()!, row.GetSchema());
    }
}
