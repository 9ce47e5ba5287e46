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

    public string Search => NameOf<SearchRow>();

    public string Activity => NameOf<ActivityRow>();

    public string Properties => NameOf<PropertyRow>();

    public string PropertyDefinitions => NameOf<PropertyDefinitionsRow>();

    /// <summary>SQLite only.</summary>
    public string Tenants => NameOf<TenantRow>();

    public string History => NameOf<ChangeRow>();

    public string Merges => NameOf<MergeRow>();

    public string Erasures => NameOf<ErasureRow>();

    public string ErasureMarks => NameOf<ErasureMarkRow>();

    public string ErasureGuards => NameOf<ErasureGuardRow>();

    public string Events => NameOf<EventRow>();

    public string EventQueues => NameOf<EventQueueRow>();

    public string Features => NameOf<FeatureRow>();

    public string MatchKeys => NameOf<MatchKeyRow>();

    public string NotDuplicates => NameOf<NotDuplicatesRow>();

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

    /// <summary>SQLite only: the index of search texts by customer.</summary>
    public string IndexOfSearchByCustomer => IndexOf<SearchRow>(nameof(SearchRow.Tenant), nameof(SearchRow.CustomerId));

    /// <summary>The index of search texts by name.</summary>
    public string IndexOfSearchByName =>
        IndexOf<SearchRow>(nameof(SearchRow.Tenant), nameof(SearchRow.Name), nameof(SearchRow.CustomerId));

    /// <summary>The index of search texts by company.</summary>
    public string IndexOfSearchByCompany =>
        IndexOf<SearchRow>(nameof(SearchRow.Tenant), nameof(SearchRow.Company), nameof(SearchRow.CustomerId));

    /// <summary>The index of customers by last change.</summary>
    public string IndexOfActivityByChange =>
        IndexOf<ActivityRow>(nameof(ActivityRow.Tenant), nameof(ActivityRow.ChangedAt), nameof(ActivityRow.CustomerId));

    /// <summary>The index of customers by last conversation.</summary>
    public string IndexOfActivityByConversation =>
        IndexOf<ActivityRow>(
            nameof(ActivityRow.Tenant),
            nameof(ActivityRow.ConversationAt),
            nameof(ActivityRow.CustomerId)
        );

    /// <summary>The index of customers by a custom property.</summary>
    public string IndexOfPropertiesByValue =>
        IndexOf<PropertyRow>(
            nameof(PropertyRow.Tenant),
            nameof(PropertyRow.Key),
            nameof(PropertyRow.Value),
            nameof(PropertyRow.CustomerId)
        );

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfActivityKey => KeyIndexOf<ActivityRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfPropertiesKey => KeyIndexOf<PropertyRow>();

    /// <summary>The name of the table of search texts and its schema, as they stand in the catalogue.</summary>
    public (string Table, string? Schema) SearchName =>
        (
            _model.FindEntityType(typeof(SearchRow))!.GetTableName()!,
            _model.FindEntityType(typeof(SearchRow))!.GetSchema()
        );

    /// <summary>The name of the newest table and its schema, as they stand in the catalogue.</summary>
    public (string Table, string? Schema) NewestName =>
        (
            _model.FindEntityType(typeof(ErasureGuardRow))!.GetTableName()!,
            _model.FindEntityType(typeof(ErasureGuardRow))!.GetSchema()
        );

    /// <summary>The name of the table of customers and its schema, as they stand in the catalogue.</summary>
    public (string Table, string? Schema) CustomersName =>
        (
            _model.FindEntityType(typeof(CustomerRow))!.GetTableName()!,
            _model.FindEntityType(typeof(CustomerRow))!.GetSchema()
        );

    /// <summary>SQLite only: the index of search texts by their parts, which Entity Framework does not know.</summary>
    public string SearchText => _sql.DelimitIdentifier(SqliteSearchIndex.NameFor(SearchName.Table));

    /// <summary>The index of the checks that are pending.</summary>
    public string IndexOfPendingChecks => IndexOf<CheckRow>(nameof(CheckRow.AvailableFrom));

    /// <summary>The index of the queues that have events.</summary>
    public string IndexOfAvailableQueues => IndexOf<EventQueueRow>(nameof(EventQueueRow.AvailableFrom));

    /// <summary>The index of the customers who were ever suppressed.</summary>
    public string IndexOfSuppressedCustomers =>
        IndexOf<CustomerRow>(
            nameof(CustomerRow.Tenant),
            nameof(CustomerRow.Id),
            nameof(CustomerRow.SuppressionGeneration)
        );

    /// <summary>The index of absorbed customers by who absorbed them.</summary>
    public string IndexOfAbsorbedCustomers =>
        IndexOf<CustomerRow>(nameof(CustomerRow.Tenant), nameof(CustomerRow.MergedInto));

    /// <summary>The index of merges by the customer into whom somebody was merged.</summary>
    public string IndexOfMergesByInto => IndexOf<MergeRow>(nameof(MergeRow.Tenant), nameof(MergeRow.IntoId));

    /// <summary>The index of merges that can be undone, by when they were made.</summary>
    public string IndexOfUndoableMerges =>
        IndexOf<MergeRow>(nameof(MergeRow.Tenant), nameof(MergeRow.MergedAt), nameof(MergeRow.Id));

    /// <summary>The index of erasures, by when they were made.</summary>
    public string IndexOfReceipts =>
        IndexOf<ErasureRow>(nameof(ErasureRow.Tenant), nameof(ErasureRow.ErasedAt), nameof(ErasureRow.ErasureId));

    /// <summary>The index of the marks of erasures by their keys.</summary>
    public string IndexOfErasureMarksByKey => IndexOf<ErasureMarkRow>(nameof(ErasureMarkRow.KeyId));

    /// <summary>The index of guards by when they are over.</summary>
    public string IndexOfErasureGuardsByUntil =>
        IndexOf<ErasureGuardRow>(nameof(ErasureGuardRow.Tenant), nameof(ErasureGuardRow.GuardedUntil));

    /// <summary>The index of the identities that a merge marked.</summary>
    public string IndexOfMergedSuppressions =>
        IndexOf<SuppressionRow>(nameof(SuppressionRow.Tenant), nameof(SuppressionRow.MergeId));

    /// <summary>The index of match keys by customer.</summary>
    public string IndexOfMatchKeysByCustomer =>
        IndexOf<MatchKeyRow>(nameof(MatchKeyRow.Tenant), nameof(MatchKeyRow.CustomerId));

    /// <summary>The index of pairs by the greater of the two ids.</summary>
    public string IndexOfNotDuplicatesByOther =>
        IndexOf<NotDuplicatesRow>(nameof(NotDuplicatesRow.Tenant), nameof(NotDuplicatesRow.OtherId));

    /// <summary>SQLite's own index of a primary key.</summary>
    public string IndexOfCustomersKey => KeyIndexOf<CustomerRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfIdentitiesKey => KeyIndexOf<IdentityRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfMergesKey => KeyIndexOf<MergeRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfHistoryKey => KeyIndexOf<ChangeRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfConversationsKey => KeyIndexOf<ConversationRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfChecksKey => KeyIndexOf<CheckRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfErasureMarksKey => KeyIndexOf<ErasureMarkRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfErasureGuardsKey => KeyIndexOf<ErasureGuardRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfEventsKey => KeyIndexOf<EventRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfEventQueuesKey => KeyIndexOf<EventQueueRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfSuppressionsKey => KeyIndexOf<SuppressionRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfMatchKeysKey => KeyIndexOf<MatchKeyRow>();

    /// <inheritdoc cref="IndexOfCustomersKey"/>
    public string IndexOfNotDuplicatesKey => KeyIndexOf<NotDuplicatesRow>();

    /// <summary>
    /// The indexes that statements of SQLite name, with their tables, as they stand in the catalogue.
    /// </summary>
    public IEnumerable<(string Table, string Index)> NamedIndexes =>
        new[]
        {
            (Identities, IndexOfIdentitiesByCustomer),
            (Identities, IndexOfIdentitiesKey),
            (Checks, IndexOfPendingChecks),
            (Customers, IndexOfSuppressedCustomers),
            (Customers, IndexOfCustomersKey),
            (Customers, IndexOfAbsorbedCustomers),
            (Merges, IndexOfMergesByInto),
            (Merges, IndexOfUndoableMerges),
            (Merges, IndexOfMergesKey),
            (Erasures, IndexOfReceipts),
            (ErasureMarks, IndexOfErasureMarksKey),
            (ErasureMarks, IndexOfErasureMarksByKey),
            (ErasureGuards, IndexOfErasureGuardsKey),
            (ErasureGuards, IndexOfErasureGuardsByUntil),
            (Suppressions, IndexOfMergedSuppressions),
            (Conversations, IndexOfConversationsKey),
            (Checks, IndexOfChecksKey),
            (History, IndexOfHistoryKey),
            (Events, IndexOfEventsKey),
            (EventQueues, IndexOfEventQueuesKey),
            (EventQueues, IndexOfAvailableQueues),
            (Suppressions, IndexOfSuppressionsKey),
            (Search, IndexOfSearchByCustomer),
            (Search, IndexOfSearchByName),
            (Search, IndexOfSearchByCompany),
            (Activity, IndexOfActivityByChange),
            (Activity, IndexOfActivityByConversation),
            (Activity, IndexOfActivityKey),
            (Properties, IndexOfPropertiesByValue),
            (Properties, IndexOfPropertiesKey),
            (MatchKeys, IndexOfMatchKeysKey),
            (MatchKeys, IndexOfMatchKeysByCustomer),
            (NotDuplicates, IndexOfNotDuplicatesKey),
            (NotDuplicates, IndexOfNotDuplicatesByOther),
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
