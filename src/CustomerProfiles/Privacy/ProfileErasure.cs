using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Erases customers, and lists what was erased.</summary>
internal sealed class ProfileErasure(
    ICustomerProfileStore store,
    ErasedPeople erased,
    ChangeRecorder changes,
    IClock clock,
    CustomerProfilesOptions options
)
{
    /// <summary>How many receipts are read at once.</summary>
    private const int PageSize = 100;

    public ValueTask<EraseOutcome> EraseAsync(
        TenantId tenant,
        CustomerId id,
        ErasureOptions how,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var erasure = Guid.CreateVersion7(now.ToDateTimeOffset());
        var absorbs = how.IncludeAbsorbed ? how.OnlyAbsorbed : null;
        var request = new ErasureRequest(erasure, now, by.At(now), how, Absorbs: absorbs);
        return EraseAsync(tenant, id, request, cancellationToken);
    }

    /// <summary>
    /// Reads the customer, hashes the identities, and erases whom it has read; otherwise it begins again.
    /// </summary>
    public async ValueTask<EraseOutcome> EraseAsync(
        TenantId tenant,
        CustomerId id,
        ErasureRequest request,
        CancellationToken cancellationToken
    )
    {
        var erasures = StoreOf(store);
        var wasUnknown = false;
        for (var race = 0; race < ProfileWriter.MaxRaces; race++)
        {
            if (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer)
            {
                var gone = await FindGoneAsync(erasures, tenant, id, cancellationToken).ConfigureAwait(false);
                if (gone is not null || wasUnknown)
                {
                    return gone ?? new EraseOutcome.NotFound();
                }

                // A merge may have been undone between both looks.
                wasUnknown = true;
                continue;
            }

            if ((request.Marks ?? MarksOf(customer.Profile, customer.IsSuppressed, request.Options)) is not { } marks)
            {
                return new EraseOutcome.NeedsKey();
            }

            if (await UnexpectedMergesAsync(customer, request, cancellationToken).ConfigureAwait(false) is { } others)
            {
                return new EraseOutcome.HasMerges(others);
            }

            await ForgetAsync(customer.Profile, request, cancellationToken).ConfigureAwait(false);
            var result = await erasures
                .EraseAsync(WriteOf(customer, request, marks), cancellationToken)
                .ConfigureAwait(false);
            switch (result)
            {
                case EraseResult.Erased erasure:
                    return new EraseOutcome.Erased(erasure.Receipt);
                case EraseResult.HasMerges merged:
                    return new EraseOutcome.HasMerges(merged.Merges);
                case EraseResult.Changed when request.Inactive is not null:
                    return new EraseOutcome.Busy();
            }
        }

        return new EraseOutcome.Busy();
    }

    /// <summary>
    /// Whether erasing a customer by age would end as <see cref="EraseOutcome.NeedsKey"/> or
    /// <see cref="EraseOutcome.HasMerges"/>, once the merges that are too old to be undone have lapsed.
    /// </summary>
    public async ValueTask<bool> WouldKeepAsync(
        CustomerProfile profile,
        bool isSuppressed,
        CancellationToken cancellationToken
    )
    {
        if (MarksOf(profile, isSuppressed, new ErasureOptions()) is null)
        {
            return true;
        }

        if (store is not IMergingStore merging)
        {
            return false;
        }

        var since = clock.GetCurrentInstant().Minus(options.UnmergeWithin);
        var merges = await merging.GetMergesAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false);
        foreach (var merge in merges.Where(merge => merge.At >= since))
        {
            // One that has lapsed stays so when the host gives more time afterwards.
            var stored = await merging.GetMergeAsync(profile.Tenant, merge.Id, cancellationToken).ConfigureAwait(false);
            if (stored?.Journal is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The merges of others than the request names; null when it names all, or nobody. A merge after this changes the
    /// version, and nobody is erased then.
    /// </summary>
    private async ValueTask<ImmutableArray<MergeId>?> UnexpectedMergesAsync(
        StoredCustomer customer,
        ErasureRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Absorbs is not { } named || store is not IMergingStore merging)
        {
            return null;
        }

        var profile = customer.Profile;
        var merges = await merging.GetMergesAsync(profile.Tenant, profile.Id, cancellationToken).ConfigureAwait(false);
        ImmutableArray<MergeId> others =
        [
            .. merges.Where(merge => !named.Contains(merge.From)).Select(merge => merge.Id),
        ];
        return others.IsEmpty ? null : others;
    }

    /// <summary>Forgets marks against lookups of an earlier erasure too, when the caller says so.</summary>
    private ValueTask ForgetAsync(
        CustomerProfile profile,
        ErasureRequest request,
        CancellationToken cancellationToken
    ) =>
        request is { Marks: null, Options.Identities: ErasedIdentities.Forget }
            ? erased.AllowLookupsAsync(profile.Tenant, profile.Identities, cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>The marks to keep; null when the host has no key for them.</summary>
    private ImmutableArray<ErasureMark>? MarksOf(CustomerProfile profile, bool isSuppressed, ErasureOptions how)
    {
        var kept = how.Identities ?? (isSuppressed ? ErasedIdentities.DoNotLookUp : ErasedIdentities.Forget);
        if (kept == ErasedIdentities.Forget || profile.Identities.IsEmpty)
        {
            return [];
        }

        var kind = kept == ErasedIdentities.DoNotKeep ? ErasureMarkKind.DoNotKeep : ErasureMarkKind.DoNotLookUp;
        return erased.HasKey ? erased.MarksOf(profile.Tenant, profile.Identities, kind) : null;
    }

    private ErasureWrite WriteOf(StoredCustomer customer, ErasureRequest request, ImmutableArray<ErasureMark> marks)
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var isGuarded = !options.RedeliveryWindow.Equals(Period.Zero);
        return new ErasureWrite
        {
            Tenant = customer.Profile.Tenant,
            Id = customer.Profile.Id,
            Erasure = request.Erasure,
            At = request.At,
            By = request.By.By,
            CaseReference = request.Options.CaseReference,
            IncludesAbsorbed = request.Options.IncludeAbsorbed,
            Version = request.Inactive?.Version ?? customer.Profile.Version,
            IsSuppressed = request.Inactive?.IsSuppressed ?? customer.IsSuppressed,
            UnlessActiveSince = request.Inactive is { } inactive
                ? inactive.LastConversationAt ?? SearchPosition.NoConversation
                : null,
            Marks = marks,
            GuardSince = isGuarded ? now.Minus(options.RedeliveryWindow) : null,
            GuardUntil = now.Plus(options.RedeliveryWindow),
            Event = changes.DescribeErasure(request.By, request.Erasure),
        };
    }

    /// <summary>
    /// Why the store has nobody under an id; null for no reason. An absorbed id is not followed: erasing is final, and
    /// the merge may be undone at the same moment.
    /// </summary>
    private async ValueTask<EraseOutcome?> FindGoneAsync(
        IErasureStore erasures,
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await erasures.FindErasureAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } receipt
            ? new EraseOutcome.AlreadyErased(receipt)
        : store is IMergingStore merges
        && await merges.FindSurvivorAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } absorbed
            ? new EraseOutcome.MergedInto(absorbed.Survivor, absorbed.Merge)
        : null;

    public async IAsyncEnumerable<ErasureReceipt> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var erasures = StoreOf(store);
        ErasureReceipt? last = null;
        while (true)
        {
            var page = await erasures
                .GetErasuresAsync(tenant, since, last, PageSize, cancellationToken)
                .ConfigureAwait(false);
            foreach (var receipt in page)
            {
                yield return receipt;
            }

            if (page.Length < PageSize)
            {
                yield break;
            }

            last = page[^1];
        }
    }

    /// <summary>The store as one that erases.</summary>
    /// <exception cref="NotSupportedException">It does not.</exception>
    public static IErasureStore StoreOf(ICustomerProfileStore store) =>
        store as IErasureStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} erases nobody, because it does not implement {typeof(IErasureStore)}. Implement it on "
                + "the same class, or use a store that does."
        );
}
