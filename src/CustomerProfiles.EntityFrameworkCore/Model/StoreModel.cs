using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The model of the tables, for every database.</summary>
internal sealed class StoreModel(ModelBuilder model, StoreDialect dialect, string? schema, string tablePrefix)
{
    /// <summary>The version of the tables that this package needs. Every change of the tables increases it.</summary>
    public const int SchemaVersion = 1;

    public void Build()
    {
        Table<CustomerRow>(
            "customers",
            customer =>
            {
                customer.HasKey(row => new { row.Tenant, row.Id });
                Key(customer.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(customer.Property(row => row.Id).HasColumnName("id"));
                customer.Property(row => row.Version).HasColumnName("version");
                Time(customer.Property(row => row.CreatedAt).HasColumnName("created_at"));
                Time(customer.Property(row => row.UpdatedAt).HasColumnName("updated_at"));
                customer.Property(row => row.IsSuppressed).HasColumnName("is_suppressed");
                customer.Property(row => row.SuppressionGeneration).HasColumnName("suppression_generation");
                customer.Property(row => row.Profile).HasColumnName("profile").HasColumnType(dialect.DocumentType);
                customer
                    .Property(row => row.Search)
                    .HasColumnName("search")
                    .HasColumnType(dialect.TextType)
                    .UseCollation(dialect.OrdinalCollation);

                // Only customers who were ever suppressed, who are few, so that the queue can be counted without
                // reading all of them.
                customer
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.Id,
                        row.SuppressionGeneration,
                    })
                    .HasFilter("suppression_generation > 0")
                    .HasDatabaseName($"ix_{tablePrefix}customers_suppressed");
            }
        );
        Table<IdentityRow>(
            "identities",
            identity =>
            {
                identity.HasKey(row => new
                {
                    row.Tenant,
                    row.Kind,
                    row.Value,
                });
                Key(identity.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Key(identity.Property(row => row.Kind).HasColumnName("kind"), MaxNameLength);
                Key(identity.Property(row => row.Value).HasColumnName("value"), Identity.MaxLength);
                Id(identity.Property(row => row.CustomerId).HasColumnName("customer_id"));

                // Statements name this index, so its name must not depend on a convention of the host.
                identity.HasIndex(row => new { row.Tenant, row.CustomerId });
                OfCustomer(identity, nameof(IdentityRow.Tenant), nameof(IdentityRow.CustomerId));
            }
        );
        Table<ConversationRow>(
            "conversations",
            conversation =>
            {
                conversation.HasKey(row => new
                {
                    row.Tenant,
                    row.CustomerId,
                    row.ConversationId,
                });
                Key(conversation.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(conversation.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Key(
                    conversation.Property(row => row.ConversationId).HasColumnName("conversation_id"),
                    Conversation.MaxIdLength
                );
                Key(conversation.Property(row => row.Direction).HasColumnName("direction"), MaxNameLength);
                Time(conversation.Property(row => row.OccurredAt).HasColumnName("occurred_at"));
                OfCustomer(conversation, nameof(ConversationRow.Tenant), nameof(ConversationRow.CustomerId));
            }
        );
        Table<CheckRow>(
            "checks",
            check =>
            {
                check.HasKey(row => new
                {
                    row.Tenant,
                    row.CustomerId,
                    row.Provider,
                });
                Key(check.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(check.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Key(check.Property(row => row.Provider).HasColumnName("provider"));
                Time(check.Property(row => row.LastCheckAt).HasColumnName("last_check_at"));
                Key(check.Property(row => row.LastOutcome).HasColumnName("last_outcome"), MaxNameLength);
                Time(check.Property(row => row.RequestedAt).HasColumnName("requested_at"));
                Time(check.Property(row => row.LastFailureAt).HasColumnName("last_failure_at"));
                Key(check.Property(row => row.LastFailure).HasColumnName("last_failure"), MaxNameLength);
                check.Property(row => row.IsPending).HasColumnName("is_pending");
                check.Property(row => row.SettingGeneration).HasColumnName("setting_generation");
                check.Property(row => row.SuppressionGeneration).HasColumnName("suppression_generation");
                Time(check.Property(row => row.NotBefore).HasColumnName("not_before"));
                Time(check.Property(row => row.LeasedUntil).HasColumnName("leased_until"));
                Time(check.Property(row => row.AvailableFrom).HasColumnName("available_from"));
                Id(check.Property(row => row.LeaseId).HasColumnName("lease_id"));
                check.Property(row => row.Attempt).HasColumnName("attempt");
                check
                    .HasIndex(row => row.AvailableFrom)
                    .HasFilter("is_pending")
                    .HasDatabaseName($"ix_{tablePrefix}checks_pending");
                OfCustomer(check, nameof(CheckRow.Tenant), nameof(CheckRow.CustomerId));
            }
        );
        Table<ProviderSettingRow>(
            "provider_settings",
            setting =>
            {
                setting.HasKey(row => new { row.Tenant, row.Provider });
                Key(setting.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Key(setting.Property(row => row.Provider).HasColumnName("provider"));
                setting.Property(row => row.IsEnabled).HasColumnName("is_enabled");
                Time(setting.Property(row => row.ChangedAt).HasColumnName("changed_at"));
                Key(setting.Property(row => row.ChangedBy).HasColumnName("changed_by"), Actor.MaxIdLength);
                setting.Property(row => row.Generation).HasColumnName("generation");
            }
        );
        Table<SuppressionRow>(
            "suppressions",
            suppression =>
            {
                suppression.HasKey(row => new
                {
                    row.Tenant,
                    row.Kind,
                    row.Value,
                });
                Key(suppression.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Key(suppression.Property(row => row.Kind).HasColumnName("kind"), MaxNameLength);
                Key(suppression.Property(row => row.Value).HasColumnName("value"), Identity.MaxLength);
            }
        );
        Table<BudgetUsageRow>(
            "budget_usage",
            usage =>
            {
                usage.HasKey(row => new
                {
                    row.Provider,
                    row.Period,
                    row.Shard,
                });
                Key(usage.Property(row => row.Provider).HasColumnName("provider"));
                Key(usage.Property(row => row.Period).HasColumnName("period"), MaxNameLength);
                usage.Property(row => row.Shard).HasColumnName("shard");
                usage.Property(row => row.Used).HasColumnName("used");
            }
        );
        Table<SchemaRow>(
            "schema",
            version =>
            {
                version.HasKey(row => row.Version);
                version.Property(row => row.Version).HasColumnName("version").ValueGeneratedNever();
                version.HasData(new SchemaRow { Version = SchemaVersion });
            }
        );
    }

    /// <summary>The names of kinds, outcomes and periods are short and this package's own.</summary>
    private const int MaxNameLength = 50;

    private void Table<TRow>(string name, Action<EntityTypeBuilder<TRow>> build)
        where TRow : class =>
        model.Entity<TRow>(entity =>
        {
            entity.ToTable(tablePrefix + name, schema);
            build(entity);
            entity.Metadata.FindPrimaryKey()!.SetName($"pk_{tablePrefix}{name}");
        });

    /// <summary>Deleting a customer deletes these rows.</summary>
    private void OfCustomer<TRow>(EntityTypeBuilder<TRow> row, params string[] key)
        where TRow : class
    {
        var table = row.Metadata.GetTableName();
        row.HasOne<CustomerRow>()
            .WithMany()
            .HasForeignKey(key)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName($"fk_{table}_customer");
        if (row.Metadata.FindIndex(key.Select(name => row.Metadata.FindProperty(name)!).ToArray()) is { } index)
        {
            index.SetDatabaseName($"ix_{table}_customer");
            index.SetFilter(dialect.CustomerIndexFilter);
        }
    }

    /// <summary>Text is compared ordinally, whatever the collation of the database.</summary>
    private void Key(PropertyBuilder property, int? maxLength = null)
    {
        property.UseCollation(dialect.OrdinalCollation);
        if (maxLength is { } most)
        {
            property.HasMaxLength(most);
        }
        else
        {
            property.HasColumnType(dialect.TextType);
        }
    }

    private void Id(PropertyBuilder property)
    {
        if (dialect.IdConverter is { } converter)
        {
            property.HasConversion(converter);
        }
    }

    private void Time(PropertyBuilder property)
    {
        if (dialect.TimeConverter is { } converter)
        {
            property.HasConversion(converter);
        }
        else
        {
            property.HasColumnType(dialect.TimeType);
        }
    }
}
