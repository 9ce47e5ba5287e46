using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// Brings the changes of an edit together with what happened to the profile since it was read. Each place (a field, or
/// one entry of a list) is looked at by itself, so edits of different places never meet.
/// </summary>
internal static class ThreeWayMerge
{
    /// <summary>
    /// The values of the present profile with the changes in them; or the conflicts, and then no values.
    /// </summary>
    /// <param name="read">The profile as the edit read it.</param>
    /// <param name="current">The profile as it is now.</param>
    /// <param name="changes">What the edit changes.</param>
    /// <param name="provenance">Where the changes come from.</param>
    public static (ImmutableArray<FieldValue> Values, ImmutableArray<FieldConflict> Conflicts) Merge(
        CustomerProfile read,
        CustomerProfile current,
        IReadOnlyList<FieldChange> changes,
        Provenance provenance
    )
    {
        var values = current.Values;
        var conflicts = ImmutableArray.CreateBuilder<FieldConflict>();
        foreach (var change in changes)
        {
            var before = read.Find(change.Field, change.Key);
            var folded = ClearedMarks.FoldedSince(read, current, change.Field, change.Key);
            var theirs = current.Find(change.Field, change.Key) ?? folded;
            var yours = change.Result(provenance);
            if (yours is null && folded is not null && change.Field.IsList)
            {
                // The mark to be taken away is part of one that stands for marks of others too.
                conflicts.Add(new FieldConflict(change.Field, change.Key, before, theirs, yours));
                continue;
            }

            if (theirs.HoldsSameAs(yours) && theirs is null or { Provenance.IsFromPerson: true })
            {
                // Somebody did the same meanwhile: what stands there is what the edit wants. Had it been a provider,
                // the value would have to become a person's.
                continue;
            }

            if (yours is null && theirs is { Provenance.IsFromPerson: false })
            {
                // It was given back already, and has been filled since.
                continue;
            }

            if (!theirs.HoldsSameAs(before) && WasPerson(before, theirs))
            {
                conflicts.Add(new FieldConflict(change.Field, change.Key, before, theirs, yours));
            }
            else
            {
                // What a conversation or a provider put there meanwhile yields to a person, as it would have if it had
                // come later.
                values = yours is null ? values.Without(change.Field, change.Key) : values.With(yours);
            }
        }

        return conflicts.Count > 0 ? ([], conflicts.DrainToImmutable()) : (values, []);
    }

    /// <summary>
    /// Whether a person made the change: put or cleared the value, or gave back what a person had put there.
    /// </summary>
    private static bool WasPerson(FieldValue? before, FieldValue? theirs) =>
        theirs?.Provenance.IsFromPerson ?? before!.Provenance.IsFromPerson;
}
