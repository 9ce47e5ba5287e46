using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What a profile held before a change, as the history keeps it, and the way back: undoing a difference on the later
/// profile gives the earlier one exactly.
/// </summary>
internal static class ProfileDifference
{
    /// <summary>
    /// What the earlier profile held wherever the two differ: an entry that was added, replaced, moved or removed.
    /// </summary>
    public static ImmutableArray<PreviousValue> Between(CustomerProfile earlier, CustomerProfile later)
    {
        var standing = Standing(earlier, later);
        var values = ImmutableArray.CreateBuilder<PreviousValue>();
        for (var i = 0; i < earlier.Values.Length; i++)
        {
            var value = earlier.Values[i];
            if (!standing.Contains(value))
            {
                values.Add(
                    new PreviousValue
                    {
                        Field = value.Field,
                        Key = value.Key,
                        Value = value,
                        Index = i,
                    }
                );
            }
        }

        foreach (var value in later.Values)
        {
            if (earlier.Find(value.Field, value.Key) is null)
            {
                values.Add(new PreviousValue { Field = value.Field, Key = value.Key });
            }
        }

        return values.DrainToImmutable();
    }

    /// <summary>The profile before a change, with the version before; null when part of it was removed.</summary>
    /// <param name="later">The profile as the change left it.</param>
    /// <param name="change">A change that made a new version.</param>
    public static CustomerProfile? Undo(CustomerProfile later, ProfileChange change)
    {
        if (change.Values.Any(value => value.IsRemoved))
        {
            return null;
        }

        return new CustomerProfile(
            later.Tenant,
            later.Id,
            later.Version - 1,
            later.CreatedAt,
            change.UpdatedAt ?? later.UpdatedAt,
            change.Identities.IsDefault ? later.Identities : change.Identities,
            Undo(later.Values, change)
        );
    }

    /// <summary>The values before a change, as far as they are known: what was removed is left out.</summary>
    public static ImmutableArray<FieldValue> Undo(ImmutableArray<FieldValue> later, ProfileChange change)
    {
        // What stood through the change is in its order. The rest goes to the positions that it had, lowest first.
        var earlier = later.RemoveAll(value =>
            change.Values.Any(previous => !previous.IsRemoved && value.IsAt(previous.Field, previous.Key))
        );
        foreach (var previous in change.Values)
        {
            if (previous.Value is { } value)
            {
                earlier = earlier.Insert(Math.Min(previous.Index, earlier.Length), value);
            }
        }

        return earlier;
    }

    /// <summary>
    /// The values that both hold, in the same order: the longest such sequence, so that one value that moved is one
    /// difference.
    /// </summary>
    private static HashSet<FieldValue> Standing(CustomerProfile earlier, CustomerProfile later)
    {
        var positions = earlier
            .Values.Select(value => (Value: value, Position: PositionIn(later, value)))
            .Where(common => common.Position >= 0)
            .ToArray();
        var standing = new HashSet<FieldValue>(ReferenceEqualityComparer.Instance);
        if (positions.Zip(positions.Skip(1)).All(pair => pair.First.Position < pair.Second.Position))
        {
            // Nothing has moved.
            standing.UnionWith(positions.Select(common => common.Value));
            return standing;
        }

        // The longest run of growing positions. Hardly anything ever moves.
        var lengths = new int[positions.Length];
        var before = new int[positions.Length];
        var last = -1;
        for (var i = 0; i < positions.Length; i++)
        {
            (lengths[i], before[i]) = (1, -1);
            for (var j = 0; j < i; j++)
            {
                if (positions[j].Position < positions[i].Position && lengths[j] >= lengths[i])
                {
                    (lengths[i], before[i]) = (lengths[j] + 1, j);
                }
            }

            last = last < 0 || lengths[i] > lengths[last] ? i : last;
        }

        for (var i = last; i >= 0; i = before[i])
        {
            standing.Add(positions[i].Value);
        }

        return standing;
    }

    /// <summary>Where the same value, of the same provenance, stands; -1 when it does not.</summary>
    private static int PositionIn(CustomerProfile profile, FieldValue value)
    {
        var index = profile.IndexOf(value.Field, value.Key);
        return
            index >= 0
            && profile.Values[index] is var other
            && (ReferenceEquals(other, value) || (other.HoldsSameAs(value) && other.Provenance == value.Provenance))
            ? index
            : -1;
    }
}
