using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Merges and separates customers: reads both, plans, and writes if both are still as they were read; otherwise it
/// begins again.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="changes">Describes changes for the history and the events.</param>
/// <param name="terms">What fields are called.</param>
/// <param name="clock">The clock.</param>
/// <param name="unmergeWithin">How long a merge can be undone.</param>
/// <param name="followsMerges">False to merge into nobody whom an absorbed id only leads to.</param>
internal sealed class ProfileMerging(
    ICustomerProfileStore store,
    ChangeRecorder changes,
    TenantTerms terms,
    IClock clock,
    Period unmergeWithin,
    bool followsMerges = true
)
{
    /// <summary>Each lost race means that somebody else changed one of the two.</summary>
    private const int MaxRaces = 10;

    public async ValueTask<CustomerResolution> ResolveAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var merges = Merges();
        if (id == default)
        {
            return new CustomerResolution.Unknown();
        }

        // Twice, because the customer may be merged between the first two calls, and the merge undone after them.
        for (var look = 0; look < 2; look++)
        {
            if (await merges.FindSurvivorAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } absorbed)
            {
                return new CustomerResolution.MergedInto(absorbed.Survivor, absorbed.Merge);
            }

            if (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not null)
            {
                return new CustomerResolution.Live();
            }

            if (
                store is IErasureStore erasures
                && await erasures.FindErasureAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } receipt
            )
            {
                return new CustomerResolution.Erased(receipt);
            }
        }

        return new CustomerResolution.Unknown();
    }

    public async ValueTask<MergePreviewOutcome> PreviewAsync(
        TenantId tenant,
        MergeRequest request,
        CancellationToken cancellationToken
    ) =>
        await PlanAsync(tenant, request, cancellationToken).ConfigureAwait(false) switch
        {
            { Plan: { } plan } => new MergePreviewOutcome.Planned(new MergePreview(plan)),
            { AlreadyInto: { } absorbed } => new MergePreviewOutcome.AlreadyMerged(absorbed.Survivor, absorbed.Merge),
            { InvalidChoice: { } choice } => new MergePreviewOutcome.InvalidChoice(choice),
            { Missing: { } id } => new MergePreviewOutcome.NotFound(id),
            _ => new MergePreviewOutcome.SameCustomer(),
        };

    public async ValueTask<MergeOutcome> MergeAsync(
        TenantId tenant,
        MergeRequest request,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var merges = Merges();
        for (var race = 0; race < MaxRaces; race++)
        {
            switch (await PlanAsync(tenant, request, cancellationToken).ConfigureAwait(false))
            {
                case { AlreadyInto: { } absorbed }:
                    return new MergeOutcome.AlreadyMerged(absorbed.Survivor, absorbed.Merge);
                case { InvalidChoice: { } choice }:
                    return new MergeOutcome.InvalidChoice(choice);
                case { Missing: { } id }:
                    return new MergeOutcome.NotFound(id);
                case { Plan: null }:
                    return new MergeOutcome.SameCustomer();
                case { Plan: { } plan }:
                    var preview = new MergePreview(plan);
                    if (request.Versions is { } shown && shown != preview.Versions)
                    {
                        return new MergeOutcome.Changed(preview);
                    }

                    var write = WriteOf(tenant, plan, by, request.CaseReference);
                    if (await merges.MergeAsync(write, cancellationToken).ConfigureAwait(false))
                    {
                        return new MergeOutcome.Merged(write.Merge.Id, plan.Profile);
                    }

                    break;
            }
        }

        return new MergeOutcome.Busy();
    }

    public async ValueTask<UnmergeOutcome> UnmergeAsync(
        TenantId tenant,
        MergeId merge,
        Actor by,
        string? caseReference,
        CancellationToken cancellationToken
    )
    {
        var merges = Merges();
        for (var race = 0; race < MaxRaces; race++)
        {
            if (
                merge == default
                || await merges.GetMergeAsync(tenant, merge, cancellationToken).ConfigureAwait(false)
                    is not { Sides: { From: { } from, Into: { } into } } stored
            )
            {
                return new UnmergeOutcome.NotFound();
            }

            if (stored.UndoneAt is not null)
            {
                return new UnmergeOutcome.AlreadyUnmerged();
            }

            // Before looking for a later merge: undoing that one would not help.
            var now = clock.GetCurrentInstant().ToMicroseconds();
            var lapses = stored.Record.At.InUtc().LocalDateTime.Plus(unmergeWithin).InUtc().ToInstant();
            if (stored.Journal is not { } text || now > lapses)
            {
                return new UnmergeOutcome.Lapsed();
            }

            if (into.Absorbed is { } later)
            {
                return new UnmergeOutcome.Superseded(later.Merge);
            }

            var journal = MergeJournal.Deserialize(text, tenant, into.Profile.Id);
            if (
                await NewerAsync(merges, tenant, stored.Record, journal, cancellationToken).ConfigureAwait(false) is
                { } newer
            )
            {
                return new UnmergeOutcome.Superseded(newer);
            }

            var plan = UnmergePlan.Of(journal, from, into, now);
            var reason = new ChangeReason(HistoryKind.Unmerge, by.At(now), caseReference) { Merge = merge };
            var write = new MergeWrite
            {
                Tenant = tenant,
                Merge = stored.Record with { At = now, By = by.Id },
                From = new MergeSideWrite
                {
                    State = from.State,
                    Profile = plan.From,
                    Checks = plan.FromChecks,
                    IsMarked = plan.IsFromMarked,
                    MarkedBy = plan.IsFromMarked ? from.MarkedBy : null,
                    Change = changes.Describe(
                        from.Profile,
                        plan.From,
                        reason with
                        {
                            OtherCustomerId = into.Profile.Id,
                        }
                    ),
                },
                Into = new MergeSideWrite
                {
                    State = into.State,
                    Profile = plan.Into,
                    Checks = plan.IntoChecks,
                    IsMarked = into.IsMarked && into.MarkedBy != merge,
                    MarkedBy = into.MarkedBy == merge ? null : into.MarkedBy,
                    Change = changes.Describe(
                        into.Profile,
                        plan.Into,
                        reason with
                        {
                            OtherCustomerId = from.Profile.Id,
                        }
                    ),
                },
                Aliases = journal.Aliases,
            };
            if (await merges.UnmergeAsync(write, cancellationToken).ConfigureAwait(false))
            {
                return new UnmergeOutcome.Unmerged(plan.From, plan.Into, plan.Unsplit, plan.NotReturned);
            }
        }

        return new UnmergeOutcome.Busy();
    }

    /// <summary>
    /// A merge into the same survivor that came later and was not undone; null for none. What it remembers of the
    /// survivor includes what this one added, so it is undone first.
    /// </summary>
    private static async ValueTask<MergeId?> NewerAsync(
        IMergingStore merges,
        TenantId tenant,
        MergeRecord record,
        MergeJournal journal,
        CancellationToken cancellationToken
    )
    {
        var standing = await merges.GetMergesAsync(tenant, record.Into, cancellationToken).ConfigureAwait(false);
        foreach (var other in standing.Where(other => other.Into == record.Into && other.Id != record.Id))
        {
            // By the version of the survivor: the clocks of two hosts may differ.
            var stored = await merges.GetMergeAsync(tenant, other.Id, cancellationToken).ConfigureAwait(false);
            if (
                stored?.Journal is { } text
                && MergeJournal.Deserialize(text, tenant, record.Into).Merged.Version > journal.Merged.Version
            )
            {
                return other.Id;
            }
        }

        return null;
    }

    public async ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var merges = Merges();
        if (id == default)
        {
            return [];
        }

        var found = await merges.GetMergesAsync(tenant, id, cancellationToken).ConfigureAwait(false);
        return
            found.IsEmpty
            && followsMerges
            && await merges.FindSurvivorAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } absorbed
            ? await merges.GetMergesAsync(tenant, absorbed.Survivor, cancellationToken).ConfigureAwait(false)
            : found;
    }

    /// <summary>Reads both customers and plans their merge. An absorbed id stands for the survivor as "into".</summary>
    private async ValueTask<Planned> PlanAsync(
        TenantId tenant,
        MergeRequest request,
        CancellationToken cancellationToken
    )
    {
        var merges = Merges();
        var (fromId, intoId) = (request.From, request.Into);
        if (fromId == default || intoId == default)
        {
            return new Planned { Missing = fromId == default ? fromId : intoId };
        }

        var labels = (await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false)).Labels;
        AbsorbedInto? led = null;
        while (fromId != intoId)
        {
            var sides = await merges.GetSidesAsync(tenant, fromId, intoId, cancellationToken).ConfigureAwait(false);
            if (sides.From is not { } from)
            {
                return new Planned { Missing = fromId };
            }

            if (from.Absorbed is not null)
            {
                return new Planned { AlreadyInto = from.Absorbed };
            }

            if (sides.Into is not { } into)
            {
                return new Planned { Missing = intoId };
            }

            if (into.Absorbed is { } other && !followsMerges)
            {
                return new Planned { AlreadyInto = other };
            }

            if (into.Absorbed is { } absorbed)
            {
                (led, intoId) = (absorbed, absorbed.Survivor);
                continue;
            }

            return MergedValues.Invalid(from.Profile, into.Profile, request.Choices) is { } choice
                ? new Planned { InvalidChoice = choice }
                : new Planned
                {
                    Plan = MergePlan.Of(
                        from,
                        into,
                        request.Choices,
                        labels,
                        clock.GetCurrentInstant().ToMicroseconds()
                    ),
                };
        }

        // The one who was to stay has been absorbed by the other.
        return new Planned { AlreadyInto = led };
    }

    private MergeWrite WriteOf(TenantId tenant, MergePlan plan, Actor by, string? caseReference)
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var merge = MergeId.New(now);
        var reason = new ChangeReason(HistoryKind.Merge, by.At(now), caseReference) { Merge = merge };
        return new MergeWrite
        {
            Tenant = tenant,
            Merge = new MergeRecord
            {
                Id = merge,
                From = plan.From.Profile.Id,
                Into = plan.Into.Profile.Id,
                At = now,
                By = by.Id,
            },
            Journal = MergeJournal.Of(plan).Serialize(),
            From = new MergeSideWrite
            {
                State = plan.From.State,
                Profile = plan.From.Profile,
                Checks = [],
                IsMarked = plan.From.IsMarked,
                MarkedBy = plan.From.MarkedBy,
                Change = changes.Describe(reason with { OtherCustomerId = plan.Into.Profile.Id }),
            },
            Into = new MergeSideWrite
            {
                State = plan.Into.State,
                Profile = plan.Profile,
                Checks = plan.Checks,
                IsMarked = plan.IsSuppressed,
                MarkedBy =
                    plan.Into.IsMarked ? plan.Into.MarkedBy
                    : plan.IsSuppressed ? merge
                    : null,
                Change = changes.Describe(
                    plan.Into.Profile,
                    plan.Profile,
                    reason with
                    {
                        OtherCustomerId = plan.From.Profile.Id,
                    }
                ),
            },
            NewMarks = plan.NewMarks,
        };
    }

    private IMergingStore Merges() =>
        store as IMergingStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} merges no customers, because it does not implement {typeof(IMergingStore)}. Implement "
                + "it on the same class, or use a store that does."
        );

    /// <summary>A plan, or the one reason why there is none; nothing at all when both are one customer.</summary>
    private readonly record struct Planned
    {
        public MergePlan? Plan { get; init; }

        public AbsorbedInto? AlreadyInto { get; init; }

        public MergeChoice? InvalidChoice { get; init; }

        public CustomerId? Missing { get; init; }
    }
}
