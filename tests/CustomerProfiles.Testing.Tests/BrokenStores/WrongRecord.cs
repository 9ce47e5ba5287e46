using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads another record of a customer than what is held.</summary>
internal sealed class WrongRecord(ICustomerProfileStore inner, Func<StoredRecord, StoredRecord> reads)
    : PassingStore(inner)
{
    /// <summary>A record with some of it changed.</summary>
    public static StoredRecord With(
        StoredRecord record,
        bool? isMarked = null,
        IEnumerable<Identity>? marked = null,
        IEnumerable<ConversationRecord>? conversations = null,
        IEnumerable<StoredChange>? changes = null,
        IEnumerable<AbsorbedCustomer>? absorbed = null,
        IEnumerable<MergeRecord>? merges = null
    ) =>
        new()
        {
            Customer = record.Customer,
            IsMarked = isMarked ?? record.IsMarked,
            MarkedIdentities = marked is null ? record.MarkedIdentities : [.. marked],
            Conversations = conversations is null ? record.Conversations : [.. conversations],
            Changes = changes is null ? record.Changes : [.. changes],
            Absorbed = absorbed is null ? record.Absorbed : [.. absorbed],
            Merges = merges is null ? record.Merges : [.. merges],
        };

    public override async ValueTask<StoredRecord?> GetRecordAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => await base.GetRecordAsync(tenant, id, cancellationToken) is { } record ? reads(record) : null;
}
