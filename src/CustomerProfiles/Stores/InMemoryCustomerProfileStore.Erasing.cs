using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

public sealed partial class InMemoryCustomerProfileStore
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The id of the erasure is that of another erasure of the tenant.</exception>
    public ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(Erase(erasure));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ErasureReceipt?> FindErasureAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Erased.GetValueOrDefault(id));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. (_tenants.GetValueOrDefault(tenant)?.Receipts.Values.AsEnumerable() ?? [])
                    .Where(receipt =>
                        receipt.At >= since && (after is null || PlaceOf(receipt).CompareTo(PlaceOf(after)) > 0)
                    )
                    .OrderBy(PlaceOf)
                    .Take(most),
            ]);
        }

        static (Instant, Guid) PlaceOf(ErasureReceipt receipt) => (receipt.At, receipt.Id);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ErasureMark>> FindMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. hashes
                    .Distinct(StringComparer.Ordinal)
                    .Select(hash => _tenants.GetValueOrDefault(tenant)?.Marks.GetValueOrDefault(hash))
                    .OfType<ErasureMark>(),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask AddMarksAsync(
        TenantId tenant,
        ImmutableArray<ErasureMark> marks,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            TenantOf(tenant).Keep(marks);
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var wasThere = false;
            foreach (var hash in hashes)
            {
                wasThere |= _tenants.GetValueOrDefault(tenant)?.Marks.Remove(hash) == true;
            }

            return new(wasThere);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<string>> GetMarkKeysAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. _tenants.Values.SelectMany(tenant => tenant.Marks.Values.Select(mark => mark.KeyId)).Distinct(),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveGuardsAsync(TenantId tenant, Instant now, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.RemoveGuards(now, most) ?? 0);
        }
    }

    private EraseResult Erase(ErasureWrite erasure)
    {
        if (_tenants.GetValueOrDefault(erasure.Tenant) is not { } tenant)
        {
            return new EraseResult.NotFound();
        }

        if (tenant.Erased.GetValueOrDefault(erasure.Id) is { } before)
        {
            return before.Id == erasure.Erasure
                ? new EraseResult.Erased(before)
                : new EraseResult.AlreadyErased(before);
        }

        if (tenant.Customers.GetValueOrDefault(erasure.Id) is not { } customer)
        {
            return new EraseResult.NotFound();
        }

        if (!IsAsRead(customer, erasure))
        {
            return new EraseResult.Changed();
        }

        if (!erasure.IncludesAbsorbed && tenant.MergesToUndo(erasure.Id) is { IsEmpty: false } merges)
        {
            return new EraseResult.HasMerges(merges);
        }

        if (tenant.Receipts.ContainsKey(erasure.Erasure))
        {
            throw new ArgumentException(
                "The tenant has another erasure with this id; give each erasure an id of its own.",
                nameof(erasure)
            );
        }

        var receipt = ReceiptOf(erasure, customer);
        RemovePending(customer);
        tenant.Guard(customer, erasure);
        tenant.Erase(customer, receipt);
        foreach (var id in receipt.Customers)
        {
            WriteEvent(erasure.Tenant, id, erasure.Event);
        }

        return new EraseResult.Erased(receipt);
    }

    private static bool IsAsRead(Customer customer, ErasureWrite erasure) =>
        customer.Profile.Version == erasure.Version
        && customer.IsSuppressed == erasure.IsSuppressed
        && (
            erasure.UnlessActiveSince is not { } since
            || (customer.LastConversation <= since && customer.Pending.IsEmpty)
        );

    private static ErasureReceipt ReceiptOf(ErasureWrite erasure, Customer customer)
    {
        Customer[] people = [.. customer.WithAliases()];
        return new ErasureReceipt
        {
            Id = erasure.Erasure,
            Customers = [.. people.Select(one => one.Profile.Id)],
            At = erasure.At,
            By = erasure.By,
            CaseReference = erasure.CaseReference,
            Identities = customer.Profile.Identities.Length,
            Conversations = people.Sum(one => one.ConversationCount),
            Changes = people.Sum(one => one.ChangeCount),
            Providers = [.. customer.AttemptedProviders().Order(StringComparer.Ordinal)],
            Marks = erasure.Marks,
        };
    }

    private sealed partial class Tenant
    {
        /// <summary>The receipts by the ids that were erased, which nobody gets again.</summary>
        public Dictionary<CustomerId, ErasureReceipt> Erased { get; } = [];

        /// <summary>The receipts by their own ids.</summary>
        public Dictionary<Guid, ErasureReceipt> Receipts { get; } = [];

        /// <summary>The marks that erasures have left, by their hashes.</summary>
        public Dictionary<string, ErasureMark> Marks { get; } = new(StringComparer.Ordinal);

        /// <summary>Until when conversations of erased customers are guarded, by their hashes.</summary>
        private Dictionary<string, Instant> Guards { get; } = new(StringComparer.Ordinal);

        /// <summary>
        /// What erasures say of somebody with these hashes: nothing, that they are not to be looked up, or that they
        /// are not to be kept, as for a guarded conversation.
        /// </summary>
        public ErasureMarkKind? ErasedAs(ImmutableArray<string> hashes, Instant now)
        {
            ErasureMarkKind? kind = null;
            foreach (var hash in hashes)
            {
                if (Guards.TryGetValue(hash, out var until) && until > now)
                {
                    return ErasureMarkKind.DoNotKeep;
                }

                if (Marks.TryGetValue(hash, out var mark) && kind != ErasureMarkKind.DoNotKeep)
                {
                    kind = mark.Kind;
                }
            }

            return kind;
        }

        public void Keep(ImmutableArray<ErasureMark> marks)
        {
            foreach (var mark in marks)
            {
                if (Marks.GetValueOrDefault(mark.Hash)?.Kind != ErasureMarkKind.DoNotKeep)
                {
                    Marks[mark.Hash] = mark;
                }
            }
        }

        public void Guard(Customer customer, ErasureWrite erasure)
        {
            if (erasure.GuardSince is not { } since)
            {
                return;
            }

            foreach (var conversation in customer.WithAliases().SelectMany(one => one.ConversationsSince(since)))
            {
                var hash = ErasureHash.OfConversation(erasure.Tenant, conversation.Id);
                Guards[hash] = Instant.Max(Guards.GetValueOrDefault(hash, Instant.MinValue), erasure.GuardUntil);
            }
        }

        public int RemoveGuards(Instant now, int most)
        {
            string[] over = [.. Guards.Where(guard => guard.Value <= now).Select(guard => guard.Key).Take(most)];
            return over.Count(Guards.Remove);
        }

        /// <summary>The merges into a customer and into whomever they absorbed that can still be undone.</summary>
        public ImmutableArray<MergeId> MergesToUndo(CustomerId id) =>
            [.. MergesInto(id).Select(record => record.Id).Where(merge => Merges[merge].Journal is not null)];

        /// <summary>Removes a customer, everybody whom they have absorbed, and every merge of one of them.</summary>
        public void Erase(Customer customer, ErasureReceipt receipt)
        {
            foreach (var identity in customer.Profile.Identities)
            {
                Mark(identity, suppressed: false);
                Free(identity, customer);
            }

            Keep(receipt.Marks);
            RemoveKeys(customer);
            RemovePairsOf(receipt.Customers);
            foreach (var id in receipt.Customers)
            {
                _inOrder.RemoveAt(IndexOf(id));
                Customers.Remove(id);
                Absorbed.Remove(id);
                Erased.Add(id, receipt);
            }

            foreach (var (id, merge) in Merges)
            {
                if (receipt.Customers.Contains(merge.Record.From) || receipt.Customers.Contains(merge.Record.Into))
                {
                    Merges.Remove(id);
                }
            }

            Receipts.Add(receipt.Id, receipt);
        }
    }

    private sealed partial class Customer
    {
        public int ConversationCount => _conversations.Count;

        public int ChangeCount => _changes.Count;

        public IEnumerable<ConversationRecord> ConversationsSince(Instant since) =>
            _conversations.Values.Where(conversation => conversation.At >= since);

        public RetainedCustomer Retained() =>
            new()
            {
                Profile = Profile,
                IsSuppressed = IsSuppressed,
                HasPendingCheck = !Pending.IsEmpty,
                LastConversationAt = LastConversation > SearchPosition.NoConversation ? LastConversation : null,
            };

        /// <summary>
        /// The providers that may know of the customer: not those whose check was requested and never attempted.
        /// </summary>
        public IEnumerable<string> AttemptedProviders() =>
            _checks
                .Where(check =>
                    check.LastCheckAt is not null
                    || check.LastFailureAt is not null
                    || Pending.Any(pending =>
                        pending.Attempt > 0 && string.Equals(pending.Provider, check.Provider, StringComparison.Ordinal)
                    )
                )
                .Select(check => check.Provider);
    }
}
