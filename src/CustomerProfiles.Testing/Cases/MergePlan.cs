using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// What a caller decides of a merge, or of undoing one, before it is written: a simple plan, which cases change.
/// </summary>
internal sealed class MergePlan
{
    public required TenantId Tenant { get; init; }

    public required MergeRecord Record { get; init; }

    /// <summary>Both customers as the plan was made of them.</summary>
    public required (MergeSide From, MergeSide Into) Before { get; init; }

    public required Side From { get; init; }

    public required Side Into { get; init; }

    public string? Journal { get; init; }

    public ImmutableArray<Identity> NewMarks { get; set; } = [];

    public ImmutableArray<CustomerId> Aliases { get; set; } = [];

    /// <summary>
    /// All identities, all checks, and what the survivor has no value of; where one is suppressed, both are.
    /// </summary>
    public static MergePlan OfMerging(Instant now, MergeSide from, MergeSide into)
    {
        var record = new MergeRecord
        {
            Id = MergeId.From(Guid.CreateVersion7()),
            From = from.Profile.Id,
            Into = into.Profile.Id,
            At = now,
            By = "kim O'Brien \u00e9",
        };
        ImmutableArray<Identity> identities = [.. into.Profile.Identities, .. from.Profile.Identities];
        var isSuppressed = from.IsMarked || into.IsMarked || !from.Marks.IsEmpty || !into.Marks.IsEmpty;
        return new MergePlan
        {
            Tenant = into.Profile.Tenant,
            Record = record,
            Before = (from, into),
            From = new Side(from),
            Into = new Side(into)
            {
                Profile = new CustomerProfile(
                    into.Profile.Tenant,
                    into.Profile.Id,
                    into.Profile.Version + 1,
                    Instant.Min(from.Profile.CreatedAt, into.Profile.CreatedAt),
                    now,
                    identities,
                    [.. into.Profile.Values, .. Missing(from.Profile, into.Profile)]
                ),
                Checks = [.. into.Checks, .. from.Checks.Where(check => !Has(into, check))],
                IsMarked = isSuppressed,
                MarkedBy =
                    into.IsMarked ? into.MarkedBy
                    : isSuppressed ? record.Id
                    : null,
            },
            NewMarks = isSuppressed ? identities : [],
            Journal = $"{{\"journal\": \"O'Brien \\\\ \u00e9\ud83d\ude80 {record.Id}\"}}",
        };
    }

    /// <summary>The identities, values and checks that came with the absorbed customer go back with them.</summary>
    public static MergePlan OfUnmerging(Instant now, MergePlan merged, MergeSide from, MergeSide into)
    {
        ImmutableArray<Identity> returned =
        [
            .. from.Profile.Identities.Where(identity => into.Profile.Identities.Contains(identity)),
        ];
        var isMarked = into.IsMarked && into.MarkedBy != merged.Record.Id;
        var added = Missing(merged.Before.From.Profile, merged.Before.Into.Profile).ToList();
        return new MergePlan
        {
            Tenant = merged.Tenant,
            Record = merged.Record with { At = now },
            Before = (from, into),
            From = new Side(from)
            {
                Profile = Scene.Next(from.Profile, now, returned),
                Checks = [.. into.Checks.Where(check => Has(merged.Before.From, check))],
            },
            Into = new Side(into)
            {
                Profile = new CustomerProfile(
                    into.Profile.Tenant,
                    into.Profile.Id,
                    into.Profile.Version + 1,
                    merged.Before.Into.Profile.CreatedAt,
                    now,
                    [.. into.Profile.Identities.Except(returned)],
                    [.. into.Profile.Values.Where(value => !added.Exists(other => IsSameEntry(value, other)))]
                ),
                Checks = [.. into.Checks.Where(check => !Has(merged.Before.From, check))],
                IsMarked = isMarked,
                MarkedBy = isMarked ? into.MarkedBy : null,
            },
            Aliases = merged.Before.From.Aliases,
        };
    }

    public MergeWrite Write() =>
        new()
        {
            Tenant = Tenant,
            Merge = Record,
            Journal = Journal,
            From = From.Write(),
            Into = Into.Write(),
            NewMarks = NewMarks,
            Aliases = Aliases,
        };

    private static IEnumerable<FieldValue> Missing(CustomerProfile from, CustomerProfile into) =>
        from.Values.Where(value => !into.Values.Any(other => IsSameEntry(value, other)));

    private static bool IsSameEntry(FieldValue one, FieldValue other) =>
        one.Field == other.Field && string.Equals(one.Key, other.Key, StringComparison.Ordinal);

    private static bool Has(MergeSide side, StoredCheck check) =>
        side.Checks.Any(other => string.Equals(other.State.Provider, check.State.Provider, StringComparison.Ordinal));

    /// <summary>What is written of one customer: as they are, unless a plan says otherwise.</summary>
    internal sealed class Side(MergeSide read)
    {
        public string State { get; set; } = read.State;

        public CustomerProfile Profile { get; set; } = read.Profile;

        public ImmutableArray<StoredCheck> Checks { get; set; } = read.Checks;

        public bool IsMarked { get; set; } = read.IsMarked;

        public MergeId? MarkedBy { get; set; } = read.MarkedBy;

        public ProfileChange? Change { get; set; }

        public MergeSideWrite Write() =>
            new()
            {
                State = State,
                Profile = Profile,
                Checks = Checks,
                IsMarked = IsMarked,
                MarkedBy = MarkedBy,
                Change = Change,
            };
    }
}
