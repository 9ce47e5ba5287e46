using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Definitions of custom properties per tenant.</summary>
internal static class PropertyCases
{
    private const string Next =
        "SavePropertiesAsync writes the version after the current one, and no other; it returns whether it did.";

    private static readonly Case Case = new("properties");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("GetPropertiesAsync returns version 0 of nothing until properties are defined.", None_are_defined_at_first),
        Of("Every part of a definition is kept, and the order of the definitions.", Every_part_of_a_definition_is_kept),
        Of(Next, The_next_version_replaces_the_one_before),
        Of(Next, Another_version_is_refused),
        Of("A call concerns one tenant.", Another_tenant_has_definitions_of_its_own),
        Of("Definitions are not part of a customer.", A_definition_changes_no_customer),
        Of(
            "A profile that is written after a searchable property was defined is found by it, in that tenant only.",
            A_defined_property_is_searched
        ),
        Of("A cancelled call does nothing.", A_cancelled_definition_is_not_written),
    ];

    public static ImmutableArray<StoreConformanceCase> Races { get; } =
    [
        OfRace("Of several who write the same version, one does.", One_of_several_definitions_is_written),
        OfRace("No definition is lost when several define at once.", Several_define_at_once),
    ];

    /// <summary>A case that a store without definitions passes.</summary>
    private static StoreConformanceCase Of(
        string rule,
        Func<Scene, IPropertyStore, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    private static StoreConformanceCase OfRace(
        string rule,
        Func<Scene, int, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) => Of(new Case("races"), rule, (scene, _) => RaceCases.RoundsAsync(scene, race), name);

    private static StoreConformanceCase Of(
        Case group,
        string rule,
        Func<Scene, IPropertyStore, Task> run,
        string name
    ) => group.Of(rule, scene => scene.Store is IPropertyStore store ? run(scene, store) : Task.CompletedTask, name);

    private static async Task None_are_defined_at_first(Scene scene, IPropertyStore store)
    {
        await DefinedAsync(scene, store, scene.Tenant, StoredProperties.None, "a tenant without customers")
            .ConfigureAwait(false);
        await scene.CreateAsync().ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, StoredProperties.None, "a tenant with a customer")
            .ConfigureAwait(false);
    }

    private static async Task Every_part_of_a_definition_is_kept(Scene scene, IPropertyStore store)
    {
        var properties = Version(
            1,
            Of(scene, PropertyDefinition.Text("z", "Zulu")),
            Of(scene, PropertyDefinition.Number("Licence no.", "Licence \"no.\" \\ '%_ \u00e9\ud83d\ude80")),
            Of(scene, PropertyDefinition.Date("since", "Customer since") with { IsSearchable = true }),
            Of(scene, PropertyDefinition.Boolean("SINCE", "Trial?") with { IsPersonal = false }),
            Of(scene, PropertyDefinition.Url("\u00e9t\u00e9", "<Web>&shop") with { IsArchived = true }),
            Of(
                scene,
                PropertyDefinition.Option(
                    "plan",
                    "Plan",
                    new PropertyOption("tin", "Tin") { IsArchived = true },
                    new PropertyOption("gold", "O'Brien's \u91d1"),
                    new PropertyOption("free", "free")
                )
            ),
            new StoredProperty
            {
                Definition = PropertyDefinition.Text("tier", "Tier"),
                EarlierOptions =
                [
                    new PropertyOption("tin", "Tin \u91d1") { IsArchived = true },
                    new PropertyOption("gold", "Gold"),
                ],
                DefinedAt = scene.Now,
                DefinedBy = "kim",
            }
        );
        await SavedAsync(scene, store, scene.Tenant, properties, "the first version").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, properties, "the first version").ConfigureAwait(false);

        var many = Version(
            2,
            [
                .. Enumerable
                    .Range(0, 200)
                    .Select(i => Of(scene, PropertyDefinition.Text($"key {199 - i}", new string('\u00e9', 200)))),
            ]
        );
        await SavedAsync(scene, store, scene.Tenant, many, "200 definitions").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, many, "200 definitions").ConfigureAwait(false);
    }

    private static async Task The_next_version_replaces_the_one_before(Scene scene, IPropertyStore store)
    {
        var first = Version(1, Text(scene, "plan"), Text(scene, "seats"));
        await SavedAsync(scene, store, scene.Tenant, first, "the first version").ConfigureAwait(false);
        scene.Later();
        var second = Version(2, Of(scene, PropertyDefinition.Number("seats", "Seats")), Text(scene, "since"));
        await SavedAsync(scene, store, scene.Tenant, second, "the second version").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, second, "the second version").ConfigureAwait(false);
        var none = Version(3);
        await SavedAsync(scene, store, scene.Tenant, none, "a version of nothing").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, none, "a version of nothing").ConfigureAwait(false);
    }

    private static async Task Another_version_is_refused(Scene scene, IPropertyStore store)
    {
        foreach (var version in (long[])[0, 2, 7])
        {
            await RefusedAsync(scene, store, Version(version, Text(scene, "lost")), $"version {version} of nothing")
                .ConfigureAwait(false);
        }

        await DefinedAsync(scene, store, scene.Tenant, StoredProperties.None, "no version was the first")
            .ConfigureAwait(false);
        var kept = Version(1, Text(scene, "plan"));
        await SavedAsync(scene, store, scene.Tenant, kept, "the first version").ConfigureAwait(false);
        foreach (var version in (long[])[0, 1, 3, 7])
        {
            await RefusedAsync(scene, store, Version(version, Text(scene, "lost")), $"version {version} after 1")
                .ConfigureAwait(false);
        }

        await DefinedAsync(scene, store, scene.Tenant, kept, "no version was the next").ConfigureAwait(false);
    }

    private static async Task Another_tenant_has_definitions_of_its_own(Scene scene, IPropertyStore store)
    {
        var own = Version(1, Text(scene, "seats"));
        await SavedAsync(scene, store, scene.Tenant, own, "one tenant").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.OtherTenant, StoredProperties.None, "the other tenant")
            .ConfigureAwait(false);
        var other = Version(1, Of(scene, PropertyDefinition.Number("seats", "Number of seats")));
        await SavedAsync(scene, store, scene.OtherTenant, other, "the same key in the other tenant")
            .ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.OtherTenant, other, "the other tenant").ConfigureAwait(false);
        await DefinedAsync(scene, store, scene.Tenant, own, "the first tenant").ConfigureAwait(false);
    }

    private static async Task A_definition_changes_no_customer(Scene scene, IPropertyStore store)
    {
        var stage = new SearchStage(scene, null!);
        var ada = await stage.CreateAsync(stage.Property("seats", "about 1,5")).ConfigureAwait(false);
        var before = await scene.ReadAsync(ada.Profile).ConfigureAwait(false);
        await SavedAsync(
                scene,
                store,
                scene.Tenant,
                Version(1, Of(scene, PropertyDefinition.Number("seats", "Seats"))),
                "a type that the value does not fit"
            )
            .ConfigureAwait(false);
        scene.Same(before, await scene.ReadAsync(ada.Profile).ConfigureAwait(false), "the customer");
    }

    private static async Task A_defined_property_is_searched(Scene scene, IPropertyStore store)
    {
        if (scene.Store is not ISearchStore search)
        {
            return;
        }

        var defined = PropertyDefinition.Number("desks", "Desks") with { IsSearchable = true };
        await SavedAsync(scene, store, scene.Tenant, Version(1, Of(scene, defined)), "a searchable number")
            .ConfigureAwait(false);
        var stage = new SearchStage(scene, search);
        var ada = await stage.CreateAsync(stage.Property("desks", "12.50")).ConfigureAwait(false);
        await scene
            .CreateAsync(scene.Someone(tenant: scene.OtherTenant, values: [stage.Property("desks", "12.50")]))
            .ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        ben = await scene.UpdateAsync(scene.Next(ben, values: [stage.Property("desks", "13")])).ConfigureAwait(false);

        await FoundAsync(scene.Tenant, PropertyFilter.Is(defined, 12.5m), [ada.Profile]).ConfigureAwait(false);
        await FoundAsync(scene.Tenant, PropertyFilter.Between(defined, 12m, null), [ada.Profile, ben])
            .ConfigureAwait(false);
        await FoundAsync(scene.OtherTenant, PropertyFilter.Is(defined, 12.5m), []).ConfigureAwait(false);

        async Task FoundAsync(TenantId tenant, PropertyFilter filter, CustomerProfile[] expected)
        {
            var page = await search
                .SearchAsync(tenant, new ProfileSearchQuery { Property = filter }, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(TextOf(expected), TextOf(page.Profiles), $"who is found by {filter.Key}");
        }

        static string TextOf(IEnumerable<CustomerProfile> profiles) =>
            string.Join('\n', profiles.Select(StoredText.Of).Order(StringComparer.Ordinal));
    }

    private static async Task A_cancelled_definition_is_not_written(Scene scene, IPropertyStore store)
    {
        var cancelled = new CancellationToken(canceled: true);
        (string Name, Func<Task> Act)[] calls =
        [
            ("GetPropertiesAsync", () => store.GetPropertiesAsync(scene.Tenant, cancelled).AsTask()),
            (
                "SavePropertiesAsync",
                () => store.SavePropertiesAsync(scene.Tenant, Version(1, Text(scene, "lost")), cancelled).AsTask()
            ),
        ];
        foreach (var (name, act) in calls)
        {
            var isCancelled = false;
            try
            {
                await act().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
            }

            scene.Is(true, isCancelled, $"{name} with a cancelled token is an OperationCanceledException");
        }

        await DefinedAsync(scene, store, scene.Tenant, StoredProperties.None, "cancelled").ConfigureAwait(false);
    }

    private static async Task One_of_several_definitions_is_written(Scene scene, int round)
    {
        var store = (IPropertyStore)scene.Store;
        var before = await store.GetPropertiesAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false);
        var results = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                    await ((IPropertyStore)scene.StoreOf(i))
                        .SavePropertiesAsync(
                            scene.Tenant,
                            Version(before.Version + 1, Text(scene, $"caller {i}")),
                            scene.Cancel
                        )
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        scene.Same(1, results.Count(isWritten => isWritten), "how many wrote the same version");
        await DefinedAsync(
                scene,
                store,
                scene.Tenant,
                Version(before.Version + 1, Text(scene, $"caller {Array.IndexOf(results, true)}")),
                $"the one who wrote it, in round {round}"
            )
            .ConfigureAwait(false);
    }

    private static async Task Several_define_at_once(Scene scene, int round)
    {
        var store = (IPropertyStore)scene.Store;
        var before = await store.GetPropertiesAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false);
        await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                {
                    var own = (IPropertyStore)scene.StoreOf(i);
                    bool isWritten;
                    do
                    {
                        var read = await own.GetPropertiesAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false);
                        isWritten = await own.SavePropertiesAsync(
                                scene.Tenant,
                                Version(read.Version + 1, [.. read.Properties, Text(scene, $"{round}, caller {i}")]),
                                scene.Cancel
                            )
                            .ConfigureAwait(false);
                    } while (!isWritten);
                    return true;
                }
            )
            .ConfigureAwait(false);
        var after = await store.GetPropertiesAsync(scene.Tenant, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            string.Join('\n', Enumerable.Range(0, scene.UnderTest.Callers).Select(i => $"{round}, caller {i}").Order()),
            string.Join(
                '\n',
                after.Properties.Skip(before.Properties.Length).Select(one => one.Definition.Key).Order()
            ),
            "the keys that were defined"
        );
        scene.Is(
            true,
            after.Version == before.Version + scene.UnderTest.Callers,
            "each caller wrote a version of their own"
        );
    }

    private static StoredProperties Version(long version, params ImmutableArray<StoredProperty> properties) =>
        new() { Version = version, Properties = properties };

    private static StoredProperty Text(Scene scene, string key) =>
        Of(scene, PropertyDefinition.Text(key, $"The {key}"));

    private static StoredProperty Of(Scene scene, PropertyDefinition definition) =>
        new()
        {
            Definition = definition,
            DefinedAt = scene.Now + Duration.FromTicks(10),
            DefinedBy = "kim O'Brien \u00e9",
        };

    private static async Task SavedAsync(
        Scene scene,
        IPropertyStore store,
        TenantId tenant,
        StoredProperties properties,
        string about
    ) =>
        scene.Is(
            true,
            await store.SavePropertiesAsync(tenant, properties, scene.Cancel).ConfigureAwait(false),
            $"it is written; {about}"
        );

    private static async Task RefusedAsync(Scene scene, IPropertyStore store, StoredProperties lost, string about) =>
        scene.Is(
            false,
            await store.SavePropertiesAsync(scene.Tenant, lost, scene.Cancel).ConfigureAwait(false),
            $"it is written; {about}"
        );

    private static async Task DefinedAsync(
        Scene scene,
        IPropertyStore store,
        TenantId tenant,
        StoredProperties expected,
        string about
    )
    {
        var found = await store.GetPropertiesAsync(tenant, scene.Cancel).ConfigureAwait(false);
        scene.Same(TextOf(expected), TextOf(found), $"the definitions; {about}");
    }

    private static string TextOf(StoredProperties properties) =>
        $"version {properties.Version}: {PropertySerializer.Serialize(properties.Properties)}";
}
