using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>Walks a stored history back from the current profile, newest change first.</summary>
internal sealed class HistoryReader(StoredHistory history, FieldLabels labels, bool isProfileKnown = true)
{
    /// <summary>The changes, each with the values before and after it.</summary>
    public IEnumerable<HistoryEntry> Entries()
    {
        var after = history.Profile.Values;

        // The fields whose value at this point was removed from a later change.
        var unknown = new HashSet<ProfileField>();
        foreach (var stored in history.Changes)
        {
            yield return Entry(stored, after, unknown);
            foreach (var value in stored.Change.Values)
            {
                if (value.IsRemoved)
                {
                    unknown.Add(value.Field);
                }
                else if (!value.Field.IsList)
                {
                    unknown.Remove(value.Field);
                }
            }

            after = ProfileDifference.Undo(after, stored.Change);
        }
    }

    /// <summary>An earlier version; null when it is not kept, or not whole.</summary>
    public CustomerProfile? Version(long version)
    {
        var profile = history.Profile;
        foreach (var stored in history.Changes)
        {
            if (profile is null || profile.Version <= version)
            {
                break;
            }

            if (stored.Version is { } made)
            {
                // A change is missing when the host kept no history for a while.
                profile = made == profile.Version ? ProfileDifference.Undo(profile, stored.Change) : null;
            }
        }

        return profile?.Version == version ? profile : null;
    }

    private HistoryEntry Entry(StoredChange stored, ImmutableArray<FieldValue> after, HashSet<ProfileField> unknown) =>
        new()
        {
            CustomerId = history.Profile.Id,
            Number = stored.Number,
            Version = stored.Version,
            Kind = stored.Change.Kind,
            By = stored.Change.By,
            CaseReference = stored.Change.CaseReference,
            Values =
            [
                .. stored.Change.Values.Select(value =>
                {
                    var found = value.IsRemoved
                        ? null
                        : after.FirstOrDefault(current => current.IsAt(value.Field, value.Key));
                    return new HistoryValue
                    {
                        Field = value.Field,
                        Label = labels.LabelOf(value.Field),
                        Key = value.Key,
                        Before = value.Value,
                        After = found,
                        IsRemoved =
                            value.IsRemoved || (found is null && (!isProfileKnown || unknown.Contains(value.Field))),
                    };
                }),
            ],
        };
}
