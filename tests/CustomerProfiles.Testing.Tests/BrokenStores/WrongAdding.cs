using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Adds customers, or finds many of them, in a wrong way.</summary>
internal sealed class WrongAdding(ICustomerProfileStore inner) : PassingStore(inner)
{
    public delegate ValueTask<ImmutableArray<AddResult>> Addition(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    );

    public Addition? Adds { get; init; }

    public Func<ImmutableArray<CustomerProfile>, ImmutableArray<CustomerProfile>> Finds { get; init; } =
        profiles => profiles;

    /// <summary>Writes what it can of a profile when one of its identities is taken.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> Half(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    )
    {
        var results = await inner.AddAsync(profiles[0].Tenant, profiles, created: null, default);
        foreach (var (profile, result) in profiles.Zip(results))
        {
            if (result is AddResult.IdentityTaken taken)
            {
                await inner.AddAsync(
                    profile.Tenant,
                    [With(profile, profile.Identities.Remove(taken.Identity))],
                    created: null,
                    default
                );
            }
        }

        return results;
    }

    /// <summary>Keeps the free identities of a profile that is refused for another of its identities.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> IdentitiesOfRefused(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    )
    {
        var results = await inner.AddAsync(profiles[0].Tenant, profiles, created: null, default);
        foreach (var (profile, result) in profiles.Zip(results))
        {
            if (result is AddResult.IdentityTaken taken)
            {
                var owner = (await inner.GetAsync(profile.Tenant, taken.Owner, default))!.Profile;
                await inner.UpdateAsync(
                    With(owner, [.. owner.Identities.Union(profile.Identities)], owner.Version + 1),
                    change: null,
                    default
                );
            }
        }

        return results;
    }

    /// <summary>Adds all of them or none.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> AllOrNone(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    )
    {
        foreach (var profile in profiles)
        {
            foreach (var identity in profile.Identities)
            {
                if (await inner.FindAsync(profile.Tenant, identity, default) is { } owner)
                {
                    return [.. profiles.Select(_ => new AddResult.IdentityTaken(identity, owner.Profile.Id))];
                }
            }
        }

        return await inner.AddAsync(profiles[0].Tenant, profiles, created: null, default);
    }

    /// <summary>Returns the results in the order of the ids.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> InTheOrderOfIds(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    ) => await inner.AddAsync(profiles[0].Tenant, [.. profiles.OrderBy(profile => profile.Id)], created: null, default);

    /// <summary>Replaces the customer who has the id of a profile.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> Overwriting(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    )
    {
        var results = await inner.AddAsync(profiles[0].Tenant, profiles, created: null, default);
        foreach (var (profile, result) in profiles.Zip(results))
        {
            if (result is AddResult.IdTaken)
            {
                var current = (await inner.GetAsync(profile.Tenant, profile.Id, default))!.Profile;
                await inner.UpdateAsync(With(profile, profile.Identities, current.Version + 1), change: null, default);
            }
        }

        return results;
    }

    /// <summary>Looks up what is taken, and then returns what it saw, whatever is written.</summary>
    public static async ValueTask<ImmutableArray<AddResult>> LookupFirst(
        ICustomerProfileStore inner,
        ImmutableArray<CustomerProfile> profiles
    )
    {
        var results = ImmutableArray.CreateBuilder<AddResult>();
        foreach (var profile in profiles)
        {
            AddResult? seen = null;
            foreach (var identity in profile.Identities)
            {
                seen ??= await inner.FindAsync(profile.Tenant, identity, default) is { } owner
                    ? new AddResult.IdentityTaken(identity, owner.Profile.Id)
                    : null;
            }

            results.Add(seen ?? new AddResult.Added());
        }

        await RoundTripAsync();
        await inner.AddAsync(profiles[0].Tenant, profiles, created: null, default);
        return results.ToImmutable();
    }

    public override async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) =>
        Adds is not null && !profiles.IsEmpty
            ? await Adds(Inner, profiles)
            : await Inner.AddAsync(tenant, profiles, created, cancellationToken);

    public override async ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) => Finds(await Inner.FindAllAsync(tenant, identities, cancellationToken));

    private static CustomerProfile With(
        CustomerProfile profile,
        ImmutableArray<Identity> identities,
        long version = 1
    ) => new(profile.Tenant, profile.Id, version, profile.CreatedAt, profile.UpdatedAt, identities, profile.Values);
}
