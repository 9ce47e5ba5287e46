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
                customer.Property(row => row.LastChange).HasColumnName("last_change").HasDefaultValue(0L);
                Id(customer.Property(row => row.MergedInto).HasColumnName("merged_into"));
                Id(customer.Property(row => row.MergedBy).HasColumnName("merged_by"));
                Id(customer.Property(row => row.MarkedBy).HasColumnName("marked_by"));
                customer.Property(row => row.Profile).HasColumnName("profile").HasColumnType(dialect.DocumentType);

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

                // Only the absorbed ones. Whoever deletes a customer deletes those whom they absorbed.
                customer
                    .HasIndex(row => new { row.Tenant, row.MergedInto })
                    .HasFilter("merged_into is not null")
                    .HasDatabaseName($"ix_{tablePrefix}customers_merged");
                customer
                    .HasOne<CustomerRow>()
                    .WithMany()
                    .HasForeignKey(row => new { row.Tenant, row.MergedInto })
                    .OnDelete(DeleteBehavior.Cascade)
                    .HasConstraintName($"fk_{tablePrefix}customers_merged");
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
                Id(identity.Property(row => row.OriginId).HasColumnName("origin_id"));

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
        Table<SearchRow>(
            "search",
            search =>
            {
                if (dialect.NumbersSearchRows)
                {
                    // VACUUM may change the number of a row that has no column for it.
                    search.HasKey(row => row.RowId);
                    search.Property(row => row.RowId).HasColumnName("row_id").ValueGeneratedNever();
                    search
                        .HasIndex(row => new { row.Tenant, row.CustomerId })
                        .IsUnique()
                        .HasDatabaseName($"ix_{tablePrefix}search_customer");
                }
                else
                {
                    search.HasKey(row => new { row.Tenant, row.CustomerId });
                    search.Ignore(row => row.RowId);
                }

                Key(search.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(search.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Key(search.Property(row => row.Name).HasColumnName("name"), ProfileSearch.MaxNameLength);
                Key(search.Property(row => row.Company).HasColumnName("company"), ProfileSearch.MaxValueLength);
                search.Property(row => row.HasPhoto).HasColumnName("has_photo");
                Key(search.Property(row => row.Text).HasColumnName("text"));
                Key(search.Property(row => row.Prefixes).HasColumnName("prefixes"));
                Key(search.Property(row => row.Properties).HasColumnName("properties"));
                search
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.Name,
                        row.CustomerId,
                    })
                    .HasDatabaseName($"ix_{tablePrefix}search_name");
                search
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.Company,
                        row.CustomerId,
                    })
                    .HasFilter("company <> ''")
                    .HasDatabaseName($"ix_{tablePrefix}search_company");
                OfCustomer(search, nameof(SearchRow.Tenant), nameof(SearchRow.CustomerId));
            }
        );
        Table<ActivityRow>(
            "activity",
            activity =>
            {
                activity.HasKey(row => new { row.Tenant, row.CustomerId });
                Key(activity.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(activity.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Time(activity.Property(row => row.ChangedAt).HasColumnName("changed_at"));
                Time(activity.Property(row => row.ConversationAt).HasColumnName("conversation_at"));
                activity
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.ChangedAt,
                        row.CustomerId,
                    })
                    .IsDescending(false, true, false)
                    .HasDatabaseName($"ix_{tablePrefix}activity_changed");
                activity
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.ConversationAt,
                        row.CustomerId,
                    })
                    .IsDescending(false, true, false)
                    .HasDatabaseName($"ix_{tablePrefix}activity_conversation");
                OfCustomer(activity, nameof(ActivityRow.Tenant), nameof(ActivityRow.CustomerId));
            }
        );
        Table<PropertyRow>(
            "properties",
            property =>
            {
                property.HasKey(row => new
                {
                    row.Tenant,
                    row.CustomerId,
                    row.Key,
                });
                Key(property.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(property.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Key(property.Property(row => row.Key).HasColumnName("key"));
                Key(property.Property(row => row.Value).HasColumnName("value"), ProfileSearch.MaxValueLength);
                property
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.Key,
                        row.Value,
                        row.CustomerId,
                    })
                    .HasDatabaseName($"ix_{tablePrefix}properties_value");
                OfCustomer(property, nameof(PropertyRow.Tenant), nameof(PropertyRow.CustomerId));
            }
        );
        if (dialect.NumbersSearchRows)
        {
            Table<TenantRow>(
                "tenants",
                tenant =>
                {
                    tenant.HasKey(row => row.Number);
                    tenant.Property(row => row.Number).HasColumnName("number").ValueGeneratedNever();
                    Key(tenant.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                    tenant.Property(row => row.LastRow).HasColumnName("last_row");
                    tenant.HasIndex(row => row.Tenant).IsUnique().HasDatabaseName($"ix_{tablePrefix}tenants_tenant");
                }
            );
        }

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
        Table<ChangeRow>(
            "history",
            history =>
            {
                history.HasKey(row => new
                {
                    row.Tenant,
                    row.CustomerId,
                    row.Number,
                });
                Key(history.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(history.Property(row => row.CustomerId).HasColumnName("customer_id"));
                history.Property(row => row.Number).HasColumnName("number").ValueGeneratedNever();
                history.Property(row => row.Version).HasColumnName("version");
                Key(history.Property(row => row.Change).HasColumnName("change"));
                OfCustomer(history, nameof(ChangeRow.Tenant), nameof(ChangeRow.CustomerId));
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
        Table<PropertyDefinitionsRow>(
            "property_definitions",
            defined =>
            {
                defined.HasKey(row => row.Tenant);
                Key(defined.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                defined.Property(row => row.Version).HasColumnName("version");
                Key(defined.Property(row => row.Definitions).HasColumnName("definitions"));
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
                Id(suppression.Property(row => row.MergeId).HasColumnName("merge_id"));
                suppression
                    .HasIndex(row => new { row.Tenant, row.MergeId })
                    .HasFilter("merge_id is not null")
                    .HasDatabaseName($"ix_{tablePrefix}suppressions_merge");
            }
        );
        Table<MergeRow>(
            "merges",
            merge =>
            {
                merge.HasKey(row => new { row.Tenant, row.Id });
                Key(merge.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(merge.Property(row => row.Id).HasColumnName("id"));
                Id(merge.Property(row => row.FromId).HasColumnName("from_id"));
                Id(merge.Property(row => row.IntoId).HasColumnName("into_id"));
                Time(merge.Property(row => row.MergedAt).HasColumnName("merged_at"));
                Key(merge.Property(row => row.MergedBy).HasColumnName("merged_by"), Actor.MaxIdLength);
                Time(merge.Property(row => row.UndoneAt).HasColumnName("undone_at"));
                Key(merge.Property(row => row.Journal).HasColumnName("journal"));
                OfBoth(merge, nameof(MergeRow.FromId), "from");
                OfBoth(merge, nameof(MergeRow.IntoId), "into");

                // Only those that can still be undone, by their age.
                merge
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.MergedAt,
                        row.Id,
                    })
                    .HasFilter("journal is not null")
                    .HasDatabaseName($"ix_{tablePrefix}merges_undoable");
            }
        );
        Table<ErasureRow>(
            "erasures",
            erasure =>
            {
                erasure.HasKey(row => new { row.Tenant, row.CustomerId });
                Key(erasure.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(erasure.Property(row => row.CustomerId).HasColumnName("customer_id"));
                Id(erasure.Property(row => row.ErasedWith).HasColumnName("erased_with"));
                Id(erasure.Property(row => row.ErasureId).HasColumnName("erasure_id"));
                Time(erasure.Property(row => row.ErasedAt).HasColumnName("erased_at"));
                erasure.Property(row => row.Receipt).HasColumnName("receipt").HasColumnType(dialect.DocumentType);

                // Each erasure once.
                erasure
                    .HasIndex(row => new
                    {
                        row.Tenant,
                        row.ErasedAt,
                        row.ErasureId,
                    })
                    .HasFilter("receipt is not null")
                    .HasDatabaseName($"ix_{tablePrefix}erasures_receipts");
            }
        );
        Table<ErasureMarkRow>(
            "erasure_marks",
            mark =>
            {
                mark.HasKey(row => new { row.Tenant, row.Hash });
                Key(mark.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Key(mark.Property(row => row.Hash).HasColumnName("hash"), HashLength);
                Key(mark.Property(row => row.KeyId).HasColumnName("key_id"), ErasureMark.MaxKeyIdLength);
                Key(mark.Property(row => row.Kind).HasColumnName("kind"), MaxNameLength);

                // By which the keys in use are found without reading every mark.
                mark.HasIndex(row => row.KeyId).HasDatabaseName($"ix_{tablePrefix}erasure_marks_key");
            }
        );
        Table<ErasureGuardRow>(
            "erasure_guards",
            guard =>
            {
                guard.HasKey(row => new { row.Tenant, row.Hash });
                Key(guard.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Key(guard.Property(row => row.Hash).HasColumnName("hash"), HashLength);
                Time(guard.Property(row => row.GuardedUntil).HasColumnName("guarded_until"));
                guard
                    .HasIndex(row => new { row.Tenant, row.GuardedUntil })
                    .HasDatabaseName($"ix_{tablePrefix}erasure_guards_until");
            }
        );
        Table<EventRow>(
            "events",
            waiting =>
            {
                waiting.HasKey(row => new
                {
                    row.Tenant,
                    row.CustomerId,
                    row.Sequence,
                });
                Key(waiting.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(waiting.Property(row => row.CustomerId).HasColumnName("customer_id"));
                waiting.Property(row => row.Sequence).HasColumnName("sequence").ValueGeneratedNever();
                Key(waiting.Property(row => row.Event).HasColumnName("event"));
            }
        );
        Table<EventQueueRow>(
            "event_queues",
            queue =>
            {
                queue.HasKey(row => new { row.Tenant, row.CustomerId });
                Key(queue.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(queue.Property(row => row.CustomerId).HasColumnName("customer_id"));
                queue.Property(row => row.LastSequence).HasColumnName("last_sequence");
                queue.Property(row => row.Attempts).HasColumnName("attempts");
                Id(queue.Property(row => row.LeaseId).HasColumnName("lease_id"));
                Time(queue.Property(row => row.AvailableFrom).HasColumnName("available_from"));

                // Only queues with events, and the stopped ones come last.
                queue
                    .HasIndex(row => row.AvailableFrom)
                    .HasFilter("available_from is not null")
                    .HasDatabaseName($"ix_{tablePrefix}event_queues_available");
            }
        );
        Table<FeatureRow>(
            "features",
            feature =>
            {
                feature.HasKey(row => row.Name);
                Key(feature.Property(row => row.Name).HasColumnName("name"), MaxNameLength);
                feature.Property(row => row.IsOn).HasColumnName("is_on");
            }
        );
        Table<MatchKeyRow>(
            "match_keys",
            match =>
            {
                match.HasKey(row => new
                {
                    row.Tenant,
                    row.Key,
                    row.CustomerId,
                });
                Key(match.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                match.Property(row => row.Key).HasColumnName("key").ValueGeneratedNever();
                Id(match.Property(row => row.CustomerId).HasColumnName("customer_id"));

                // By which the keys of a customer are replaced.
                match.HasIndex(row => new { row.Tenant, row.CustomerId });
                OfCustomer(match, nameof(MatchKeyRow.Tenant), nameof(MatchKeyRow.CustomerId));
            }
        );
        Table<NotDuplicatesRow>(
            "not_duplicates",
            pair =>
            {
                pair.HasKey(row => new
                {
                    row.Tenant,
                    row.OneId,
                    row.OtherId,
                });
                Key(pair.Property(row => row.Tenant).HasColumnName("tenant"), TenantId.MaxLength);
                Id(pair.Property(row => row.OneId).HasColumnName("one_id"));
                Id(pair.Property(row => row.OtherId).HasColumnName("other_id"));
                Time(pair.Property(row => row.MarkedAt).HasColumnName("marked_at"));
                Key(pair.Property(row => row.MarkedBy).HasColumnName("marked_by"), Actor.MaxIdLength);
                pair.HasIndex(row => new { row.Tenant, row.OtherId })
                    .HasFilter(dialect.IndexFilter("other_id"))
                    .HasDatabaseName($"ix_{tablePrefix}not_duplicates_other");
                EndsWith(pair, nameof(NotDuplicatesRow.OneId), "one");
                EndsWith(pair, nameof(NotDuplicatesRow.OtherId), "other");
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

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    private const int HashLength = 64;

    private void Table<TRow>(string name, Action<EntityTypeBuilder<TRow>> build)
        where TRow : class =>
        model.Entity<TRow>(entity =>
        {
            entity.ToTable(tablePrefix + name, schema);
            build(entity);
            entity.Metadata.FindPrimaryKey()!.SetName($"pk_{tablePrefix}{name}");
        });

    /// <summary>Deleting either customer of a merge deletes it.</summary>
    private void OfBoth(EntityTypeBuilder<MergeRow> merge, string customer, string name)
    {
        merge
            .HasIndex(nameof(MergeRow.Tenant), customer)
            .HasFilter(dialect.IndexFilter($"{name}_id"))
            .HasDatabaseName($"ix_{tablePrefix}merges_{name}");
        merge
            .HasOne<CustomerRow>()
            .WithMany()
            .HasForeignKey(nameof(MergeRow.Tenant), customer)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName($"fk_{tablePrefix}merges_{name}");
    }

    /// <summary>Deleting either customer of a pair deletes it.</summary>
    private void EndsWith(EntityTypeBuilder<NotDuplicatesRow> pair, string customer, string name) =>
        pair.HasOne<CustomerRow>()
            .WithMany()
            .HasForeignKey(nameof(NotDuplicatesRow.Tenant), customer)
            .OnDelete(DeleteBehavior.Cascade)
            .HasConstraintName($"fk_{tablePrefix}not_duplicates_{name}");

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
        if (
            row.Metadata.FindIndex(key.Select(name => row.Metadata.FindProperty(name)!).ToArray()) is
            { IsUnique: false } index
        )
        {
            index.SetDatabaseName($"ix_{table}_customer");
            index.SetFilter(dialect.IndexFilter("customer_id"));
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
