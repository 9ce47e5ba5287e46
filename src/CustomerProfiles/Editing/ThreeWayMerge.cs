using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Merges the changes of an edit with what happened to the profile since it was read. Each entry (a field, or one entry
/// of a list) is merged by itself, so edits of different entries never conflict.
/// </summary>
internal static class ThreeWayMerge
{
    /// <summary>
    /// The values of the current profile with the changes in them; or the conflicts, and then no values.
    /// </summary>
    /// <param name="read">The profile as the edit read it.</param>
    /// <param name="current">The profile as it is now.</param>
    /// <param name="changes">What the edit changes.</param>
    /// <param name="provenance">Where the changes come from.</param>
    /// <param name="labels">What fields are called where people see them.</param>
    public static (ImmutableArray<FieldValue> Values, ImmutableArray<FieldConflict> Conflicts) Merge(
        CustomerProfile read,
        CustomerProfile current,
        IReadOnlyList<FieldChange> changes,
        Provenance provenance,
        FieldLabels labels
    )
    {
        var values = current.Values;
        var conflicts = ImmutableArray.CreateBuilder<FieldConflict>();
        foreach (var change in changes)
        {
            var before = read.Find(change.Field, change.Key);
            var collapsed = ClearedMarks.CollapsedSince(read, current, change.Field, change.Key);
            var theirs = current.Find(change.Field, change.Key) ?? collapsed;
            var yours = change.Result(provenance);
            if (yours is null && collapsed is not null && change.Field.IsList)
            {
                // The mark to be removed is part of one mark that stands for others too.
                conflicts.Add(ConflictOf(change, before, theirs, yours, labels));
                continue;
            }

            if (theirs.HoldsSameAs(yours) && theirs is null or { Provenance.IsFromPerson: true })
            {
                // Another person did the same meanwhile. A provider's value would have to become a person's.
                continue;
            }

            if (yours is null && theirs is { Provenance.IsFromPerson: false })
            {
                // It was reset already, and has been filled since.
                continue;
            }

            if (!theirs.HoldsSameAs(before) && WasPerson(before, theirs))
            {
                conflicts.Add(ConflictOf(change, before, theirs, yours, labels));
            }
            else
            {
                // A person's value replaces what a conversation or a provider set meanwhile, whichever came first.
                values = yours is null ? values.Without(change.Field, change.Key) : values.With(yours);
            }
        }

        return conflicts.Count > 0 ? ([], conflicts.DrainToImmutable()) : (values, []);
    }

    /// <summary>
    /// Whether a person made the change: set or cleared the value, or reset what a person had set.
    /// </summary>
    private static bool WasPerson(FieldValue? before, FieldValue? theirs) =>
        theirs?.Provenance.IsFromPerson ?? before!.Provenance.IsFromPerson;

    private static FieldConflict ConflictOf(
        FieldChange change,
        FieldValue? before,
        FieldValue? theirs,
        FieldValue? yours,
        FieldLabels labels
    ) =>
        new()
        {
            Field = change.Field,
            Label = labels.LabelOf(change.Field),
            Key = change.Key,
            Read = before,
            Theirs = theirs,
            Yours = yours,
        };
}
