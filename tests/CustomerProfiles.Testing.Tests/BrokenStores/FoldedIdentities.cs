using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>
/// Compares identities by a collation, so that those that fold to the same text are one. Returns each as it was first
/// written.
/// </summary>
internal sealed class FoldedIdentities(ICustomerProfileStore inner, Func<string, string> fold) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<Identity, Identity> _written = [];

    public override async ValueTask<StoredCustomer?> GetAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => Unfold(await Inner.GetAsync(tenant, id, cancellationToken));

    public override async ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => Unfold(await Inner.FindAsync(tenant, Fold(identity), cancellationToken));

    public override async ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await Inner.FindAllAsync(tenant, [.. identities.Select(Fold)], cancellationToken)).Select(profile =>
                Mapped(profile, Unfold)
            ),
        ];

    public override async ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) =>
        await Inner.RecordConversationAsync(tenant, Fold(identity), conversation, cancellationToken) is { } received
            ? received with
            {
                Customer = Unfold(received.Customer)!,
            }
            : null;

    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        var result = await Inner.CreateAsync(
            customer with
            {
                Profile = Mapped(customer.Profile, Fold),
            },
            cancellationToken
        );
        return result is null ? null : result with { Customer = Unfold(result.Customer)! };
    }

    public override async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await Inner.AddAsync(
                    tenant,
                    [.. profiles.Select(profile => Mapped(profile, Fold))],
                    created,
                    cancellationToken
                )
            ).Select(result =>
                result is AddResult.IdentityTaken taken
                    ? new AddResult.IdentityTaken(Unfold(taken.Identity), taken.Owner)
                    : result
            ),
        ];

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        await Inner.UpdateAsync(Mapped(profile, Fold), change, cancellationToken) switch
        {
            UpdateResult.Stale stale => new UpdateResult.Stale(Mapped(stale.Current, Unfold)),
            UpdateResult.IdentityTaken taken => new UpdateResult.IdentityTaken(Unfold(taken.Identity), taken.Owner),
            var other => other,
        };

    public override ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    ) => Inner.SetSuppressedAsync(tenant, Fold(identity), suppressed, cancellationToken);

    private static CustomerProfile Mapped(CustomerProfile profile, Func<Identity, Identity> map) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version,
            profile.CreatedAt,
            profile.UpdatedAt,
            [.. profile.Identities.Select(map)],
            profile.Values
        );

    private Identity Fold(Identity identity)
    {
        var folded = Identity.FromStore(identity.Kind, fold(identity.Value));
        _written.TryAdd(folded, identity);
        return folded;
    }

    private Identity Unfold(Identity identity) => _written[identity];

    private StoredCustomer? Unfold(StoredCustomer? customer) =>
        customer is { } known ? known with { Profile = Mapped(known.Profile, Unfold) } : null;
}
