using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Erasing the people of a scene.</summary>
internal sealed class ErasingStage(Scene scene, IErasureStore store)
{
    public Scene Scene => scene;

    public IErasureStore Store => store;

    /// <summary>Merging in the same scene; null for a store that cannot merge.</summary>
    public MergingStage? Merging { get; } =
        scene.Store is IMergingStore merging ? new MergingStage(scene, merging) : null;

    /// <summary>An erasure of a customer who is as they are given, and not suppressed unless that is said.</summary>
    public ErasureWrite Write(
        CustomerProfile profile,
        bool includesAbsorbed = false,
        Guid? erasure = null,
        string? caseReference = null,
        EventWrite? written = null,
        bool isSuppressed = false,
        Instant? unlessActiveSince = null,
        IEnumerable<ErasureMark>? marks = null,
        Instant? guardSince = null,
        Instant guardUntil = default
    ) =>
        new()
        {
            Tenant = profile.Tenant,
            Id = profile.Id,
            Erasure = erasure ?? Guid.CreateVersion7(),
            At = scene.Now,
            By = "kim O'Brien \u00e9",
            CaseReference = caseReference,
            IncludesAbsorbed = includesAbsorbed,
            Version = profile.Version,
            IsSuppressed = isSuppressed,
            UnlessActiveSince = unlessActiveSince,
            Marks = [.. marks ?? []],
            GuardSince = guardSince,
            GuardUntil = guardUntil,
            Event = written,
        };

    /// <summary>An erasure of a customer as they are now.</summary>
    public async Task<ErasureWrite> WriteAsync(
        CustomerProfile profile,
        bool includesAbsorbed = false,
        IEnumerable<ErasureMark>? marks = null,
        EventWrite? written = null
    )
    {
        var read = await scene.Store.GetAsync(profile.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);
        return Write(
            read?.Profile ?? profile,
            includesAbsorbed,
            written: written,
            isSuppressed: read?.IsSuppressed ?? false,
            marks: marks
        );
    }

    /// <summary>Erases as one of several callers, who may be another host.</summary>
    public async Task<EraseResult> TryAsync(ErasureWrite write, int caller = 0) =>
        await ((IErasureStore)scene.StoreOf(caller)).EraseAsync(write, scene.Cancel).ConfigureAwait(false);

    public async Task<ErasureReceipt> EraseAsync(ErasureWrite write)
    {
        var result = await TryAsync(write).ConfigureAwait(false);
        return result is EraseResult.Erased erased
            ? erased.Receipt
            : throw scene.Broken(nameof(EraseResult.Erased), StoredText.Of(result), "erasing a customer");
    }

    /// <summary>Erases a customer as they are now.</summary>
    public async Task<ErasureReceipt> EraseAsync(
        CustomerProfile profile,
        bool includesAbsorbed = false,
        IEnumerable<ErasureMark>? marks = null
    ) =>
        await TryCurrentAsync(profile, includesAbsorbed, marks).ConfigureAwait(false) is var result
        && result is EraseResult.Erased erased
            ? erased.Receipt
            : throw scene.Broken(nameof(EraseResult.Erased), StoredText.Of(result), "erasing a customer");

    /// <summary>Reads a customer and erases them as they are, and again when they have changed meanwhile.</summary>
    public async Task<EraseResult> TryCurrentAsync(
        CustomerProfile profile,
        bool includesAbsorbed = false,
        IEnumerable<ErasureMark>? marks = null
    )
    {
        const int most = 100;
        for (var attempt = 1; ; attempt++)
        {
            var write = await WriteAsync(profile, includesAbsorbed, marks).ConfigureAwait(false);
            var result = await TryAsync(write).ConfigureAwait(false);
            if (result is not EraseResult.Changed || attempt == most)
            {
                return result;
            }
        }
    }

    /// <summary>A mark of one identity, as the host's key would make it.</summary>
    public ErasureMark Mark(
        Identity identity,
        ErasureMarkKind kind = ErasureMarkKind.DoNotLookUp,
        string? keyId = null
    ) =>
        new()
        {
            Hash = HashOf(identity),
            KeyId = keyId ?? $"key-{scene.Mark}",
            Kind = kind,
        };

    /// <summary>A mark of each identity of a customer.</summary>
    public ImmutableArray<ErasureMark> Marks(CustomerProfile profile, ErasureMarkKind kind) =>
        [.. profile.Identities.Select(identity => Mark(identity, kind))];

    private static string TextOf(IEnumerable<ErasureMark> marks) =>
        string.Join('\n', marks.Select(StoredText.Of).Order(StringComparer.Ordinal));

    /// <summary>
    /// A hash of an identity, of the form that the library passes. A store takes it as it is, and the same in every
    /// tenant shows whether it keeps tenants apart.
    /// </summary>
    public static string HashOf(Identity identity) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes($"{identity.Kind} {identity.Value}")
            )
        );

    /// <summary>Asserts a result that erases nobody.</summary>
    public async Task RefusedAsync(EraseResult expected, ErasureWrite write, string about) =>
        scene.Same(StoredText.Of(expected), StoredText.Of(await TryAsync(write).ConfigureAwait(false)), about);

    /// <summary>A customer to create, with the hashes by which an erased person is recognised.</summary>
    public NewCustomer Coming(
        Identity identity,
        ConversationRecord? conversation = null,
        TenantId? tenant = null,
        params string[] checks
    )
    {
        var profile = scene.Someone(identity, tenant);
        var recorded = conversation ?? scene.Conversation();
        return new NewCustomer
        {
            Profile = profile,
            Conversation = recorded,
            Checks = [.. checks],
            ErasureHashes = [ErasureHash.OfConversation(profile.Tenant, recorded.Id), HashOf(identity)],
        };
    }

    public async Task<ConversationLookup?> TryCreateAsync(NewCustomer customer, int caller = 0) =>
        await scene.StoreOf(caller).CreateAsync(customer, scene.Cancel).ConfigureAwait(false);

    /// <summary>Asserts that a customer is created.</summary>
    public async Task<CustomerProfile> CreateAsync(NewCustomer customer, string about)
    {
        var lookup = await TryCreateAsync(customer).ConfigureAwait(false);
        scene.Is(true, lookup is { IsNewCustomer: true, IsNewConversation: true }, $"a customer is created; {about}");
        return customer.Profile;
    }

    /// <summary>Asserts that nobody is created, and that nothing is written.</summary>
    public async Task DeclinedAsync(NewCustomer customer, string about)
    {
        var (profile, identity) = (customer.Profile, customer.Profile.Identities[0]);
        var before = await TellAsync(profile).ConfigureAwait(false);
        scene.Same("nobody", StoredText.Of(await TryCreateAsync(customer).ConfigureAwait(false)), about);
        scene.Same(before, await TellAsync(profile).ConfigureAwait(false), $"nothing is written; {about}");
        var found = await scene.Store.FindAllAsync(profile.Tenant, [identity], scene.Cancel).ConfigureAwait(false);
        scene.Same(0, found.Length, $"how many have the identity; {about}");
        scene.Same(
            "nobody",
            StoredText.Of(
                await scene
                    .Store.RecordConversationAsync(profile.Tenant, identity, customer.Conversation, scene.Cancel)
                    .ConfigureAwait(false)
            ),
            $"recording the conversation; {about}"
        );
    }

    /// <summary>Asserts which marks are found by the hashes of identities.</summary>
    public async Task MarkedAsync(
        string about,
        IEnumerable<Identity> identities,
        IEnumerable<ErasureMark> expected,
        TenantId? tenant = null
    ) =>
        scene.Same(
            TextOf(expected),
            TextOf(
                await store
                    .FindMarksAsync(tenant ?? scene.Tenant, [.. identities.Select(HashOf)], scene.Cancel)
                    .ConfigureAwait(false)
            ),
            $"the marks that are found; {about}"
        );

    public async Task AddMarksAsync(params ErasureMark[] marks) =>
        await store.AddMarksAsync(scene.Tenant, [.. marks], scene.Cancel).ConfigureAwait(false);

    public async Task<bool> RemoveMarksAsync(params Identity[] identities) =>
        await store.RemoveMarksAsync(scene.Tenant, [.. identities.Select(HashOf)], scene.Cancel).ConfigureAwait(false);

    public async Task<ErasureReceipt?> FindAsync(CustomerProfile profile, TenantId? tenant = null) =>
        await store.FindErasureAsync(tenant ?? scene.Tenant, profile.Id, scene.Cancel).ConfigureAwait(false);

    public async Task<ImmutableArray<ErasureReceipt>> ListAsync(
        Instant since,
        ErasureReceipt? after = null,
        int most = 100,
        TenantId? tenant = null
    ) => await store.GetErasuresAsync(tenant ?? scene.Tenant, since, after, most, scene.Cancel).ConfigureAwait(false);

    /// <summary>A customer with three identities, two changes in the history, and the checks.</summary>
    public async Task<CustomerProfile> CreateAsync(string name, params string[] checks)
    {
        var by = new Provenance(ProvenanceSource.Agent, "kim", scene.Now);
        var profile = await scene
            .CreateAsync(
                scene.Someone(values: [new FieldValue(ProfileField.Name, "", new PersonName(name), by)]),
                checks
            )
            .ConfigureAwait(false);
        profile = scene.Next(profile, [profile.Identities[0], scene.NextEmail()]);
        await UpdateAsync(profile, scene.Store).ConfigureAwait(false);
        profile = scene.Next(profile, [.. profile.Identities, Identity.External($"{name} {scene.Mark}")]);
        await UpdateAsync(profile, scene.Store).ConfigureAwait(false);
        return profile;
    }

    /// <summary>Writes a version with a change in the history.</summary>
    public async Task<UpdateResult> UpdateAsync(CustomerProfile profile, ICustomerProfileStore own) =>
        await own.UpdateAsync(
                profile,
                new ProfileChange
                {
                    Kind = HistoryKind.Edit,
                    By = new Provenance(ProvenanceSource.Agent, "kim", scene.Now),
                    Values = [],
                    UpdatedAt = scene.Now,
                },
                scene.Cancel
            )
            .ConfigureAwait(false);

    /// <summary>How many changes a store with history keeps; none without.</summary>
    public int Changes(int count) => scene.Store is IHistoryStore ? count : 0;

    /// <summary>Asserts that no call finds people, and that none of their identities is anybody's.</summary>
    public async Task GoneAsync(string about, params CustomerProfile[] people)
    {
        foreach (var person in people)
        {
            await GoneByIdAsync(about, person).ConfigureAwait(false);
        }

        ImmutableArray<Identity> identities = [.. people.SelectMany(person => person.Identities).Distinct()];
        foreach (var identity in identities)
        {
            var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same("nobody", StoredText.Of(found), $"who has {StoredText.Of(identity)}; {about}");
        }

        var all = await scene.Store.FindAllAsync(scene.Tenant, identities, scene.Cancel).ConfigureAwait(false);
        scene.Same(0, all.Length, $"how many have one of their identities; {about}");
    }

    /// <summary>Asserts that no call finds a person by their id, and that they are in no list.</summary>
    public async Task GoneByIdAsync(string about, CustomerProfile person)
    {
        var read = await scene.Store.GetAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
        scene.Same("nobody", StoredText.Of(read), $"GetAsync; {about}");
        var listed = await scene.EverybodyAsync(pageSize: 2).ConfigureAwait(false);
        scene.Is(false, listed.Any(one => one.Id == person.Id), $"ListAsync has them; {about}");
        if (scene.Store is ISearchStore search)
        {
            var page = await search
                .SearchAsync(
                    scene.Tenant,
                    new ProfileSearchQuery { Order = ProfileOrder.LastConversation, PageSize = 100 },
                    scene.Cancel
                )
                .ConfigureAwait(false);
            scene.Is(false, page.Profiles.Any(one => one.Id == person.Id), $"SearchAsync has them; {about}");
        }

        if (scene.Store is IHistoryStore history)
        {
            var kept = await history.GetHistoryAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            scene.Is(true, kept is null, $"GetHistoryAsync has nothing; {about}");
        }

        if (scene.Store is IExportStore export)
        {
            var record = await export.GetRecordAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            scene.Is(true, record is null, $"GetRecordAsync has nothing; {about}");
        }

        if (scene.Store is IMergingStore merging)
        {
            var nobody = CustomerId.New(scene.Now);
            var sides = await merging
                .GetSidesAsync(scene.Tenant, person.Id, nobody, scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(true, sides.From is null, $"GetSidesAsync has nothing; {about}");
            var leads = await merging.FindSurvivorAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            scene.Is(true, leads is null, $"FindSurvivorAsync has nothing; {about}");
            var merges = await merging.GetMergesAsync(scene.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(0, merges.Length, $"GetMergesAsync; {about}");
        }
    }

    /// <summary>Everything that the store says of people and of erasures, as text.</summary>
    public async Task<string> TellAsync(params CustomerProfile[] people)
    {
        var lines = new List<string>();
        foreach (var person in people)
        {
            var read = await scene.Store.GetAsync(person.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
            lines.Add($"{person.Id} is {StoredText.Of(read)}");
            lines.Add(
                StoredText.Of(
                    await store.FindErasureAsync(person.Tenant, person.Id, scene.Cancel).ConfigureAwait(false)
                )
            );
            foreach (var identity in person.Identities)
            {
                var owner = await scene.Store.FindAsync(person.Tenant, identity, scene.Cancel).ConfigureAwait(false);
                lines.Add($"{StoredText.Of(identity)} is {owner?.Profile.Id}'s");
            }

            if (scene.Store is IExportStore export)
            {
                var record = await export.GetRecordAsync(person.Tenant, person.Id, scene.Cancel).ConfigureAwait(false);
                lines.AddRange(record?.Conversations.Select(StoredText.Of) ?? []);
                lines.Add($"{record?.Changes.Length} changes, {record?.Merges.Length} merges");
                lines.AddRange(
                    (record?.Absorbed ?? [])
                        .Select(absorbed => StoredText.Of(absorbed.Profile))
                        .Order(StringComparer.Ordinal)
                );
            }
        }

        foreach (var tenant in people.Select(person => person.Tenant).Distinct())
        {
            lines.AddRange(
                (await scene.EverybodyAsync(tenant: tenant).ConfigureAwait(false)).Select(one => $"{one.Id} is listed")
            );
            lines.AddRange((await ListAsync(Scene.Start, tenant: tenant).ConfigureAwait(false)).Select(StoredText.Of));
        }

        lines.AddRange(
            (await scene.CountPendingAsync().ConfigureAwait(false))
                .Where(one => one.Count != 0)
                .Select(one => $"{one.Count} of {one.Provider} pending")
                .Order(StringComparer.Ordinal)
        );
        return string.Join('\n', lines);
    }
}
