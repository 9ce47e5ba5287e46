using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// What becomes of the values of two profiles that are merged. An entry that both hold: agent before import before
/// conversation before provider; what a person typed before what a person cleared; else that of the profile that stays.
/// </summary>
internal static class MergedValues
{
    /// <summary>Every entry of both, in the order of the profile that stays, then of the other.</summary>
    public static ImmutableArray<MergedEntry> Of(
        CustomerProfile from,
        CustomerProfile into,
        ImmutableArray<MergeChoice> choices,
        FieldLabels labels
    )
    {
        ImmutableArray<MergedEntry> entries =
        [
            .. into.Values.Select(value => Entry(from.Find(value.Field, value.Key), value)),
            .. from
                .Values.Where(value => into.Find(value.Field, value.Key) is null)
                .Select(value => Entry(value, null)),
        ];
        return WithoutClearedByList(entries);

        MergedEntry Entry(FieldValue? ofFrom, FieldValue? ofInto)
        {
            var (field, key) = ofInto is null ? (ofFrom!.Field, ofFrom.Key) : (ofInto.Field, ofInto.Key);
            var choice = choices.FirstOrDefault(choice => choice.Field.Equals(field) && choice.Key == key);
            var kept =
                choice?.Keep
                ?? (
                    ofInto is null ? MergeSource.From
                    : ofFrom is null ? MergeSource.Into
                    : KeptOf(ofFrom, ofInto, IsIdentity(field, key))
                );
            return new MergedEntry
            {
                Field = field,
                Label = labels.LabelOf(field),
                Key = key,
                From = ofFrom,
                Into = ofInto,
                Result = kept switch
                {
                    MergeSource.Into => ofInto,
                    MergeSource.From => ofFrom,
                    _ => BothNotes(ofFrom!, ofInto!),
                },
                Kept = kept,
            };
        }

        bool IsIdentity(ProfileField field, string key) => IsIn(from, field, key) || IsIn(into, field, key);

        // Somebody cleared the list, so no provider fills it, neither before nor after the merge.
        ImmutableArray<MergedEntry> WithoutClearedByList(ImmutableArray<MergedEntry> all)
        {
            var cleared = all.Where(entry => IsOfList(entry.Result)).ToArray();
            return
            [
                .. all.Select(entry =>
                    entry.Result is { IsCleared: false, Provenance.Source: ProvenanceSource.Provider }
                    && !IsIdentity(entry.Field, entry.Key)
                    && !choices.Any(choice => choice.Field.Equals(entry.Field) && choice.Key == entry.Key)
                    && cleared.FirstOrDefault(mark => mark.Field.Covers(entry.Field)) is { } mark
                        ? With(entry, result: null, mark.Kept)
                        : entry
                ),
            ];
        }
    }

    /// <summary>
    /// The first choice that cannot be made: its customer holds no such entry, or it would drop an identity; null for
    /// none.
    /// </summary>
    public static MergeChoice? Invalid(CustomerProfile from, CustomerProfile into, ImmutableArray<MergeChoice> choices)
    {
        foreach (var choice in choices)
        {
            var ofFrom = from.Find(choice.Field, choice.Key);
            var ofInto = into.Find(choice.Field, choice.Key);
            var kept = choice.Keep == MergeSource.From ? ofFrom : ofInto;
            var isPossible = choice.Keep switch
            {
                MergeSource.From or MergeSource.Into => kept is not null
                    && !(
                        kept.IsCleared && (IsIn(from, choice.Field, choice.Key) || IsIn(into, choice.Field, choice.Key))
                    ),
                MergeSource.Both => choice.Field.Equals(ProfileField.Notes)
                    && ofFrom is { IsCleared: false }
                    && ofInto is { IsCleared: false },
                _ => false,
            };
            if (!isPossible)
            {
                return choice;
            }
        }

        return null;
    }

    /// <summary>Whether an entry of a profile is one of its identities.</summary>
    public static bool IsIn(CustomerProfile profile, ProfileField field, string key) =>
        IdentityAt(field, key) is { } identity && profile.Identities.Contains(identity);

    /// <summary>The identity that an entry is, if it is one; null for an entry that never is.</summary>
    public static Identity? IdentityAt(ProfileField field, string key) =>
        key.Length == 0 ? null
        : field.Equals(ProfileField.Emails) ? Identity.FromStore(IdentityKind.Email, key)
        : field.Equals(ProfileField.Phones) ? Identity.FromStore(IdentityKind.Phone, key)
        : null;

    private static MergeSource KeptOf(FieldValue from, FieldValue into, bool isIdentity)
    {
        if (from.Field.Equals(ProfileField.Notes) && !from.IsCleared && !into.IsCleared)
        {
            return MergeSource.Both;
        }

        if (
            from.IsCleared != into.IsCleared
            && (isIdentity || (from.Provenance.IsFromPerson && into.Provenance.IsFromPerson))
        )
        {
            return from.IsCleared ? MergeSource.Into : MergeSource.From;
        }

        // The sources are declared in the order of their precedence.
        return from.Provenance.Source < into.Provenance.Source ? MergeSource.From : MergeSource.Into;
    }

    private static FieldValue BothNotes(FieldValue from, FieldValue into)
    {
        var (theirs, ours) = ((string)from.Value!, (string)into.Value!);
        var later = from.Provenance.ObservedAt > into.Provenance.ObservedAt ? from.Provenance : into.Provenance;
        return FieldValue.Set(
            ProfileField.Notes,
            string.Equals(theirs, ours, StringComparison.Ordinal) ? ours : $"{ours}\n\n{theirs}",
            later
        );
    }

    private static bool IsOfList(FieldValue? value) => value is { IsCleared: true, Field.IsList: true, Key.Length: 0 };

    private static MergedEntry With(MergedEntry entry, FieldValue? result, MergeSource kept) =>
        new()
        {
            Field = entry.Field,
            Label = entry.Label,
            Key = entry.Key,
            From = entry.From,
            Into = entry.Into,
            Result = result,
            Kept = kept,
        };
}
