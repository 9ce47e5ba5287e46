using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What undoing a merge makes of its two customers: a pure function of the merge and of both as they are now. With
/// nothing in between, both are as before but for the version. What was changed since stays with the survivor; what a
/// person cleared or removed since returns on neither side.
/// </summary>
internal sealed class UnmergePlan
{
    private UnmergePlan() { }

    /// <summary>The profile of the customer who was absorbed.</summary>
    public required CustomerProfile From { get; init; }

    /// <summary>The profile of the customer who absorbed them.</summary>
    public required CustomerProfile Into { get; init; }

    /// <summary>The checks of the first.</summary>
    public required ImmutableArray<StoredCheck> FromChecks { get; init; }

    /// <summary>The checks of the second.</summary>
    public required ImmutableArray<StoredCheck> IntoChecks { get; init; }

    /// <summary>Whether the first is marked as suppressed.</summary>
    public required bool IsFromMarked { get; init; }

    /// <summary>Entries that were changed since, and stay with the second.</summary>
    public required ImmutableArray<FieldValue> Unsplit { get; init; }

    /// <summary>Identities of the first that were removed since.</summary>
    public required ImmutableArray<Identity> NotReturned { get; init; }

    /// <summary>Plans it.</summary>
    /// <param name="journal">What the merge remembers.</param>
    /// <param name="from">The absorbed customer, whose profile is as it was before the merge.</param>
    /// <param name="into">The customer who absorbed them, as they are now.</param>
    /// <param name="now">The current time.</param>
    public static UnmergePlan Of(MergeJournal journal, MergeSide from, MergeSide into, Instant now)
    {
        var (before, after, current) = (journal.Into, journal.Merged, into.Profile);
        var returned = from.Profile.Identities.RemoveAll(identity => !current.Identities.Contains(identity));

        return new UnmergePlan
        {
            From = Next(
                from.Profile,
                from.Profile.CreatedAt,
                returned,
                FromValues(from.Profile, after, current, returned)
            ),
            Into = Next(
                current,
                before.CreatedAt,
                current.Identities.RemoveRange(returned),
                IntoValues(before, after, current, returned)
            ),
            FromChecks = UnmergedChecks.Of(journal.FromChecks, journal, into.Checks),
            IntoChecks = UnmergedChecks.Of(journal.IntoChecks, journal, into.Checks),

            // Who was unsuppressed since stays so on both sides, and so does who was suppressed since.
            IsFromMarked =
                (from.IsMarked && MergePlan.IsSuppressedIn(into))
                || (into is { IsMarked: true, MarkedBy: null } && !journal.WasIntoMarked),
            Unsplit =
            [
                .. current.Values.Where(value =>
                    !value.IsCleared
                    && IsChanged(after, current, value.Field, value.Key)
                    && from.Profile.Find(value.Field, value.Key) is not null
                    && !Returns(value, returned)
                ),
            ],
            NotReturned = from.Profile.Identities.RemoveRange(returned),
        };

        CustomerProfile Next(
            CustomerProfile profile,
            Instant createdAt,
            ImmutableArray<Identity> identities,
            ImmutableArray<FieldValue> values
        ) =>
            new(
                profile.Tenant,
                profile.Id,
                profile.Version + 1,
                createdAt,
                Instant.Max(now, profile.UpdatedAt),
                identities,
                values
            );
    }

    /// <summary>What the absorbed customer held, without what was removed since.</summary>
    private static ImmutableArray<FieldValue> FromValues(
        CustomerProfile from,
        CustomerProfile after,
        CustomerProfile current,
        ImmutableArray<Identity> returned
    )
    {
        return [.. from.Values.Select(Value).OfType<FieldValue>()];

        FieldValue? Value(FieldValue value)
        {
            var now = current.Find(value.Field, value.Key);
            if (Returns(value, returned) && now is { IsCleared: false })
            {
                return IsChanged(after, current, value.Field, value.Key) ? now : value;
            }

            if (!IsChanged(after, current, value.Field, value.Key))
            {
                return value;
            }

            if (value.IsCleared || now is { IsCleared: false })
            {
                // An address is only kept with the identity that it is.
                return value.Field.Equals(ProfileField.Emails) && !value.IsCleared && !Returns(value, returned)
                    ? null
                    : value;
            }

            var mark = now ?? ClearedMarks.CollapsedSince(after, current, value.Field, value.Key);
            return mark is null ? null : FieldValue.Cleared(value.Field, value.Key, mark.Provenance);
        }
    }

    /// <summary>What the survivor held before the merge, with what was changed since.</summary>
    private static ImmutableArray<FieldValue> IntoValues(
        CustomerProfile before,
        CustomerProfile after,
        CustomerProfile current,
        ImmutableArray<Identity> returned
    ) =>
        [
            .. before
                .Values.Select(value =>
                    IsChanged(after, current, value.Field, value.Key) ? current.Find(value.Field, value.Key) : value
                )
                .OfType<FieldValue>(),
            .. current.Values.Where(value =>
                before.Find(value.Field, value.Key) is null
                && IsChanged(after, current, value.Field, value.Key)
                && !Returns(value, returned)
            ),
        ];

    /// <summary>Whether an entry is no longer as the merge left it.</summary>
    private static bool IsChanged(CustomerProfile after, CustomerProfile current, ProfileField field, string key)
    {
        var (then, now) = (after.Find(field, key), current.Find(field, key));
        return !then.HoldsSameAs(now) || then?.Provenance != now?.Provenance;
    }

    private static bool Returns(FieldValue value, ImmutableArray<Identity> returned) =>
        MergedValues.IdentityAt(value.Field, value.Key) is { } identity && returned.Contains(identity);
}
