using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Erases another way than it is told, or reads other receipts than there are.</summary>
internal sealed class WrongErasing(ICustomerProfileStore inner) : PassingStore(inner)
{
    /// <summary>What is erased instead.</summary>
    public Func<ErasureWrite, ErasureWrite> Erases { get; init; } = write => write;

    /// <summary>What is returned instead, given what is held of the customer before.</summary>
    public Func<EraseResult, ErasureWrite, StoredRecord?, EraseResult> Returns { get; init; } =
        (result, _, _) => result;

    /// <summary>What happens after somebody was erased, given what was held of them before.</summary>
    public Func<ICustomerProfileStore, StoredRecord, Task> AfterErasing { get; init; } = (_, _) => Task.CompletedTask;

    public bool FollowsAbsorbedIds { get; init; }

    /// <summary>Whether a call of another may come between looking for a receipt and erasing.</summary>
    public bool LooksFirst { get; init; }

    /// <summary>Whether whoever has changed since they were read is erased too.</summary>
    public bool ErasesTheChanged { get; init; }

    /// <summary>Whether a call of another may come between comparing and erasing.</summary>
    public bool ComparesFirst { get; init; }

    /// <summary>Which hashes count when a customer is created, given the marks that are found by them.</summary>
    public Func<ImmutableArray<string>, ImmutableArray<ErasureMark>, IEnumerable<string>> Counts { get; init; } =
        (hashes, _) => hashes;

    /// <summary>Whether somebody is created, but suppressed, whom an erasure forbids.</summary>
    public bool CreatesTheForbidden { get; init; }

    /// <summary>Whether a mark replaces another with its hash.</summary>
    public bool ReplacesMarks { get; init; }

    public bool FindsByTheFirstIdOnly { get; init; }

    public bool GivesIdsAgain { get; init; }

    public bool CompletesWhatIsLost { get; init; }

    public Func<ImmutableArray<ErasureReceipt>, ImmutableArray<ErasureReceipt>> Lists { get; init; } = page => page;

    /// <summary>From which time, and after which receipt, a page is read instead.</summary>
    public Func<Instant, ErasureReceipt?, (Instant Since, ErasureReceipt? After)> Pages { get; init; } =
        (since, after) => (since, after);

    private IErasureStore Erasing => (IErasureStore)Inner;

    public static ErasureWrite With(
        ErasureWrite write,
        CustomerId? id = null,
        Guid? erasure = null,
        bool? includesAbsorbed = null,
        long? version = null,
        bool? isSuppressed = null,
        bool isUnconditional = false,
        IEnumerable<ErasureMark>? marks = null,
        Duration guardedLonger = default
    ) =>
        new()
        {
            Tenant = write.Tenant,
            Id = id ?? write.Id,
            Erasure = erasure ?? write.Erasure,
            At = write.At,
            By = write.By,
            CaseReference = write.CaseReference,
            IncludesAbsorbed = includesAbsorbed ?? write.IncludesAbsorbed,
            Version = version ?? write.Version,
            IsSuppressed = isSuppressed ?? write.IsSuppressed,
            UnlessActiveSince = isUnconditional ? null : write.UnlessActiveSince,
            Marks = marks is null ? write.Marks : [.. marks],
            GuardSince = write.GuardSince,
            GuardUntil = write.GuardUntil + guardedLonger,
            Event = write.Event,
        };

    /// <summary>The result with some of its receipt changed.</summary>
    public static EraseResult With(
        EraseResult result,
        Guid? id = null,
        int? conversations = null,
        int? changes = null,
        IEnumerable<string>? providers = null
    ) =>
        result is EraseResult.Erased { Receipt: var receipt }
            ? new EraseResult.Erased(
                new ErasureReceipt
                {
                    Id = id ?? receipt.Id,
                    Customers = receipt.Customers,
                    At = receipt.At,
                    By = receipt.By,
                    CaseReference = receipt.CaseReference,
                    Identities = receipt.Identities,
                    Conversations = conversations ?? receipt.Conversations,
                    Changes = changes ?? receipt.Changes,
                    Providers = providers is null ? receipt.Providers : [.. providers],
                    Marks = receipt.Marks,
                }
            )
            : result;

    public override async ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken)
    {
        if (
            FollowsAbsorbedIds && await FindSurvivorAsync(erasure.Tenant, erasure.Id, cancellationToken) is { } absorbed
        )
        {
            erasure = With(erasure, absorbed.Survivor);
        }

        if (LooksFirst && await FindErasureAsync(erasure.Tenant, erasure.Id, cancellationToken) is null)
        {
            await RoundTripAsync(cancellationToken);
            return await base.EraseAsync(erasure, cancellationToken) is EraseResult.AlreadyErased { Receipt: var first }
                ? With(new EraseResult.Erased(first), id: erasure.Erasure)
                : new EraseResult.Erased(
                    (await FindErasureAsync(erasure.Tenant, erasure.Id, cancellationToken))
                        ?? throw new InvalidOperationException("Nobody was erased; erase a customer.")
                );
        }

        if (ErasesTheChanged)
        {
            erasure = await AsNowAsync(erasure, cancellationToken);
        }

        if (ComparesFirst && await IsAsReadAsync(erasure, cancellationToken))
        {
            var compared = erasure;
            await UntilOtherwiseAsync(async () => await IsAsReadAsync(compared, cancellationToken), cancellationToken);
            erasure = await AsNowAsync(erasure, cancellationToken);
        }

        var before = await GetRecordAsync(erasure.Tenant, erasure.Id, cancellationToken);
        var result = await base.EraseAsync(Erases(erasure), cancellationToken);
        if (result is EraseResult.Erased && before is not null)
        {
            await AfterErasing(Inner, before);
        }

        return Returns(result, erasure, before);
    }

    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        var marks = await FindMarksAsync(customer.Profile.Tenant, customer.ErasureHashes, cancellationToken);
        var counted = customer with { ErasureHashes = [.. Counts(customer.ErasureHashes, marks)] };
        var lookup = await base.CreateAsync(counted, cancellationToken);
        return lookup is null && CreatesTheForbidden
            ? await base.CreateAsync(customer with { ErasureHashes = [], Checks = [] }, cancellationToken)
            : lookup;
    }

    public override async ValueTask AddMarksAsync(
        TenantId tenant,
        ImmutableArray<ErasureMark> marks,
        CancellationToken cancellationToken
    )
    {
        if (ReplacesMarks)
        {
            await RemoveMarksAsync(tenant, [.. marks.Select(mark => mark.Hash)], cancellationToken);
        }

        await base.AddMarksAsync(tenant, marks, cancellationToken);
    }

    public override async ValueTask<ErasureReceipt?> FindErasureAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await base.FindErasureAsync(tenant, id, cancellationToken) is { } found
        && (!FindsByTheFirstIdOnly || found.Customers[0] == id)
            ? found
            : null;

    public override async ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        (since, after) = Pages(since, after);
        return Lists(await base.GetErasuresAsync(tenant, since, after, most, cancellationToken));
    }

    public override async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) =>
        GivesIdsAgain && await Erasing.FindErasureAsync(tenant, profiles[0].Id, cancellationToken) is not null
            ? [.. profiles.Select(_ => new AddResult.Added())]
            : await base.AddAsync(tenant, profiles, created, cancellationToken);

    public override async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var result = await base.CompleteCheckAsync(claim, outcome, profile, change, now, cancellationToken);
        return CompletesWhatIsLost && result is CompleteResult.LeaseLost ? new CompleteResult.Completed() : result;
    }

    private async Task<bool> IsAsReadAsync(ErasureWrite erasure, CancellationToken cancellationToken) =>
        await GetAsync(erasure.Tenant, erasure.Id, cancellationToken) is { } now
        && now.Profile.Version == erasure.Version
        && now.IsSuppressed == erasure.IsSuppressed;

    /// <summary>An erasure of the customer as they are now, on no condition.</summary>
    private async Task<ErasureWrite> AsNowAsync(ErasureWrite erasure, CancellationToken cancellationToken)
    {
        var now = await GetAsync(erasure.Tenant, erasure.Id, cancellationToken);
        return With(erasure, version: now?.Profile.Version, isSuppressed: now?.IsSuppressed, isUnconditional: true);
    }
}
