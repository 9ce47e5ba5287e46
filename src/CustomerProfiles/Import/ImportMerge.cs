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
    /// <param name="set">What <see cref="Values"/> says that it may set.</param>
    /// <param name="limits">The limits of the fields.</param>
    public static CustomerProfile? Next(
        CustomerProfile current,
        PreparedRow row,
        ImmutableArray<FieldValue> set,
        EditLimits limits
    )
    {
        var values = set.Aggregate(current.Values, (values, given) => values.With(given));

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

        var next = current.Next(ClearedMarks.Collapse(values, limits), row.By.ObservedAt);
        return gained.IsEmpty ? next : next.WithIdentities([.. next.Identities, .. gained]);
    }

    /// <summary>
    /// The values of the row that it may set, with the parts that are there and of which it says nothing.
    /// </summary>
    /// <param name="current">The profile.</param>
    /// <param name="row">The row.</param>
    /// <param name="replace">Whether the row also replaces what agents have set or cleared.</param>
    public static ImmutableArray<FieldValue> Values(CustomerProfile current, PreparedRow row, bool replace) =>
        [
            .. row
                .Values.Select(given =>
                    given.Value is { } value
                        ? new FieldValue(
                            given.Field,
                            given.Key,
                            FieldContent.Completed(value, current.Find(given.Field, given.Key)?.Value),
                            given.Provenance
                        )
                        : given
                )
                .Where(given => MaySet(current, given, replace)),
        ];

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
        if ((current.Find(given.Field, given.Key) ?? MarkOfList(current, given.Field)) is not { } held)
        {
            return true;
        }

        var (giver, holder) = (given.Provenance, held.Provenance);
        if (RankOf(giver) != RankOf(holder))
        {
            return RankOf(giver) > RankOf(holder) || (replace && giver.IsFromPerson && !held.HoldsSameAs(given));
        }

        return !held.HoldsSameAs(given)
            && giver.Source switch
            {
                ProvenanceSource.Import => IsOfRow(giver) && IsSame(giver, holder),
                ProvenanceSource.Provider => IsSame(giver, holder) && giver.ObservedAt > holder.ObservedAt,
                ProvenanceSource.Agent => replace,
                _ => false,
            };
    }

    private static int RankOf(Provenance provenance) =>
        provenance.Source switch
        {
            ProvenanceSource.Agent => 3,
            ProvenanceSource.Import => 2,
            ProvenanceSource.Conversation => 1,
            _ => 0,
        };

    /// <summary>Whether a row with an id gave it; the name of a system holds no colon.</summary>
    private static bool IsOfRow(Provenance provenance) => provenance.By.Contains(':', StringComparison.Ordinal);

    private static bool IsSame(Provenance one, Provenance other) =>
        string.Equals(one.By, other.By, StringComparison.Ordinal);

    /// <summary>The mark that somebody has cleared the whole list, which stands for each entry.</summary>
    private static FieldValue? MarkOfList(CustomerProfile profile, ProfileField field) =>
        field.List is { } list && profile.Find(list) is { IsCleared: true } mark ? mark : null;
}
