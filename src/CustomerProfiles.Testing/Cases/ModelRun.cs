using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>
/// One generated sequence: each call is made on the store and on the model, and then their whole states are compared.
/// </summary>
internal sealed partial class ModelRun
{
    private static readonly Duration Step = Duration.FromMinutes(10);

    private readonly Scene _scene;
    private readonly Model _model = new();
    private readonly TenantId[] _tenants;
    private readonly string[] _providers;
    private readonly Identity[] _identities;
    private readonly BudgetPeriod[] _periods;
    private readonly List<CustomerProfile> _customers = [];
    private readonly List<CheckClaim> _claims = [];
    private string _before = "the beginning";

    public ModelRun(Scene scene)
    {
        _scene = scene;
        _tenants = [scene.Tenant, scene.OtherTenant];
        _providers = [scene.Provider, scene.OtherProvider];
        _identities = [.. Enumerable.Range(0, 4).Select(_ => scene.NextEmail())];
        _periods =
        [
            .. _providers.SelectMany(provider =>
                new BudgetPeriod[] { new(provider, "2026-01-31"), new(provider, "2026-01") }
            ),
        ];
    }

    private ICustomerProfileStore Store => _scene.Store;

    private CancellationToken Cancel => _scene.Cancel;

    public async Task DoAsync(ModelCall call)
    {
        var about = $"{call}, after {_before}";
        await CallAsync(call, about).ConfigureAwait(false);
        await CompareAsync($"everything after {call}, after {_before}").ConfigureAwait(false);
        _before = call.ToString();
    }

    /// <summary>
    /// Compares what only a change reveals: whether an identity without an owner is marked, and what can be claimed
    /// when all leases have expired.
    /// </summary>
    public async Task EndAsync()
    {
        foreach (var tenant in _tenants)
        {
            for (var i = 0; i < _identities.Length; i++)
            {
                if (_model.Owner(tenant, _identities[i]) is null)
                {
                    await CreateAsync(
                            tenant,
                            new ModelCall(ModelOperation.Create, i, 0, 0, 0),
                            $"creating who has {StoredText.Of(_identities[i])} at the end, after {_before}"
                        )
                        .ConfigureAwait(false);
                }
            }
        }

        _model.Now += Duration.FromHours(1);
        await _scene.PassAsync(Duration.FromHours(1)).ConfigureAwait(false);
        _model.Clock += Duration.FromHours(1);
        int claims;
        do
        {
            claims = _claims.Count;
            await ClaimAsync([.. _providers], $"claiming what is left at the end, after {_before}")
                .ConfigureAwait(false);
        } while (_claims.Count > claims);
        await CompareAsync($"everything at the end, after {_before}").ConfigureAwait(false);
        await DeliverAllAsync($"what is left at the end, after {_before}").ConfigureAwait(false);
        if (Store is IDuplicateStore duplicates)
        {
            await CompareDuplicatesAsync(duplicates, Many, $"at the end, after {_before}").ConfigureAwait(false);
        }
    }

    private async Task CallAsync(ModelCall call, string about)
    {
        var (what, a, b, c, d) = call;
        var tenant = _tenants[d == 3 ? 1 : 0];
        var customer = _customers.Count > 0 ? _customers[a % _customers.Count] : null;
        var claim = _claims.Count > 0 ? Follow(_claims[^(((a + c) % _claims.Count) + 1)], b) : null;
        var provider = _providers[b % 2];
        switch (what)
        {
            case ModelOperation.Create:
                await CreateAsync(tenant, call, about).ConfigureAwait(false);
                break;
            case ModelOperation.Add:
                await AddAsync(tenant, call, about).ConfigureAwait(false);
                break;
            case ModelOperation.Receive:
                var recorded = Told(b);
                var received = await Store
                    .RecordConversationAsync(tenant, _identities[a], recorded, Cancel)
                    .ConfigureAwait(false);
                var shouldReceive = _model.Remember(tenant, _identities[a], recorded);
                _scene.Same(StoredText.Of(shouldReceive), StoredText.Of(received), about);
                break;
            case ModelOperation.Update
            or ModelOperation.Request
            or ModelOperation.RequestStale
            or ModelOperation.SuppressCustomer when customer is not null && _model.Find(customer) is null:
                await CallOnAbsorbedAsync(customer, provider, about).ConfigureAwait(false);
                break;
            case ModelOperation.Update when customer is not null:
                await UpdateAsync(customer, b, behind: c == 3, about).ConfigureAwait(false);
                break;
            case ModelOperation.Request or ModelOperation.RequestStale when customer is not null:
                var person = _model.Find(customer)!;
                var last = person.Check(provider).LastCheckAt;
                last = what == ModelOperation.Request ? last : (last ?? _model.Now) - Duration.FromTicks(10);
                var requested = await Store
                    .RequestCheckAsync(customer.Tenant, customer.Id, provider, last, _model.Now, Cancel)
                    .ConfigureAwait(false);
                _scene.Is(_model.Request(person, provider, last, requested), requested, about);
                break;
            case ModelOperation.Claim or ModelOperation.ClaimAgain:
                await ClaimAsync(a == 3 ? [_providers[1]] : [.. _providers], about).ConfigureAwait(false);
                break;
            case ModelOperation.Complete
            or ModelOperation.CompleteWithheld
            or ModelOperation.CompleteWithProfile when claim is not null:
                await CompleteAsync(claim, what, about).ConfigureAwait(false);
                break;
            case ModelOperation.Release when claim is not null:
                var release = new CheckRelease
                {
                    At = _model.Now,
                    Failure = b == 0 ? null : (ProviderFailure)b,
                    RetryAt = b == 3 ? null : _model.Now + Duration.FromMinutes(b),
                    CountsAsAttempt = c % 2 == 0,
                };
                await Store.ReleaseCheckAsync(claim, release, Cancel).ConfigureAwait(false);
                _model.Release(claim, release);
                break;
            case ModelOperation.RenewLease when claim is not null:
                // Never a whole number of steps, so that no lease ends exactly when the state is compared.
                var lease = (b * Step) + (Step / 2);
                var renewed = await Store.RenewLeaseAsync(claim, lease, Cancel).ConfigureAwait(false);
                _scene.Is(_model.RenewLease(claim, lease), renewed, about);
                break;
            case ModelOperation.ReserveBudget:
                var used = await Store.TryReserveBudgetAsync(_periods[a], b, Cancel).ConfigureAwait(false);
                _scene.Is(_model.TryReserveBudget(_periods[a], b), used, about);
                break;
            case ModelOperation.Refund:
                await Store.RefundAsync(_periods[a], Cancel).ConfigureAwait(false);
                _model.Refund(_periods[a]);
                break;
            case ModelOperation.SetProviderSetting:
                var setting = new ProviderSetting(provider, c % 2 == 0, _model.Now, $"agent {a}");
                var changed = await Store.SetProviderSettingAsync(tenant, setting, Cancel).ConfigureAwait(false);
                _scene.Is(_model.Switch(tenant, setting), changed, about);
                break;
            case ModelOperation.SuppressCustomer when customer is not null:
                var kind = b % 2 == 0 ? CustomerEventKind.Suppressed : CustomerEventKind.Unsuppressed;
                var known = await Store
                    .SetSuppressedAsync(customer.Tenant, customer.Id, b % 2 == 0, Change(kind), Cancel)
                    .ConfigureAwait(false);
                if (_model.Suppress(_model.Find(customer)!, b % 2 == 0))
                {
                    _model.Write(customer, kind);
                }

                _scene.Is(true, known, about);
                break;
            case ModelOperation.SuppressIdentity:
                await Store.SetSuppressedAsync(tenant, _identities[a], b % 2 == 0, Cancel).ConfigureAwait(false);
                _model.Suppress(tenant, _identities[a], b % 2 == 0);
                break;
            case ModelOperation.Merge when customer is not null && Store is IMergingStore merging:
                await MergeAsync(merging, customer, _customers[c % _customers.Count], about).ConfigureAwait(false);
                break;
            case ModelOperation.Unmerge when _merges.Count > 0 && Store is IMergingStore unmerging:
                await UnmergeAsync(unmerging, _merges[^((a % _merges.Count) + 1)], about).ConfigureAwait(false);
                break;
            case ModelOperation.Erase when customer is not null && Store is IErasureStore erasures:
                var erased = c == 3 && b == 0 ? _lastErased ?? customer : customer;
                await EraseAsync(erasures, erased, call, about).ConfigureAwait(false);
                break;
            case ModelOperation.ChangeMark when Store is IErasureStore marks:
                await ChangeMarkAsync(marks, tenant, _identities[a], b, about).ConfigureAwait(false);
                break;
            case ModelOperation.RemoveGuards when Store is IErasureStore guards:
                await RemoveGuardsAsync(guards, tenant, about).ConfigureAwait(false);
                break;
            case ModelOperation.DeliverEvents:
                await DeliverAsync(mostQueues: a + 1, mostEvents: b + 1, fails: c == 3, about).ConfigureAwait(false);
                break;
            case ModelOperation.MarkNotDuplicates when customer is not null && Store is IDuplicateStore marking:
                await MarkNotDuplicatesAsync(marking, customer, _customers[c % _customers.Count], about)
                    .ConfigureAwait(false);
                break;
            case ModelOperation.FindDuplicates when Store is IDuplicateStore finding:
                await CompareDuplicatesAsync(finding, mostPerKey: 2 + b, about).ConfigureAwait(false);
                break;
            case ModelOperation.Wait:
                _model.Now += Duration.FromMinutes(a);
                break;
            case ModelOperation.LeasesPass:
                await _scene.PassAsync(2 * (a + 1) * Step).ConfigureAwait(false);
                _model.Clock += 2 * (a + 1) * Step;
                break;
            default:
                // There is no customer yet.
                break;
        }
    }

    private async Task CreateAsync(TenantId tenant, ModelCall call, string about)
    {
        var profile = new CustomerProfile(
            tenant,
            CustomerId.New(_model.Now),
            1,
            _model.Now,
            _model.Now,
            [_identities[call.A]],
            Noted(1)
        );
        var customer = new NewCustomer
        {
            Profile = profile,
            Conversation = Told(call.B),
            Checks = [.. _providers.Where((_, i) => (call.C & (1 << i)) != 0)],
            ErasureHashes =
            [
                ErasureHash.OfConversation(tenant, $"conversation {call.B}"),
                ErasingStage.HashOf(_identities[call.A]),
            ],
            Event = Event(CustomerEventKind.Created),
        };
        var result = await Store.CreateAsync(customer, Cancel).ConfigureAwait(false);
        var should = _model.Create(customer);
        _scene.Same(
            $"created: {should?.IsNewCustomer}, {StoredText.Of(should)}",
            $"created: {result?.IsNewCustomer}, {StoredText.Of(result)}",
            about
        );
        if (result is { IsNewCustomer: true })
        {
            _model.Write(profile, CustomerEventKind.Created);
            _customers.Add(profile);
        }
    }

    private async Task AddAsync(TenantId tenant, ModelCall call, string about)
    {
        ImmutableArray<Identity> first = [.. new[] { _identities[call.A], _identities[call.B] }.Distinct()];
        var id = call.D == 2 && _customers.Count > 0 ? _customers[call.A % _customers.Count].Id : (CustomerId?)null;
        ImmutableArray<CustomerProfile> profiles =
        [
            Added(id ?? CustomerId.New(_model.Now), first),
            Added(CustomerId.New(_model.Now), [.. new[] { _identities[call.C] }.Except(first)]),
        ];
        var results = await Store
            .AddAsync(tenant, profiles, Event(CustomerEventKind.Created), Cancel)
            .ConfigureAwait(false);
        _scene.Same(profiles.Length, results.Length, about);
        foreach (var (profile, result) in profiles.Zip(results))
        {
            _scene.Same(StoredText.Of(_model.Add(profile, result)), StoredText.Of(result), about);
            if (result is AddResult.Added)
            {
                _model.Write(profile, CustomerEventKind.Created);
                _customers.Add(profile);
            }
        }

        CustomerProfile Added(CustomerId customer, ImmutableArray<Identity> identities) =>
            new(tenant, customer, 1, _model.Now, _model.Now, identities, Noted(1));
    }

    private async Task UpdateAsync(CustomerProfile customer, int how, bool behind, string about)
    {
        var current = _model.Find(customer)!.Profile;
        var free = _identities.Where(identity => !current.Identities.Contains(identity)).ToArray();
        var wanted = how switch
        {
            1 when free.Length > 0 => current.Identities.Add(free[0]),
            2 when current.Identities.Length > 1 => current.Identities.RemoveAt(0),
            3 when free.Length > 0 => [free[^1]],
            _ => current.Identities,
        };
        var version = current.Version + (behind ? 2 : 1);
        var next = new CustomerProfile(
            current.Tenant,
            current.Id,
            version,
            current.CreatedAt,
            _model.Now,
            wanted,
            Noted(version)
        );
        var result = await Store.UpdateAsync(next, Change(CustomerEventKind.Updated), Cancel).ConfigureAwait(false);
        _scene.Same(StoredText.Of(_model.Update(next)), StoredText.Of(result), about);
        if (result is UpdateResult.Updated)
        {
            _model.Write(next, CustomerEventKind.Updated);
        }
    }

    private async Task ClaimAsync(ImmutableArray<string> providers, string about)
    {
        var lease = (2 * Step) + (Step / 2);
        var claim = await Store.ClaimNextCheckAsync(providers, _model.Now, lease, Cancel).ConfigureAwait(false);
        if (_model.Claim(claim, providers, lease) is { } expected)
        {
            throw _scene.Broken(expected, StoredText.Of(claim), about);
        }

        if (claim is not null)
        {
            _claims.Add(claim);
        }
    }

    private async Task CompleteAsync(CheckClaim claim, ModelOperation what, string about)
    {
        // A result has the identities of its version, which is the version at the time of the claim.
        var profile =
            what == ModelOperation.CompleteWithProfile
                ? Scene.Next(claim.Profile, _model.Now, values: Noted(claim.Profile.Version + 1))
                : null;
        var outcome = what == ModelOperation.CompleteWithheld ? CheckOutcome.Withheld : CheckOutcome.NoMatch;
        var kind = profile is null ? CustomerEventKind.Suppressed : CustomerEventKind.Updated;
        var result = await Store
            .CompleteCheckAsync(claim, outcome, profile, Change(kind), _model.Now, Cancel)
            .ConfigureAwait(false);
        _scene.Same(StoredText.Of(_model.Complete(claim, outcome, profile)), StoredText.Of(result), about);
        if (result is CompleteResult.Completed && (profile is not null || outcome == CheckOutcome.Withheld))
        {
            _model.Write(claim.Profile, kind);
        }
    }

    private async Task CompareAsync(string about)
    {
        foreach (var person in _model.People)
        {
            var kept = await Store.GetAsync(person.Profile.Tenant, person.Profile.Id, Cancel).ConfigureAwait(false);
            if (kept is { } customer)
            {
                _model.GoAlongWith(person, customer);
            }

            _scene.Same(_model.Read(person), kept, about);
            var alone = await Store
                .GetProfileAsync(person.Profile.Tenant, person.Profile.Id, Cancel)
                .ConfigureAwait(false);
            _scene.Same(StoredText.Of(kept?.Profile), StoredText.Of(alone), $"the profile alone; {about}");
        }

        await CompareAbsorbedAsync(about).ConfigureAwait(false);
        foreach (var tenant in _tenants)
        {
            foreach (var identity in _identities)
            {
                var found = await Store.FindAsync(tenant, identity, Cancel).ConfigureAwait(false);
                var alone = await Store.FindProfileAsync(tenant, identity, Cancel).ConfigureAwait(false);
                _scene.Same(StoredText.Of(found?.Profile), StoredText.Of(alone), $"the profile alone; {about}");
                _scene.Same(
                    $"{_model.Owner(tenant, identity)?.Profile.Id}",
                    $"{found?.Profile.Id}",
                    $"who has {StoredText.Of(identity)}; {about}"
                );
            }

            _scene.Same(
                StoredText.Of(_model.Switches(tenant)),
                StoredText.Of(await Store.GetProviderSettingsAsync(tenant, Cancel).ConfigureAwait(false)),
                $"the switches; {about}"
            );
            var page = await Store.ListAsync(tenant, new ProfileQuery(), Cancel).ConfigureAwait(false);
            _scene.Same(
                string.Join(
                    '\n',
                    _model
                        .People.Where(person => person.Profile.Tenant == tenant)
                        .OrderBy(person => person.Profile.Id)
                        .Select(person => StoredText.Of(person.Profile))
                ),
                string.Join('\n', page.Profiles.Select(StoredText.Of)),
                $"the list; {about}"
            );
            await CompareErasuresAsync(tenant, about).ConfigureAwait(false);
        }

        await _scene
            .PendingAsync(
                about,
                [
                    .. _providers
                        .Select(provider => (Provider: provider, Count: (long)_model.CountPending(provider)))
                        .Where(one => one.Count > 0),
                ]
            )
            .ConfigureAwait(false);
        foreach (var period in _periods)
        {
            _scene.Same(
                _model.Spent(period),
                await _scene.BudgetUsedAsync(period).ConfigureAwait(false),
                $"what is spent; {about}"
            );
        }
    }

    private ConversationRecord Told(int number) => new($"conversation {number}", default, _model.Now);

    /// <summary>Notes of the version, and a telephone number that others have too.</summary>
    private ImmutableArray<FieldValue> Noted(long version)
    {
        var by = new Provenance(ProvenanceSource.Agent, "kim", _model.Now);
        var number = $"+44207946000{version % 3}";
        return
        [
            new(ProfileField.Notes, "", $"version {version}", by),
            new(ProfileField.Phones, number, new PhoneNumber(number), by),
        ];
    }
}
