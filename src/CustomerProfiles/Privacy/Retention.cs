using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Removes what is older than the host keeps it, in small steps.</summary>
internal sealed class Retention(
    ICustomerProfileStore store,
    IRetentionPolicy policy,
    ProfileErasure erasure,
    IClock clock,
    CustomerProfilesOptions options
)
{
    /// <summary>
    /// A step of a few milliseconds, so that it delays nobody: on SQLite a record takes some 70 µs, and a conversation
    /// waits for the step before it.
    /// </summary>
    private const int Step = 200;

    /// <summary>A step that writes two documents for each merge.</summary>
    private const int MergesInStep = 100;

    /// <summary>How many customers are read at once.</summary>
    private const int PageSize = 200;

    public async ValueTask<RetentionResult> ApplyAsync(
        TenantId tenant,
        Actor by,
        RetentionOptions how,
        CancellationToken cancellationToken
    )
    {
        var run = new Run(tenant, by, how);
        if (how.IsDryRun)
        {
            await EraseAsync(run, cancellationToken).ConfigureAwait(false);
            return run.Result(conversations: 0, merges: 0, guards: 0);
        }

        // Before erasing: a merge that is too old to be undone keeps nobody from being erased.
        var lapsed = store is IMergingStore merges
            ? await LapseMergesAsync(merges, tenant, Before(options.UnmergeWithin), cancellationToken)
                .ConfigureAwait(false)
            : 0;
        await EraseAsync(run, cancellationToken).ConfigureAwait(false);
        return run.Result(
            options.KeepConversationsFor is { } period
                ? await RemoveConversationsAsync(tenant, Before(period), cancellationToken).ConfigureAwait(false)
                : 0,
            lapsed,
            store is IErasureStore erasures
                ? await RemoveGuardsAsync(erasures, tenant, cancellationToken).ConfigureAwait(false)
                : 0
        );
    }

    private Instant Before(Period period) => clock.GetCurrentInstant().Minus(period);

    private async ValueTask EraseAsync(Run run, CancellationToken cancellationToken)
    {
        // A store that erases nobody has nothing to apply a policy to.
        if (store is not IErasureStore || store is not IRetentionStore customers)
        {
            run.IsComplete = true;
            return;
        }

        ImmutableArray<RetainedCustomer> page;
        CustomerId? after = null;
        do
        {
            page = await customers
                .GetRetainedAsync(run.Tenant, after, PageSize, cancellationToken)
                .ConfigureAwait(false);
            foreach (var customer in page)
            {
                await ApplyAsync(run, customer, cancellationToken).ConfigureAwait(false);
                if (run.IsFull)
                {
                    return;
                }

                after = customer.Profile.Id;
            }
        } while (page.Length == PageSize);

        run.IsComplete = true;
    }

    private async ValueTask ApplyAsync(Run run, RetainedCustomer customer, CancellationToken cancellationToken)
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var decision = policy.Decide(
            new RetentionRequest(
                customer.Profile,
                customer.IsSuppressed,
                customer.LastConversationAt,
                LastEditOf(customer.Profile),
                now
            )
        );
        if (!decision.Erases || customer.HasPendingCheck)
        {
            return;
        }

        var finding = new RetentionFinding(customer.Profile.Id, decision);
        if (run.IsDryRun)
        {
            var isKept = await erasure
                .WouldKeepAsync(customer.Profile, customer.IsSuppressed, cancellationToken)
                .ConfigureAwait(false);
            (isKept ? run.Kept : run.Erased).Add(finding);
            return;
        }

        // A customer who has been edited since the decision is left to the next call.
        var outcome = await erasure
            .EraseAsync(
                run.Tenant,
                customer.Profile.Id,
                new ErasureRequest(
                    Guid.CreateVersion7(now.ToDateTimeOffset()),
                    now,
                    run.By.At(now),
                    new ErasureOptions { CaseReference = decision.Reason },
                    new InactiveCustomer(customer.Profile.Version, customer.IsSuppressed, customer.LastConversationAt)
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        switch (outcome)
        {
            case EraseOutcome.Erased:
                run.Erased.Add(finding);
                break;
            case EraseOutcome.HasMerges or EraseOutcome.NeedsKey:
                run.Kept.Add(finding);
                break;
        }
    }

    /// <summary>
    /// What a person has set or cleared and nobody has replaced since; also through an import, so that a customer who
    /// was just brought over is not erased for having been created long ago.
    /// </summary>
    private static Instant? LastEditOf(CustomerProfile profile) =>
        profile
            .Values.Where(value => value.Provenance.Source is ProvenanceSource.Agent or ProvenanceSource.Import)
            .Max(value => (Instant?)value.Provenance.ObservedAt);

    private async ValueTask<long> RemoveGuardsAsync(
        IErasureStore erasures,
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        var removed = 0L;
        int step;
        do
        {
            step = await erasures
                .RemoveGuardsAsync(tenant, clock.GetCurrentInstant(), Step, cancellationToken)
                .ConfigureAwait(false);
            removed += step;
        } while (step == Step);

        return removed;
    }

    private async ValueTask<long> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CancellationToken cancellationToken
    )
    {
        var records =
            store as IRetentionStore
            ?? throw new NotSupportedException(
                $"{store.GetType()} removes no conversation records, because it does not implement "
                    + $"{typeof(IRetentionStore)}. Implement it on the same class, use a store that does, or set "
                    + "CustomerProfilesOptions.KeepConversationsFor to null."
            );
        var removed = 0L;
        CustomerId? from = null;
        do
        {
            var step = await records
                .RemoveConversationsAsync(tenant, before, from, Step, cancellationToken)
                .ConfigureAwait(false);
            removed += step.Removed;
            from = step.Next;
        } while (from is not null);

        return removed;
    }

    private static async ValueTask<long> LapseMergesAsync(
        IMergingStore merges,
        TenantId tenant,
        Instant before,
        CancellationToken cancellationToken
    )
    {
        var lapsed = 0L;
        int step;
        do
        {
            step = await merges.LapseMergesAsync(tenant, before, MergesInStep, cancellationToken).ConfigureAwait(false);
            lapsed += step;
        } while (step == MergesInStep);

        return lapsed;
    }

    /// <summary>What one call has done so far.</summary>
    private sealed class Run(TenantId tenant, Actor by, RetentionOptions how)
    {
        public TenantId Tenant => tenant;

        public Actor By => by;

        public bool IsDryRun => how.IsDryRun;

        public bool IsFull => Erased.Count == how.MaxErasures;

        public bool IsComplete { get; set; }

        public ImmutableArray<RetentionFinding>.Builder Erased { get; } =
            ImmutableArray.CreateBuilder<RetentionFinding>();

        public ImmutableArray<RetentionFinding>.Builder Kept { get; } =
            ImmutableArray.CreateBuilder<RetentionFinding>();

        public RetentionResult Result(long conversations, long merges, long guards) =>
            new()
            {
                ConversationsRemoved = conversations,
                MergesLapsed = merges,
                GuardsRemoved = guards,
                Erased = Erased.ToImmutable(),
                Kept = Kept.ToImmutable(),
                IsComplete = IsComplete,
            };
    }
}
