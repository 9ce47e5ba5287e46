using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace CustomerProfiles.Stores;

public sealed partial class InMemoryCustomerProfileStore
{
    /// <inheritdoc/>
    public ValueTask<AbsorbedInto?> FindSurvivorAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.Absorbed.GetValueOrDefault(id)?.AbsorbedInto);
        }
    }

    /// <inheritdoc/>
    public ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.SidesOf(from, into) ?? default);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(merge);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var tenant = _tenants.GetValueOrDefault(merge.Tenant);
            if (
                tenant?.AsRead(merge) is not var (from, into)
                || from == into
                || from.Survivor is not null
                || into.Survivor is not null
            )
            {
                return new(false);
            }

            tenant.Absorb(from, into, merge.Merge.Id);
            tenant.Merges.Add(merge.Merge.Id, new Merge(merge.Merge) { Journal = merge.Journal });
            Remember(from, version: null, merge.From.Change);
            RemovePending(from);
            from.ReplaceChecks([]);
            Write(into, merge.Into);
            foreach (var identity in merge.NewMarks)
            {
                tenant.MarkBy(merge.Merge.Id, identity);
            }

            EndOrDropIfSuppressed(into);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredMerge?> GetMergeAsync(TenantId tenant, MergeId merge, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var kept = _tenants.GetValueOrDefault(tenant);
            return new(
                kept?.Merges.GetValueOrDefault(merge) is { } found
                    ? new StoredMerge
                    {
                        Record = found.Record,
                        UndoneAt = found.UndoneAt,
                        Journal = found.Journal,
                        Sides = kept.SidesOf(found.Record.From, found.Record.Into),
                    }
                    : null
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unmerge);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var tenant = _tenants.GetValueOrDefault(unmerge.Tenant);
            if (
                tenant?.Merges.GetValueOrDefault(unmerge.Merge.Id) is not { UndoneAt: null } merge
                || tenant.AsRead(unmerge) is not var (from, into)
                || from.AbsorbedBy != merge.Record.Id
                || from.Survivor != into
            )
            {
                return new(false);
            }

            merge.UndoneAt = unmerge.Merge.At;
            merge.Journal = null;
            tenant.Release(from, into, unmerge);
            tenant.MakePair(from.Profile.Id, into.Profile.Id);
            tenant.RemoveMarksOf(merge.Record.Id);
            RemovePending(into);
            Write(into, unmerge.Into);
            Write(from, unmerge.From);
            into.FindLastConversation();
            from.FindLastConversation();
            EndOrDropIfSuppressed(into);
            EndOrDropIfSuppressed(from);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.MergesInto(id) ?? []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RedactMergeAsync(MergeRedaction redaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(redaction);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var tenant = _tenants.GetValueOrDefault(redaction.Tenant);
            if (
                tenant?.Merges.GetValueOrDefault(redaction.Merge) is not { Journal: { } journal } merge
                || !string.Equals(journal, redaction.Read, StringComparison.Ordinal)
                || tenant.Absorbed.GetValueOrDefault(merge.Record.From) is not { } from
            )
            {
                return new(false);
            }

            merge.Journal = redaction.Journal;
            from.Redact(redaction.From);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> LapseMergesAsync(
        TenantId tenant,
        Instant before,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Merge[] old =
            [
                .. (_tenants.GetValueOrDefault(tenant)?.Merges.Values.AsEnumerable() ?? [])
                    .Where(merge => merge.Journal is not null && merge.Record.At < before)
                    .Take(most),
            ];
            foreach (var merge in old)
            {
                merge.Journal = null;
                var from = _tenants[tenant].Absorbed[merge.Record.From];
                var profile = from.Profile;
                from.Redact(
                    new CustomerProfile(
                        tenant,
                        profile.Id,
                        profile.Version,
                        profile.CreatedAt,
                        profile.UpdatedAt,
                        identities: [],
                        values: []
                    )
                );
            }

            return new(old.Length);
        }
    }

    /// <summary>Writes everything of one side but its identities that move and the marks of identities.</summary>
    private void Write(Customer customer, MergeSideWrite side)
    {
        customer.Write(side.Profile);
        customer.IsMarked = side.IsMarked;
        customer.MarkedBy = side.MarkedBy;
        Remember(customer, side.Profile.Version, side.Change);

        RemovePending(customer);
        customer.ReplaceChecks(side.Checks);
        foreach (var check in side.Checks)
        {
            if (check.State.IsPending)
            {
                AddPending(customer, check);
            }
        }
    }

    private void RemovePending(Customer customer)
    {
        foreach (var check in customer.Pending)
        {
            _pending.Remove(check);
            _leased.Remove(check.LeaseId);
        }

        customer.Pending = [];
    }

    private void AddPending(Customer customer, StoredCheck stored)
    {
        var check = new PendingCheck(customer, stored.State.Provider, _requests++)
        {
            NotBefore = stored.NotBefore,
            LeaseId = stored.LeaseId ?? default,
            LeasedUntil = stored.LeaseId is null ? Instant.MinValue : stored.LeasedUntil,
            Attempt = stored.Attempt,
            SettingGeneration = stored.SettingGeneration,
        };
        _pending.Add(check);
        customer.Pending = customer.Pending.Add(check);
        if (stored.LeaseId is { } lease)
        {
            _leased[lease] = check;
        }

        if (!stored.IsWanted || stored.SettingGeneration != customer.Tenant.SettingGenerationOf(check.Provider))
        {
            EndOrDrop([check]);
        }
    }

    private void EndOrDropIfSuppressed(Customer customer)
    {
        if (customer.IsSuppressed)
        {
            EndOrDrop(customer.Pending);
        }
    }

    private sealed class Merge(MergeRecord record)
    {
        public MergeRecord Record { get; } = record;

        public Instant? UndoneAt { get; set; }

        public string? Journal { get; set; }
    }

    private sealed partial class Tenant
    {
        /// <summary>The origins of the identities that have come to their customer by a merge.</summary>
        private readonly Dictionary<Identity, Customer> _origins = [];

        private readonly Dictionary<string, long> _settingGenerations = new(StringComparer.Ordinal);

        /// <summary>Those who are absorbed.</summary>
        public Dictionary<CustomerId, Customer> Absorbed { get; } = [];

        public Dictionary<MergeId, Merge> Merges { get; } = [];

        /// <summary>Whether an id is or was a customer's.</summary>
        public bool Has(CustomerId id) =>
            Customers.ContainsKey(id) || Absorbed.ContainsKey(id) || Erased.ContainsKey(id);

        /// <summary>How often a provider was enabled or disabled.</summary>
        public long SettingGenerationOf(string provider) => _settingGenerations.GetValueOrDefault(provider);

        public void AddSettingGeneration(string provider) =>
            _settingGenerations[provider] = SettingGenerationOf(provider) + 1;

        /// <summary>The customer under whom conversations from an identity are recorded.</summary>
        public Customer OriginOf(Identity identity, Customer owner) =>
            _origins.Count == 0 ? owner : _origins.GetValueOrDefault(identity, owner);

        /// <summary>Frees an identity that its owner has lost, unless it has another owner by now.</summary>
        public void Free(Identity identity, Customer owner)
        {
            if (ByIdentity.GetValueOrDefault(identity) == owner)
            {
                ByIdentity.Remove(identity);
                _origins.Remove(identity);
            }
        }

        /// <summary>Marks an identity in the name of a merge, unless it is marked.</summary>
        public void MarkBy(MergeId merge, Identity identity) => _marked.TryAdd(identity, merge);

        public void RemoveMarksOf(MergeId merge)
        {
            foreach (var (identity, by) in _marked)
            {
                if (by == merge)
                {
                    _marked.Remove(identity);
                }
            }
        }

        public ImmutableArray<SuppressionMark> MarksOf(CustomerProfile profile) =>
            [
                .. profile
                    .Identities.Where(IsMarked)
                    .Select(identity => new SuppressionMark(identity, _marked[identity])),
            ];

        public MergeSides SidesOf(CustomerId from, CustomerId into) => new(Find(from)?.Side(), Find(into)?.Side());

        /// <summary>The customers of a merge; null when one is missing, or no longer as the caller read them.</summary>
        public (Customer From, Customer Into)? AsRead(MergeWrite merge) =>
            Find(merge.Merge.From) is { } from
            && Find(merge.Merge.Into) is { } into
            && string.Equals(from.State(), merge.From.State, StringComparison.Ordinal)
            && string.Equals(into.State(), merge.Into.State, StringComparison.Ordinal)
                ? (from, into)
                : null;

        /// <summary>Makes one customer, all ids that lead to them, and their identities lead to another.</summary>
        public void Absorb(Customer from, Customer into, MergeId merge)
        {
            Customers.Remove(from.Profile.Id);
            Absorbed.Add(from.Profile.Id, from);
            from.AbsorbedBy = merge;
            RemoveKeys(from);
            foreach (var customer in from.WithAliases().ToArray())
            {
                customer.Survivor = into;
                into.Aliases.Add(customer);
            }

            from.Aliases.Clear();
            foreach (var identity in from.Profile.Identities)
            {
                _origins.TryAdd(identity, from);
                ByIdentity[identity] = into;
            }

            into.FindLastConversation();
        }

        /// <summary>Undoes <see cref="Absorb"/>, for the aliases and identities that are given.</summary>
        public void Release(Customer from, Customer into, MergeWrite unmerge)
        {
            Absorbed.Remove(from.Profile.Id);
            Customers.Add(from.Profile.Id, from);
            from.AbsorbedBy = null;
            from.Survivor = null;
            into.Aliases.Remove(from);
            foreach (var id in unmerge.Aliases)
            {
                if (Absorbed.GetValueOrDefault(id) is { } alias && into.Aliases.Remove(alias))
                {
                    alias.Survivor = from;
                    from.Aliases.Add(alias);
                }
            }

            foreach (var identity in unmerge.From.Profile.Identities)
            {
                if (ByIdentity.GetValueOrDefault(identity) == into)
                {
                    ByIdentity[identity] = from;
                }
            }

            // An origin is the owner, or one whom the owner has absorbed.
            foreach (var (identity, origin) in _origins)
            {
                var owner = ByIdentity[identity];
                if (origin.Survivor != owner)
                {
                    _origins.Remove(identity);
                }
            }
        }

        public ImmutableArray<MergeRecord> MergesInto(CustomerId id)
        {
            if (Customers.GetValueOrDefault(id) is not { } customer)
            {
                return [];
            }

            var ids = customer.WithAliases().Select(one => one.Profile.Id).ToHashSet();
            return
            [
                .. Merges
                    .Values.Where(merge => merge.UndoneAt is null && ids.Contains(merge.Record.Into))
                    .Select(merge => merge.Record)
                    .OrderByDescending(record => record.At)
                    .ThenByDescending(record => record.Id.Value),
            ];
        }

        /// <summary>A customer, absorbed or not.</summary>
        public Customer? Find(CustomerId id) => Customers.GetValueOrDefault(id) ?? Absorbed.GetValueOrDefault(id);
    }

    private sealed partial class Customer
    {
        private int _redactions;

        /// <summary>The merge that marked the customer.</summary>
        public MergeId? MarkedBy { get; set; }

        /// <summary>Whom the customer's id leads to; null when they are not absorbed.</summary>
        public Customer? Survivor { get; set; }

        /// <summary>The merge that absorbed the customer.</summary>
        public MergeId? AbsorbedBy { get; set; }

        /// <summary>Those whose ids lead to the customer.</summary>
        public HashSet<Customer> Aliases { get; } = [];

        public AbsorbedInto? AbsorbedInto =>
            Survivor is { } survivor && AbsorbedBy is { } merge ? new AbsorbedInto(survivor.Profile.Id, merge) : null;

        /// <summary>The customer and those whose ids lead to them.</summary>
        public IEnumerable<Customer> WithAliases() => Aliases.Prepend(this);

        /// <summary>Replaces the profile of an absorbed customer, whose identities are the survivor's.</summary>
        public void Redact(CustomerProfile profile)
        {
            Searched = new(profile);
            _redactions++;
        }

        public ImmutableArray<AbsorbedCustomer> AbsorbedCustomers() =>
            [
                .. Aliases.Select(alias => new AbsorbedCustomer
                {
                    Profile = alias.Profile,
                    Merge = alias.AbsorbedBy!.Value,
                    Changes = [.. Enumerable.Reverse(alias._changes)],
                }),
            ];

        public void ReplaceChecks(ImmutableArray<StoredCheck> checks) => _checks = [.. checks.Select(one => one.State)];

        /// <summary>Removing old records leaves the newest, so the last conversation is always among them.</summary>
        public void FindLastConversation() =>
            LastConversation = WithAliases()
                .SelectMany(customer => customer._conversations.Values)
                .Select(conversation => conversation.At)
                .Append(SearchPosition.NoConversation)
                .Max();

        public MergeSide Side() =>
            new()
            {
                Profile = Profile,
                Checks = [.. _checks.Select(Stored)],
                IsMarked = IsMarked,
                MarkedBy = MarkedBy,
                Marks = Tenant.MarksOf(Profile),
                Aliases = [.. Aliases.Select(alias => alias.Profile.Id)],
                Absorbed = AbsorbedInto,
                State = State(),
            };

        /// <summary>The text of <see cref="MergeSide.State"/>: a line for each part.</summary>
        public string State() =>
            string.Join(
                '\n',
                [
                    // An unmerge that was planned before something was forgotten must not write it again.
                    string.Create(CultureInfo.InvariantCulture, $"version {Profile.Version} redacted {_redactions}"),
                    $"marked {IsMarked} {MarkedBy}",
                    $"absorbed {AbsorbedInto?.Survivor} {AbsorbedInto?.Merge}",
                    .. Aliases.Select(alias => $"alias {alias.Profile.Id}").Order(StringComparer.Ordinal),
                    .. Tenant
                        .MarksOf(Profile)
                        .Select(mark => $"mark {mark.Identity.Kind} {mark.Identity.Value} {mark.Merge}"),
                    .. _checks.Select(check => TextOf(Stored(check))).Order(StringComparer.Ordinal),
                ]
            );

        private StoredCheck Stored(CheckState state)
        {
            foreach (var pending in Pending)
            {
                if (string.Equals(pending.Provider, state.Provider, StringComparison.Ordinal))
                {
                    return new StoredCheck
                    {
                        State = state,
                        LeaseId = pending.LeaseId == default ? null : pending.LeaseId,
                        LeasedUntil = pending.LeaseId == default ? default : pending.LeasedUntil,
                        NotBefore = pending.NotBefore,
                        Attempt = pending.Attempt,
                        IsWanted = !pending.IsUnwanted && !IsSuppressed,
                        SettingGeneration = pending.SettingGeneration,
                    };
                }
            }

            return new StoredCheck { State = state };
        }

        private static string TextOf(StoredCheck check)
        {
            var state = check.State;
            return string.Join(
                ' ',
                "check",
                state.Provider,
                TextOf(state.LastCheckAt),
                state.LastOutcome,
                TextOf(state.RequestedAt),
                state.IsPending,
                TextOf(state.LastFailureAt),
                state.LastFailure,
                check.LeaseId,
                TextOf(check.LeasedUntil),
                TextOf(check.NotBefore),
                check.Attempt.ToString(CultureInfo.InvariantCulture),
                check.IsWanted,
                check.SettingGeneration.ToString(CultureInfo.InvariantCulture)
            );
        }

        private static string? TextOf(Instant? time) => time?.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture);
    }
}
