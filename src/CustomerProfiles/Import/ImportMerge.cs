using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// What an imported row changes in a profile: a pure function. An import ranks between agents and conversations: it
/// fills what is blank, and replaces what a conversation or a provider gave and what the same row gave before.
/// </summary>
internal static class ImportMerge
{
    /// <summary>The profile with the row in it, in its next version; null when nothing changes.</summary>
    /// <param name="current">The profile.</param>
    /// <param name="row">The row.</param>
    /// <param name="replace">Whether the row also replaces what agents have set or cleared.</param>
    /// <param name="limits">The limits of the fields.</param>
    public static CustomerProfile? Next(CustomerProfile current, PreparedRow row, bool replace, EditLimits limits)
    {
        var values = Changes(current, row, replace)
            .Aggregate(current.Values, (values, change) => values.With(change.Result(row.Provenance)!));

        // A number that is no longer in the profile, because an agent has removed it, is no identity.
        var gained = row
            .Identities.Where(identity =>
                identity.Kind switch
                {
                    IdentityKind.Email => false,
                    IdentityKind.Phone => values.Any(value =>
                        !value.IsCleared && value.IsAt(ProfileField.Phones, identity.Value)
                    ),
                    _ => true,
                } && !current.Identities.Contains(identity)
            )
            .ToImmutableArray();
        if (values == current.Values && gained.IsEmpty)
        {
            return null;
        }

        var next = current.Next(ClearedMarks.Collapse(values, limits), row.Provenance.ObservedAt);
        return gained.IsEmpty ? next : next.WithIdentities([.. next.Identities, .. gained]);
    }

    /// <summary>The changes of the row that count.</summary>
    public static IEnumerable<FieldChange> Changes(CustomerProfile current, PreparedRow row, bool replace) =>
        row.Changes.Where(change => MaySet(current, change.Result(row.Provenance)!, replace));

    /// <summary>The fields in which two versions differ.</summary>
    public static ImmutableArray<ProfileField> ChangedFields(CustomerProfile earlier, CustomerProfile later) =>
        [
            .. later
                .Values.Where(value => !value.Equals(earlier.Find(value.Field, value.Key)))
                .Select(value => value.Field)
                .Distinct(),
        ];

    private static bool MaySet(CustomerProfile current, FieldValue given, bool replace)
    {
        var held = current.Find(given.Field, given.Key) ?? MarkOfList(current, given.Field);
        return held?.Provenance.Source switch
        {
            null or ProvenanceSource.Conversation or ProvenanceSource.Provider => true,
            ProvenanceSource.Agent => replace && !held.HoldsSameAs(given),
            _ => string.Equals(held.Provenance.By, given.Provenance.By, StringComparison.Ordinal)
                && !held.HoldsSameAs(given),
        };
    }

    /// <summary>The mark that somebody has cleared the whole list, which stands for each entry.</summary>
    private static FieldValue? MarkOfList(CustomerProfile profile, ProfileField field) =>
        field.List is { } list && profile.Find(list) is { IsCleared: true } mark ? mark : null;
}
