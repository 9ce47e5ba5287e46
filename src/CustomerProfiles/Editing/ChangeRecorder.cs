using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// Describes what is written, for the history and for the events that tell of it. It describes nothing where the host
/// has neither, or its store cannot keep it.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="mostKept">How many changes of a customer the history keeps; 0 for none.</param>
/// <param name="writesEvents">Whether the host writes events.</param>
internal sealed class ChangeRecorder(ICustomerProfileStore store, int mostKept, bool writesEvents)
{
    private readonly int _mostKept = store is IHistoryStore ? mostKept : 0;

    private bool IsOff => _mostKept == 0 && !writesEvents;

    /// <summary>The change from one version of a profile to the next; null for none.</summary>
    public ProfileChange? Describe(CustomerProfile earlier, CustomerProfile later, in ChangeReason reason)
    {
        if (IsOff)
        {
            return null;
        }

        var values = ProfileDifference.Between(earlier, later);
        var identities = later.Identities.SequenceEqual(earlier.Identities) ? default : earlier.Identities;
        var kind = KindOf(reason.Kind);
        return new ProfileChange
        {
            Kind = reason.Kind,
            By = reason.By,
            CaseReference = reason.CaseReference,
            Values = values,
            Identities = identities,
            UpdatedAt = earlier.UpdatedAt,
            MostKept = _mostKept,
            // One that only moves the time of the last change tells nobody anything.
            Event =
                kind == CustomerEventKind.Updated && values.IsEmpty && identities.IsDefault
                    ? null
                    : Event(kind, reason, FieldsOf(values, identities)),
        };
    }

    /// <summary>A change that makes no version of the profile; null for none.</summary>
    public ProfileChange? Describe(in ChangeReason reason) =>
        IsOff
            ? null
            : new ProfileChange
            {
                Kind = reason.Kind,
                By = reason.By,
                CaseReference = reason.CaseReference,
                Values = [],
                MostKept = _mostKept,
                Event = Event(
                    // Of a merge only the absorbed customer gets no new version.
                    reason.Kind == HistoryKind.Merge
                        ? CustomerEventKind.MergedAway
                        : KindOf(reason.Kind),
                    reason,
                    fields: []
                ),
            };

    /// <summary>The event of a customer's creation; null for none.</summary>
    public EventWrite? DescribeCreation(Provenance by) =>
        writesEvents ? new EventWrite { Kind = CustomerEventKind.Created, By = ForOthers(by) } : null;

    /// <summary>The event of a customer's erasure; null for none.</summary>
    public EventWrite? DescribeErasure(Provenance by, Guid erasure) =>
        writesEvents
            ? new EventWrite
            {
                Kind = CustomerEventKind.Erased,
                By = ForOthers(by),
                Erasure = erasure,
            }
            : null;

    private EventWrite? Event(CustomerEventKind kind, in ChangeReason reason, ImmutableArray<string> fields) =>
        writesEvents
            ? new EventWrite
            {
                Kind = kind,
                By = ForOthers(reason.By),
                Fields = fields,
                Merge = reason.Merge,
                OtherCustomerId = reason.OtherCustomerId,
            }
            : null;

    /// <summary>
    /// Events leave the host, and nobody erases anything there. The id of a conversation or of an imported row may say
    /// who the customer is, so an event only says that it was a conversation, or from which system the row was.
    /// </summary>
    private static Provenance ForOthers(Provenance by) =>
        by.Source switch
        {
            ProvenanceSource.Conversation => by with { By = "conversation" },
            // The name of a system holds no colon; the id of the row comes after one.
            ProvenanceSource.Import => by with { By = by.By.Split(':')[0] },
            _ => by,
        };

    private static ImmutableArray<string> FieldsOf(
        ImmutableArray<PreviousValue> values,
        ImmutableArray<Identity> identities
    )
    {
        var codes = values.Select(value => value.Field.Code).Distinct(StringComparer.Ordinal);
        return [.. identities.IsDefault ? codes : codes.Append(CustomerEvent.Identities)];
    }

    private static CustomerEventKind KindOf(HistoryKind kind) =>
        kind switch
        {
            HistoryKind.Suppression => CustomerEventKind.Suppressed,
            HistoryKind.Unsuppression => CustomerEventKind.Unsuppressed,
            HistoryKind.Merge => CustomerEventKind.Merged,
            HistoryKind.Unmerge => CustomerEventKind.Unmerged,
            _ => CustomerEventKind.Updated,
        };
}
