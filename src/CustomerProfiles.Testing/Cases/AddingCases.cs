using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Adding customers without a conversation, and finding many at once.</summary>
internal static class AddingCases
{
    private const string AsAWhole =
        "AddAsync adds each customer as a whole or not at all: one that cannot be added keeps no other from it.";

    private const string FindsAll = "FindAllAsync returns each customer who has one of the identities, once.";

    private static readonly Case Case = new("adding");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "AddAsync adds customers with any number of identities, without a conversation and without checks.",
            Customers_are_added_with_several_identities_and_with_none
        ),
        Case.Of("AddAsync keeps each profile as it was given.", Every_value_of_an_added_profile_is_kept),
        Search("An added customer is searched like any other.", Added_customers_are_found_by_the_search),
        Search(
            "Whoever never had a conversation counts as of SearchPosition.NoConversation.",
            Whoever_never_had_a_conversation_comes_last
        ),
        Case.Of(
            "An added customer is afterwards like any other.",
            Conversations_checks_and_updates_follow_as_for_anybody
        ),
        Case.Of(
            "AddAsync writes nothing of a profile whose id is taken.",
            A_profile_whose_id_is_taken_leaves_the_customer_as_before
        ),
        Case.Of(
            "AddAsync writes nothing of a profile when one of its identities is taken.",
            A_profile_with_one_taken_identity_is_not_written
        ),
        Case.Of(AsAWhole, Those_that_can_be_added_are_added_beside_those_that_cannot),
        Case.Of("A customer with a suppressed identity is suppressed.", A_suppressed_identity_suppresses_the_customer),
        Case.Of("Nothing is shared between two tenants.", Another_tenant_is_no_obstacle),
        Case.Of("An identity is taken only by an equal one.", Identities_that_look_alike_are_added_apart),
        Case.Of(AsAWhole, Hundreds_are_added_in_one_call),
        Case.Of("AddAsync and FindAllAsync do nothing when they are given nothing.", Empty_arrays_do_nothing),
        Case.Of(FindsAll, Many_identities_lead_to_each_customer_once),
    ];

    /// <summary>What <see cref="ICustomerProfileStore.AddAsync"/> says of the profiles, one a line.</summary>
    public static async Task<string> AddAsync(Scene scene, TenantId tenant, params CustomerProfile[] profiles) =>
        string.Join(
            '\n',
            (
                await scene.Store.AddAsync(tenant, [.. profiles], created: null, scene.Cancel).ConfigureAwait(false)
            ).Select(StoredText.Of)
        );

    private static StoreConformanceCase Search(
        string rule,
        Func<SearchStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => SearchCases.Of(Case, rule, run, name);

    private static async Task Customers_are_added_with_several_identities_and_with_none(Scene scene)
    {
        ImmutableArray<Identity> several =
        [
            Identity.External($"CRM-7 {scene.Mark}"),
            scene.NextEmail(),
            Identity.Phone("+44 20 7946 0000"),
            Identity.Chat("irc", $"Ada: {scene.Mark}"),
            scene.NextEmail(),
        ];
        CustomerProfile[] profiles =
        [
            With(scene, several, scene.Noted("five")),
            With(scene, [], scene.Noted("none")),
            With(scene, [scene.NextEmail()], []),
        ];
        scene.Same(
            Lines(new AddResult.Added(), new AddResult.Added(), new AddResult.Added()),
            await AddAsync(scene, scene.Tenant, profiles).ConfigureAwait(false),
            "what the call returns"
        );
        foreach (var profile in profiles)
        {
            var expected = Added(profile);
            scene.Same(
                expected,
                await scene.ReadAsync(profile).ConfigureAwait(false),
                $"reading by id, with {profile.Identities.Length} identities"
            );
            foreach (var identity in profile.Identities)
            {
                scene.Same(
                    expected,
                    await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false),
                    $"reading by {StoredText.Of(identity)}, one of {profile.Identities.Length}"
                );
            }
        }

        await ListsAsync(scene, profiles).ConfigureAwait(false);
        await scene.PendingAsync("no check was requested").ConfigureAwait(false);
    }

    private static async Task Every_value_of_an_added_profile_is_kept(Scene scene)
    {
        var by = new Provenance(ProvenanceSource.Import, "csv \u00e9\ud83d\ude80", scene.Now);
        ImmutableArray<FieldValue> values =
        [
            .. ProfileField.All.Where(field => !field.IsList).Select(field => new FieldValue(field, "", null, by)),
            new(ProfileField.Custom("plan"), "", "gold", by),
            new(ProfileField.Custom("Plan"), "", "", by),
            .. Enumerable
                .Range(0, 60)
                .Select(i => new FieldValue(
                    ProfileField.Emails,
                    $"z{60 - i}@example.org",
                    new ProfileEmail(EmailAddress.Parse($"Z{60 - i}@example.org"), i % 2 == 0 ? "work" : null),
                    by
                )),
        ];
        var long_ = new string('\u20ac', 100_000);
        CustomerProfile[] profiles =
        [
            With(scene, [scene.NextEmail()], values),
            With(scene, [scene.NextEmail()], [new(ProfileField.Notes, "", $"{long_}\n'\"\\", by)]),
        ];
        await AddAsync(scene, scene.Tenant, profiles).ConfigureAwait(false);
        foreach (var profile in profiles)
        {
            scene.Same(Added(profile), await scene.ReadAsync(profile).ConfigureAwait(false), "what is read afterwards");
        }
    }

    private static async Task Added_customers_are_found_by_the_search(SearchStage stage)
    {
        var scene = stage.Scene;
        await stage.CreateAsync(stage.Name("Ada Byron"), stage.Property("plan", "silver")).ConfigureAwait(false);
        scene.Later();
        await stage
            .AddAsync(
                ([scene.Email("lovelace"), scene.Email("ada")], [stage.Name("Ada Lovelace"), stage.Company("Engines")]),
                ([], [stage.Name("Nobody Else"), stage.Property("plan", "gold"), stage.Photo()]),
                ([Identity.External("CRM-1")], [stage.Name("Grace"), stage.Property("plan", "gold")])
            )
            .ConfigureAwait(false);
        foreach (var text in new[] { "ada", "lovelace", scene.Email("ada").Value, "CRM-1", "nobody", "gold", "no one" })
        {
            await stage.FindsAsync(text).ConfigureAwait(false);
        }

        ProfileSearchQuery[] queries =
        [
            new(),
            new()
            {
                Property = new PropertyFilter { Key = "plan", Value = "gold" },
            },
            new()
            {
                Property = new PropertyFilter { Key = "plan", Value = "gold" },
                HasPhoto = true,
            },
            new() { Company = "engines" },
            new() { Order = ProfileOrder.Name },
            new() { Order = ProfileOrder.LastChanged },
            new() { CreatedSince = scene.Now },
        ];
        for (var i = 0; i < queries.Length; i++)
        {
            await stage.FindsAsync(queries[i], $"by query {i}").ConfigureAwait(false);
        }
    }

    private static async Task Whoever_never_had_a_conversation_comes_last(SearchStage stage)
    {
        var scene = stage.Scene;
        await stage.CreateAsync(stage.Name("Ada, who wrote first")).ConfigureAwait(false);
        scene.Later();
        var added = await stage
            .AddAsync([.. Enumerable.Range(0, 5).Select(i => (One(scene.NextEmail()), One(stage.Name($"Ada {i}"))))])
            .ConfigureAwait(false);
        scene.Later();
        await stage.CreateAsync(stage.Name("Ada, who wrote last")).ConfigureAwait(false);
        await AllAsync("before one wrote").ConfigureAwait(false);

        scene.Later();
        await stage.UpdateAsync(added[1], stage.Name("Ada changed")).ConfigureAwait(false);
        await AllAsync("after one changed").ConfigureAwait(false);

        scene.Later();
        await stage.RecordAsync(added[3]).ConfigureAwait(false);
        await AllAsync("after one wrote").ConfigureAwait(false);

        async Task AllAsync(string about)
        {
            ProfileSearchQuery[] queries =
            [
                new() { Order = ProfileOrder.LastConversation },
                new() { Order = ProfileOrder.LastConversation, Text = "ada" },
                new() { LastConversationBefore = scene.Now + NodaTime.Duration.FromDays(1) },
                new() { LastConversationBefore = Scene.Start },
                new() { LastConversationSince = Scene.Start },
                new() { LastConversationSince = SearchPosition.NoConversation + NodaTime.Duration.FromTicks(10) },
            ];
            for (var i = 0; i < queries.Length; i++)
            {
                await stage.FindsAsync(queries[i], $"by query {i} {about}").ConfigureAwait(false);
            }
        }
    }

    private static async Task Conversations_checks_and_updates_follow_as_for_anybody(Scene scene)
    {
        var first = With(scene, [scene.NextEmail(), scene.NextEmail()], scene.Noted("added"));
        var second = With(scene, [], []);
        await AddAsync(scene, scene.Tenant, first, second).ConfigureAwait(false);
        scene.Later();
        var recorded = scene.Conversation();
        foreach (var isNew in new[] { true, false })
        {
            var received = await scene
                .Store.RecordConversationAsync(scene.Tenant, first.Identities[1], recorded, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(
                StoredText.Of(
                    new ConversationLookup
                    {
                        Customer = Added(first),
                        FirstRecorded = recorded,
                        IsNewConversation = isNew,
                    }
                ),
                StoredText.Of(received),
                isNew ? "the first conversation" : "the first conversation, redelivered"
            );
        }

        scene.Is(true, await scene.RequestAsync(first).ConfigureAwait(false), "a first check is requested");
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(StoredText.Of(first), StoredText.Of(claim.Profile), "the profile of the claim");
        var next = scene.Next(first, values: scene.Noted("completed"));
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, next).ConfigureAwait(false),
            "the result"
        );
        var gained = scene.NextEmail();
        second = await scene.UpdateAsync(scene.Next(second, [gained])).ConfigureAwait(false);
        scene.Same(
            Added(second),
            await scene.Store.FindAsync(scene.Tenant, gained, scene.Cancel).ConfigureAwait(false),
            "whoever had no identity has gained one"
        );
        await ListsAsync(scene, next, second).ConfigureAwait(false);
    }

    private static async Task A_profile_whose_id_is_taken_leaves_the_customer_as_before(Scene scene)
    {
        var known = await scene
            .CreateAsync(scene.Someone(values: scene.Noted("as before")), scene.Provider)
            .ConfigureAwait(false);
        var before = await scene.ReadAsync(known).ConfigureAwait(false);
        scene.Later();
        ImmutableArray<Identity> free = [scene.NextEmail(), scene.NextEmail()];
        foreach (var identities in new[] { free, [], known.Identities })
        {
            scene.Same(
                Lines(new AddResult.IdTaken()),
                await AddAsync(scene, scene.Tenant, With(scene, identities, scene.Noted("new"), known.Id))
                    .ConfigureAwait(false),
                $"what the call returns, with {identities.Length} identities"
            );
        }

        scene.Same(before, await scene.ReadAsync(known).ConfigureAwait(false), "the customer with the id");
        await ListsAsync(scene, known).ConfigureAwait(false);
        await AreFreeAsync(scene, free).ConfigureAwait(false);
        await NothingIsLeftAsync(scene, free).ConfigureAwait(false);
    }

    private static async Task A_profile_with_one_taken_identity_is_not_written(Scene scene)
    {
        var known = await scene
            .CreateAsync(scene.Someone(values: scene.Noted("as before")), scene.Provider)
            .ConfigureAwait(false);
        var before = await scene.ReadAsync(known).ConfigureAwait(false);
        var taken = known.Identities[0];
        ImmutableArray<Identity> free = [scene.Email("aaa"), scene.NextEmail(), scene.Email("zzz")];
        scene.Later();
        for (var place = 0; place <= free.Length; place++)
        {
            var refused = With(scene, free.Insert(place, taken), scene.Noted("new"));
            scene.Same(
                Lines(new AddResult.IdentityTaken(taken, known.Id)),
                await AddAsync(scene, scene.Tenant, refused).ConfigureAwait(false),
                $"what the call returns when identity {place} of four is taken"
            );
            scene.Same(
                null,
                await scene.Store.GetAsync(scene.Tenant, refused.Id, scene.Cancel).ConfigureAwait(false),
                "the profile that was refused"
            );
        }

        scene.Same(before, await scene.ReadAsync(known).ConfigureAwait(false), "the customer with the identity");
        await ListsAsync(scene, known).ConfigureAwait(false);
        await AreFreeAsync(scene, free).ConfigureAwait(false);
        await NothingIsLeftAsync(scene, free).ConfigureAwait(false);
    }

    private static async Task Those_that_can_be_added_are_added_beside_those_that_cannot(Scene scene)
    {
        var known = await scene.CreateAsync().ConfigureAwait(false);
        var other = await scene.CreateAsync().ConfigureAwait(false);
        var free = scene.NextEmail();
        scene.Later();

        // Ids in the opposite order, so that no order of the store is the one of the profiles.
        CustomerProfile[] profiles =
        [
            With(scene, [scene.Email("z")], [], CustomerId.New(scene.Now + NodaTime.Duration.FromSeconds(9))),
            With(scene, [free, other.Identities[0]], [], CustomerId.New(scene.Now + NodaTime.Duration.FromSeconds(8))),
            With(scene, [], [], CustomerId.New(scene.Now + NodaTime.Duration.FromSeconds(7))),
            With(scene, [scene.NextEmail()], [], known.Id),
            With(scene, [scene.Email("a")], [], CustomerId.New(scene.Now + NodaTime.Duration.FromSeconds(6))),
            With(scene, [known.Identities[0]], [], CustomerId.New(scene.Now + NodaTime.Duration.FromSeconds(5))),
        ];
        scene.Same(
            Lines(
                new AddResult.Added(),
                new AddResult.IdentityTaken(other.Identities[0], other.Id),
                new AddResult.Added(),
                new AddResult.IdTaken(),
                new AddResult.Added(),
                new AddResult.IdentityTaken(known.Identities[0], known.Id)
            ),
            await AddAsync(scene, scene.Tenant, profiles).ConfigureAwait(false),
            "what the call returns, in the order of the profiles"
        );
        await ListsAsync(scene, known, other, profiles[0], profiles[2], profiles[4]).ConfigureAwait(false);
        await AreFreeAsync(scene, [free, profiles[3].Identities[0]]).ConfigureAwait(false);
    }

    private static async Task A_suppressed_identity_suppresses_the_customer(Scene scene)
    {
        var suppressed = scene.NextEmail();
        await scene.SuppressAsync(suppressed).ConfigureAwait(false);
        var profile = With(scene, [scene.NextEmail(), suppressed, scene.NextEmail()], []);
        var other = With(scene, [scene.NextEmail()], []);
        scene.Same(
            Lines(new AddResult.Added(), new AddResult.Added()),
            await AddAsync(scene, scene.Tenant, profile, other).ConfigureAwait(false),
            "what the call returns"
        );
        scene.Same(
            Added(profile) with
            {
                IsSuppressed = true,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "the customer with the suppressed identity"
        );
        scene.Same(Added(other), await scene.ReadAsync(other).ConfigureAwait(false), "the other customer");
        scene.Is(false, await scene.RequestAsync(profile).ConfigureAwait(false), "a check is requested");
        scene.Is(true, await scene.RequestAsync(other).ConfigureAwait(false), "a check of the other is requested");
    }

    private static async Task Another_tenant_is_no_obstacle(Scene scene)
    {
        ImmutableArray<Identity> identities = [scene.NextEmail(), scene.NextEmail()];
        await scene.SuppressAsync(identities[1]).ConfigureAwait(false);
        var one = With(scene, identities, scene.Noted("one"));
        var other = new CustomerProfile(
            scene.OtherTenant,
            one.Id,
            1,
            scene.Now,
            scene.Now,
            identities,
            scene.Noted("other")
        );
        foreach (var profile in new[] { one, other })
        {
            scene.Same(
                Lines(new AddResult.Added()),
                await AddAsync(scene, profile.Tenant, profile).ConfigureAwait(false),
                $"what the call returns for {profile.Tenant}"
            );
        }

        foreach (var profile in new[] { one, other })
        {
            var expected = Added(profile) with { IsSuppressed = profile.Tenant == scene.Tenant };
            scene.Same(
                expected,
                await scene.ReadAsync(profile).ConfigureAwait(false),
                $"the customer in {profile.Tenant}"
            );
            var found = await scene.Store.FindAllAsync(profile.Tenant, identities, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile),
                string.Join('\n', found.Select(StoredText.Of)),
                $"who has the identities in {profile.Tenant}"
            );
        }
    }

    private static async Task Identities_that_look_alike_are_added_apart(Scene scene)
    {
        CustomerProfile[] profiles =
        [
            .. Lookalikes.Texts.Select(text =>
                With(
                    scene,
                    [Identity.FromStore(IdentityKind.External, text), Identity.FromStore(IdentityKind.Chat, text)],
                    []
                )
            ),
        ];
        scene.Same(
            Lines([.. profiles.Select(_ => new AddResult.Added())]),
            await AddAsync(scene, scene.Tenant, profiles).ConfigureAwait(false),
            "what the call returns"
        );
        foreach (var profile in profiles)
        {
            var found = await scene
                .Store.FindAllAsync(scene.Tenant, profile.Identities, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile),
                string.Join('\n', found.Select(StoredText.Of)),
                $"who has {StoredText.Of(profile.Identities[0])}"
            );
        }
    }

    private static async Task Hundreds_are_added_in_one_call(Scene scene)
    {
        const int many = 500;
        var known = await scene.CreateAsync().ConfigureAwait(false);
        CustomerProfile[] profiles =
        [
            .. Enumerable
                .Range(0, many)
                .Select(i =>
                    With(
                        scene,
                        i % 50 == 25 && i < 100
                            ? [scene.Email($"x{i}")]
                            : [scene.Email($"x{i}"), Identity.External($"{many - i} {scene.Mark}")],
                        scene.Noted($"note {i}")
                    )
                ),
        ];
        profiles[77] = With(scene, [.. profiles[77].Identities, known.Identities[0]], []);
        var expected = profiles.Select(_ => (AddResult)new AddResult.Added()).ToArray();
        expected[77] = new AddResult.IdentityTaken(known.Identities[0], known.Id);
        scene.Same(
            Lines(expected),
            await AddAsync(scene, scene.Tenant, profiles).ConfigureAwait(false),
            $"what the call returns for {many} profiles"
        );
        CustomerProfile[] added = [.. profiles.Where((_, i) => i != 77)];
        await ListsAsync(scene, [known, .. added]).ConfigureAwait(false);
        var found = await scene
            .Store.FindAllAsync(
                scene.Tenant,
                [.. profiles.SelectMany(profile => profile.Identities), scene.NextEmail()],
                scene.Cancel
            )
            .ConfigureAwait(false);
        SamePeople(scene, [known, .. added], found, "who is found by all identities at once");
    }

    private static async Task Empty_arrays_do_nothing(Scene scene)
    {
        foreach (var isKnown in new[] { false, true })
        {
            scene.Same(
                "",
                await AddAsync(scene, scene.Tenant).ConfigureAwait(false),
                isKnown ? "adding nobody" : "adding nobody to an unknown tenant"
            );
            SamePeople(
                scene,
                [],
                await scene.Store.FindAllAsync(scene.Tenant, [], scene.Cancel).ConfigureAwait(false),
                isKnown ? "finding by no identity" : "finding by no identity in an unknown tenant"
            );
            await scene.CreateAsync().ConfigureAwait(false);
        }
    }

    private static async Task Many_identities_lead_to_each_customer_once(Scene scene)
    {
        var unknown = scene.NextEmail();
        SamePeople(
            scene,
            [],
            await scene.Store.FindAllAsync(scene.Tenant, [unknown], scene.Cancel).ConfigureAwait(false),
            "a tenant without customers"
        );
        var ada = With(scene, [scene.NextEmail(), Identity.Phone("+44 20 7946 0000"), scene.NextEmail()], []);
        var bob = With(scene, [scene.NextEmail()], scene.Noted("bob"));
        await AddAsync(scene, scene.Tenant, ada, bob, With(scene, [], [])).ConfigureAwait(false);
        var eve = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        eve = await scene
            .UpdateAsync(scene.Next(eve, [scene.NextEmail(), .. eve.Identities], scene.Noted("eve")))
            .ConfigureAwait(false);
        await scene.SuppressAsync(bob).ConfigureAwait(false);
        var elsewhere = scene.Someone(bob.Identities[0], scene.OtherTenant);
        await scene.CreateAsync(elsewhere).ConfigureAwait(false);

        await FindsAsync([unknown], []).ConfigureAwait(false);
        await FindsAsync([bob.Identities[0]], [bob]).ConfigureAwait(false);
        await FindsAsync([bob.Identities[0], bob.Identities[0], unknown, unknown], [bob]).ConfigureAwait(false);
        await FindsAsync(ada.Identities, [ada]).ConfigureAwait(false);
        await FindsAsync([.. eve.Identities, unknown, .. ada.Identities, bob.Identities[0]], [ada, bob, eve])
            .ConfigureAwait(false);
        SamePeople(
            scene,
            [elsewhere],
            await scene
                .Store.FindAllAsync(scene.OtherTenant, [.. ada.Identities, .. bob.Identities], scene.Cancel)
                .ConfigureAwait(false),
            "another tenant with one of the identities"
        );

        async Task FindsAsync(ImmutableArray<Identity> identities, CustomerProfile[] expected) =>
            SamePeople(
                scene,
                expected,
                await scene.Store.FindAllAsync(scene.Tenant, identities, scene.Cancel).ConfigureAwait(false),
                $"finding by {identities.Length} identities"
            );
    }

    private static CustomerProfile With(
        Scene scene,
        ImmutableArray<Identity> identities,
        ImmutableArray<FieldValue> values,
        CustomerId? id = null
    ) => new(scene.Tenant, id ?? CustomerId.New(scene.Now), 1, scene.Now, scene.Now, identities, values);

    private static ImmutableArray<T> One<T>(T one) => [one];

    private static StoredCustomer Added(CustomerProfile profile) =>
        new()
        {
            Profile = profile,
            Checks = [],
            ProviderSettings = [],
            IsSuppressed = false,
        };

    private static string Lines(params AddResult[] results) => string.Join('\n', results.Select(StoredText.Of));

    private static async Task ListsAsync(Scene scene, params CustomerProfile[] expected) =>
        SamePeople(
            scene,
            expected,
            [.. await scene.EverybodyAsync().ConfigureAwait(false)],
            "the customers of the tenant"
        );

    private static void SamePeople(
        Scene scene,
        CustomerProfile[] expected,
        ImmutableArray<CustomerProfile> actual,
        string about
    ) =>
        scene.Same(
            string.Join('\n', expected.OrderBy(profile => profile.Id).Select(StoredText.Of)),
            string.Join('\n', actual.OrderBy(profile => profile.Id).Select(StoredText.Of)),
            about
        );

    private static async Task AreFreeAsync(Scene scene, ImmutableArray<Identity> identities)
    {
        foreach (var identity in identities)
        {
            scene.Same(
                null,
                await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false),
                $"who has {StoredText.Of(identity)}, which was not written"
            );
        }
    }

    /// <summary>Somebody else can be added with the identities, and is found by the search once.</summary>
    private static async Task NothingIsLeftAsync(Scene scene, ImmutableArray<Identity> identities)
    {
        var profile = With(scene, identities, []);
        scene.Same(
            Lines(new AddResult.Added()),
            await AddAsync(scene, scene.Tenant, profile).ConfigureAwait(false),
            "adding somebody with the identities that were not written"
        );
        if (scene.Store is ISearchStore search)
        {
            var page = await search
                .SearchAsync(scene.Tenant, new ProfileSearchQuery { Text = identities[0].Value }, scene.Cancel)
                .ConfigureAwait(false);
            SamePeople(scene, [profile], page.Profiles, "who is found by an identity");
        }
    }
}
