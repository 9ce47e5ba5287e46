namespace CustomerProfiles.AspNetCore;

/// <summary>
/// An edit of a page that kept only the versions of what it showed. The core compares an edit with the profile as it
/// was read; this makes that comparison from the versions.
/// </summary>
internal sealed class EditPlan
{
    private EditPlan(ProfileEdit? edit, ConflictingChange[] conflicts)
    {
        Edit = edit;
        Conflicts = conflicts;
    }

    /// <summary>The edit to save; null when there are conflicts.</summary>
    public ProfileEdit? Edit { get; }

    /// <summary>The changes of entries that another person changed meanwhile to something else.</summary>
    public ConflictingChange[] Conflicts { get; }

    /// <summary>Compares the changes with the current profile.</summary>
    public static EditPlan Make(CustomerProfile current, IReadOnlyList<EntryChange> changes, Actor actor)
    {
        var conflicts = new List<ConflictingChange>();
        var wanted = new List<EntryChange>();
        var filledMeanwhile = new List<FieldValue>();
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            var version = change.VersionIn(current);
            if (EntryVersion.HoldSame(version, change.Version))
            {
                wanted.Add(change);
                continue;
            }

            var alone = current.Edit(actor);
            change.ApplyTo(alone);
            if (WasPerson(version, change.Version))
            {
                // Another person may have done the very same, which is no conflict.
                if (!alone.IsEmpty)
                {
                    conflicts.Add(new ConflictingChange(i, change));
                }

                continue;
            }

            wanted.Add(change);
            if (alone.IsEmpty && current.Find(change.Field, change.Key) is { IsCleared: false } filled)
            {
                filledMeanwhile.Add(filled);
            }
        }

        if (conflicts.Count > 0)
        {
            return new EditPlan(edit: null, [.. conflicts]);
        }

        var edit = AsRead(current, filledMeanwhile).Edit(actor);
        foreach (var change in wanted)
        {
            change.ApplyTo(edit);
        }

        return new EditPlan(edit, []);
    }

    /// <summary>Whether a person changed the entry: put there what is there now, or took away what a person had put
    /// there.</summary>
    private static bool WasPerson(string version, string seen) =>
        EntryVersion.IsFromPerson(version == EntryVersion.Unset ? seen : version);

    /// <summary>
    /// The profile as the page saw it, where an agent typed what a machine has filled in since. That the value is the
    /// agent's must be written, and the core writes it when the profile that was read lacks it. The older version makes
    /// the store refuse the first attempt, so the edit is merged with the current profile.
    /// </summary>
    private static CustomerProfile AsRead(CustomerProfile current, List<FieldValue> filledMeanwhile) =>
        filledMeanwhile.Count == 0 || current.Version == 1
            ? current
            : new CustomerProfile(
                current.Tenant,
                current.Id,
                current.Version - 1,
                current.CreatedAt,
                current.UpdatedAt,
                current.Identities,
                [.. current.Values.Except(filledMeanwhile)]
            );
}

/// <summary>A change of an entry that another person changed meanwhile.</summary>
/// <param name="Index">The position of the change in the request.</param>
/// <param name="Change">The change.</param>
internal readonly record struct ConflictingChange(int Index, EntryChange Change);
