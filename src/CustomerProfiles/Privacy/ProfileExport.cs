using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Writes what is held about a customer as one document.</summary>
internal sealed class ProfileExport(
    ICustomerProfileStore store,
    CustomersById customers,
    ErasedPeople erased,
    TenantTerms terms,
    IClock clock
)
{
    /// <summary>How many ids of customers are read at once.</summary>
    private const int PageSize = 100;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
    };

    public async ValueTask<CustomerExport?> ExportAsync(
        TenantId tenant,
        CustomerId id,
        ExportOptions options,
        CancellationToken cancellationToken
    ) =>
        await customers.GetRecordAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } record
            ? new CustomerExport(
                record.Customer.Profile.Id,
                Write(record, options, (await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false)).Labels)
            )
            : null;

    public async ValueTask<IdentityExport> ExportAsync(
        TenantId tenant,
        Identity identity,
        ExportOptions options,
        CancellationToken cancellationToken
    )
    {
        // The customer first: whoever is erased meanwhile leaves marks, which are read after that.
        var exports = customers.Exports;
        var owner = await store.FindAsync(tenant, identity, cancellationToken).ConfigureAwait(false);
        var customer = owner is null
            ? null
            : await ExportAsync(tenant, owner.Profile.Id, options, cancellationToken).ConfigureAwait(false);
        var isSuppressed = await exports.IsSuppressedAsync(tenant, identity, cancellationToken).ConfigureAwait(false);
        var mark = await erased.FindMarkAsync(tenant, identity, cancellationToken).ConfigureAwait(false);
        return new IdentityExport(identity, customer, isSuppressed, mark);
    }

    public async IAsyncEnumerable<CustomerExport> ExportAllAsync(
        TenantId tenant,
        ExportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        CustomerId? after = null;
        do
        {
            var page = await store
                .ListAsync(tenant, new ProfileQuery { After = after, PageSize = PageSize }, cancellationToken)
                .ConfigureAwait(false);
            foreach (var profile in page.Profiles)
            {
                if (
                    await ExportAsync(tenant, profile.Id, options, cancellationToken).ConfigureAwait(false) is
                    { } export
                )
                {
                    yield return export;
                }
            }

            after = page.Next;
        } while (after is not null);
    }

    private ReadOnlyMemory<byte> Write(StoredRecord record, ExportOptions options, FieldLabels labels)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", ExportFormat.Name);
            json.WriteString("exportedAt", Text(clock.GetCurrentInstant().ToMicroseconds()));
            WriteCustomer(json, record);
            WriteValues(json, record.Customer.Profile, options, labels);
            WriteConversations(json, record.Conversations);
            WriteChecks(json, record.Customer.Checks);
            WriteHistory(json, record.Changes, options, labels);
            WriteMerges(json, record, options, labels);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteCustomer(Utf8JsonWriter json, StoredRecord record)
    {
        var profile = record.Customer.Profile;
        json.WriteStartObject("customer");
        json.WriteString("id", profile.Id.ToString());
        json.WriteNumber("version", profile.Version);
        json.WriteString("createdAt", Text(profile.CreatedAt));
        json.WriteString("updatedAt", Text(profile.UpdatedAt));
        ProfileSerializer.Write(json, profile.Identities);
        json.WriteBoolean("suppressed", record.Customer.IsSuppressed);
        json.WriteBoolean("suppressedByCustomer", record.IsMarked);
        json.WriteStartArray("suppressedIdentities");
        foreach (var identity in record.MarkedIdentities)
        {
            ProfileSerializer.Write(json, identity);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(
        Utf8JsonWriter json,
        CustomerProfile profile,
        ExportOptions options,
        FieldLabels labels
    )
    {
        json.WriteStartArray("values");
        foreach (var value in profile.Values.Where(value => IsIncluded(value.Field, options)))
        {
            WriteValue(json, value, options, labels);
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldValue value, ExportOptions options, FieldLabels labels)
    {
        json.WriteStartObject();
        json.WriteString("field", value.Field.Code);
        json.WriteString("label", labels.LabelOf(value.Field));
        if (value.Key.Length > 0)
        {
            json.WriteString("key", value.Key);
        }

        ProfileSerializer.WriteContent(json, value.Field, value.Value);
        if (value.IsCleared)
        {
            json.WriteBoolean("cleared", true);
        }

        ProfileSerializer.Write(json, Shown(value.Provenance, options));
        json.WriteEndObject();
    }

    private static void WriteConversations(Utf8JsonWriter json, ImmutableArray<ConversationRecord> conversations)
    {
        json.WriteStartArray("conversations");
        foreach (var conversation in conversations)
        {
            json.WriteStartObject();
            json.WriteString("id", conversation.Id);
            json.WriteString("direction", ExportFormat.NameOf(conversation.Direction));
            json.WriteString("at", Text(conversation.At));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChecks(Utf8JsonWriter json, ImmutableArray<CheckState> checks)
    {
        json.WriteStartArray("checks");
        foreach (var check in checks)
        {
            json.WriteStartObject();
            json.WriteString("provider", check.Provider);
            WriteTime(json, "requestedAt", check.RequestedAt);
            WriteTime(json, "lastCheckAt", check.LastCheckAt);
            if (check.LastOutcome is { } outcome)
            {
                json.WriteString("lastOutcome", outcome.ToString());
            }

            WriteTime(json, "lastFailureAt", check.LastFailureAt);
            if (check.LastFailure is { } failure)
            {
                json.WriteString("lastFailure", failure.ToString());
            }

            json.WriteBoolean("pending", check.IsPending);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHistory(
        Utf8JsonWriter json,
        ImmutableArray<StoredChange> changes,
        ExportOptions options,
        FieldLabels labels
    )
    {
        json.WriteStartArray("history");
        foreach (var stored in changes)
        {
            var change = stored.Change;
            json.WriteStartObject();
            json.WriteNumber("number", stored.Number);
            if (stored.Version is { } version)
            {
                json.WriteNumber("version", version);
            }

            json.WriteString("kind", ChangeSerializer.NameOf(change.Kind));
            ProfileSerializer.Write(json, Shown(change.By, options));
            if (change.CaseReference is { } reference)
            {
                json.WriteString("caseReference", reference);
            }

            if (!change.Identities.IsDefault)
            {
                ProfileSerializer.Write(json, change.Identities);
            }

            WriteBefore(json, change, options, labels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// The merges, and what is still held of those who were absorbed; nothing for who was never merged.
    /// </summary>
    private static void WriteMerges(Utf8JsonWriter json, StoredRecord record, ExportOptions options, FieldLabels labels)
    {
        if (record.Merges.Length > 0)
        {
            json.WriteStartArray("merges");
            foreach (var merge in record.Merges)
            {
                json.WriteStartObject();
                json.WriteString("id", merge.Id.ToString());
                json.WriteString("from", merge.From.ToString());
                json.WriteString("into", merge.Into.ToString());
                json.WriteString("at", Text(merge.At));
                json.WriteString("by", options.IncludeAgentIds ? merge.By : ExportFormat.SomeAgent);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (record.Absorbed.Length > 0)
        {
            json.WriteStartArray("absorbed");
            foreach (var absorbed in record.Absorbed)
            {
                json.WriteStartObject();
                json.WriteString("id", absorbed.Profile.Id.ToString());
                json.WriteString("createdAt", Text(absorbed.Profile.CreatedAt));
                ProfileSerializer.Write(json, absorbed.Profile.Identities);
                WriteValues(json, absorbed.Profile, options, labels);
                WriteHistory(json, absorbed.Changes, options, labels);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    /// <summary>What was there before the change; an entry without a value was not set.</summary>
    private static void WriteBefore(
        Utf8JsonWriter json,
        ProfileChange change,
        ExportOptions options,
        FieldLabels labels
    )
    {
        json.WriteStartArray("before");
        foreach (var previous in change.Values.Where(previous => IsIncluded(previous.Field, options)))
        {
            if (previous.Value is { } value)
            {
                WriteValue(json, value, options, labels);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("field", previous.Field.Code);
            json.WriteString("label", labels.LabelOf(previous.Field));
            if (previous.Key.Length > 0)
            {
                json.WriteString("key", previous.Key);
            }

            if (previous.IsRemoved)
            {
                json.WriteBoolean("removed", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool IsIncluded(ProfileField field, ExportOptions options) =>
        options.IncludeNotes || !ProfileField.Notes.Equals(field);

    /// <summary>The provenance without the agent, unless agents are included.</summary>
    private static Provenance Shown(Provenance provenance, ExportOptions options) =>
        provenance.Source == ProvenanceSource.Agent && !options.IncludeAgentIds
            ? provenance with
            {
                By = ExportFormat.SomeAgent,
            }
            : provenance;

    private static void WriteTime(Utf8JsonWriter json, string name, Instant? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, Text(known));
        }
    }

    private static string Text(Instant time) => NodaTime.Text.InstantPattern.ExtendedIso.Format(time);
}
