using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>People of a scene who may be duplicates of each other.</summary>
internal sealed class DuplicateStage(Scene scene, IDuplicateStore store)
{
    /// <summary>A telephone number that several people of a case have.</summary>
    public const string Shared = "+442079460000";

    private const int MostPerKey = 20;

    public Scene Scene => scene;

    public IDuplicateStore Store => store;

    /// <summary>Merging in the same scene; null for a store that cannot merge.</summary>
    public MergingStage? Merging { get; } =
        scene.Store is IMergingStore merging ? new MergingStage(scene, merging) : null;

    /// <summary>Erasing in the same scene; null for a store that cannot erase.</summary>
    public ErasingStage? Erasing { get; } =
        scene.Store is IErasureStore erasing ? new ErasingStage(scene, erasing) : null;

    private Provenance By => new(ProvenanceSource.Agent, "kim", scene.Now);

    public FieldValue Phone(string number) => new(ProfileField.Phones, number, new PhoneNumber(number), By);

    public FieldValue Name(string name) => new(ProfileField.Name, "", new PersonName(name), By);

    public FieldValue Company(string company) => new(ProfileField.Company, "", company, By);

    public FieldValue Email(string address)
    {
        var email = EmailAddress.Parse(address);
        return new(ProfileField.Emails, email.Normalized, new ProfileEmail(email), By);
    }

    public FieldValue Account(string name) =>
        new(
            ProfileField.SocialProfiles,
            $"https://social.example.com/{name}",
            new SocialProfile("example", new Uri($"https://social.example.com/{name}"), name),
            By
        );

    /// <summary>Somebody whose identity is no match key.</summary>
    public CustomerProfile Someone(TenantId? tenant, CustomerId? id, params FieldValue[] values) =>
        scene.Someone(Identity.Chat("kit", $"{Guid.NewGuid():N}"), tenant, id, [.. values]);

    public async Task<CustomerProfile> CreateAsync(params FieldValue[] values) =>
        await scene.CreateAsync(Someone(tenant: null, id: null, values)).ConfigureAwait(false);

    /// <summary>Somebody with the telephone number that several have.</summary>
    public Task<CustomerProfile> CreateSharingAsync() => CreateAsync(Phone(Shared));

    public async Task<CustomerProfile> UpdateAsync(CustomerProfile profile, params FieldValue[] values) =>
        await scene.UpdateAsync(scene.Next(profile, values: [.. values])).ConfigureAwait(false);

    public async Task<ImmutableArray<CustomerProfile>> FindAsync(
        CustomerProfile customer,
        ImmutableArray<long> keys,
        int mostPerKey = MostPerKey
    ) =>
        await store
            .FindByMatchKeysAsync(customer.Tenant, customer.Id, keys, mostPerKey, scene.Cancel)
            .ConfigureAwait(false);

    /// <summary>Asserts who is found by the keys of a profile, in any order.</summary>
    public async Task FoundAsync(string about, CustomerProfile customer, params CustomerProfile[] expected) =>
        await FoundAsync(about, customer, MostPerKey, expected).ConfigureAwait(false);

    /// <summary>Asserts who is found by the keys of a profile that no more than a number of people have.</summary>
    public async Task FoundAsync(
        string about,
        CustomerProfile customer,
        int mostPerKey,
        params CustomerProfile[] expected
    )
    {
        var keys = StoreConformance.MatchKeys.Of(customer);
        Same(about, expected, await FindAsync(customer, keys, mostPerKey).ConfigureAwait(false));
    }

    /// <summary>Asserts who has a telephone number, as a customer without keys finds them.</summary>
    public async Task HaveAsync(string about, string number, params CustomerProfile[] expected)
    {
        var finder = Someone(tenant: null, id: null, Phone(number));
        await FoundAsync($"who has {number}; {about}", finder, expected).ConfigureAwait(false);
    }

    public void Same(string about, IEnumerable<CustomerProfile> expected, IEnumerable<CustomerProfile> found) =>
        scene.Same(
            string.Join('\n', expected.Select(StoredText.Of).Order(StringComparer.Ordinal)),
            string.Join('\n', found.Select(StoredText.Of).Order(StringComparer.Ordinal)),
            $"who is found; {about}"
        );

    public async Task<bool> MarkAsync(CustomerProfile one, CustomerProfile other, int caller = 0) =>
        await ((IDuplicateStore)scene.StoreOf(caller))
            .MarkNotDuplicatesAsync(one.Tenant, one.Id, other.Id, scene.Now, "kim O'Brien \u00e9", scene.Cancel)
            .ConfigureAwait(false);

    public async Task PairAsync(CustomerProfile one, CustomerProfile other) =>
        scene.Is(true, await MarkAsync(one, other).ConfigureAwait(false), "marking two customers of the tenant");

    public async Task WriteKeysAsync(params CustomerProfile[] profiles) =>
        await store.WriteMatchKeysAsync(profiles[0].Tenant, [.. profiles], scene.Cancel).ConfigureAwait(false);

    /// <summary>The same version of a profile with other values.</summary>
    public static CustomerProfile With(CustomerProfile profile, params FieldValue[] values) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version,
            profile.CreatedAt,
            profile.UpdatedAt,
            profile.Identities,
            [.. values]
        );
}
