using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>Recognises who was erased, by the keyed hashes of their identities.</summary>
/// <param name="store">The store.</param>
/// <param name="keys">The host's keys, the newest last.</param>
internal sealed class ErasedPeople(ICustomerProfileStore store, ImmutableArray<(string Id, byte[] Secret)> keys)
{
    private readonly IErasureStore? _erasures = store as IErasureStore;

    /// <summary>Whether the host can make marks.</summary>
    public bool HasKey => !keys.IsEmpty;

    /// <summary>The ids of the keys.</summary>
    public IEnumerable<string> KeyIds => keys.Select(key => key.Id);

    /// <summary>The marks to keep of identities, made with the newest key.</summary>
    public ImmutableArray<ErasureMark> MarksOf(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        ErasureMarkKind kind
    ) =>
        [
            .. identities.Select(identity => new ErasureMark
            {
                Hash = HashOf(keys[^1].Secret, tenant, identity),
                KeyId = keys[^1].Id,
                Kind = kind,
            }),
        ];

    /// <summary>
    /// The hashes with which a customer is created for a conversation; none when the store erases nobody.
    /// </summary>
    public ImmutableArray<string> HashesOf(TenantId tenant, Identity identity, string conversation) =>
        _erasures is null ? [] : [ErasureHash.OfConversation(tenant, conversation), .. HashesOf(tenant, identity)];

    /// <summary>The hashes of an identity, one for each key.</summary>
    public IEnumerable<string> HashesOf(TenantId tenant, Identity identity) =>
        keys.Select(key => HashOf(key.Secret, tenant, identity));

    /// <summary>
    /// Finds out whether a customer may get more identities. One that is somebody's is refused here, before the marks
    /// are read, so that whoever has it cannot be erased between reading the marks and writing.
    /// </summary>
    /// <returns>Why not; null when they may.</returns>
    public async ValueTask<WriteResult?> CheckAsync(
        CustomerProfile profile,
        IEnumerable<Identity> gained,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<Identity> identities = HasKey && _erasures is not null ? [.. gained] : [];
        if (identities.IsEmpty)
        {
            return null;
        }

        var owners = await store.FindAllAsync(profile.Tenant, identities, cancellationToken).ConfigureAwait(false);
        if (owners.FirstOrDefault(owner => owner.Id != profile.Id) is { } owner)
        {
            var taken = new UpdateResult.IdentityTaken(owner.Identities.First(identities.Contains), owner.Id);
            return new WriteResult(WriteStatus.IdentityTaken, profile, taken);
        }

        var forbidden = await FindForbiddenAsync(profile.Tenant, identities, suppresses: true, cancellationToken)
            .ConfigureAwait(false);
        return forbidden.IsEmpty ? null : new WriteResult(WriteStatus.DoNotKeep, profile, Forbidden: forbidden);
    }

    /// <summary>
    /// Finds which of the identities that somebody is about to get must not be kept. If there are none, it suppresses
    /// those that must not be looked up. To be called when nobody was found to have them.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identities">The identities.</param>
    /// <param name="suppresses">False for a dry run, which writes nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Those that must not be kept.</returns>
    public async ValueTask<ImmutableArray<Identity>> FindForbiddenAsync(
        TenantId tenant,
        IEnumerable<Identity> identities,
        bool suppresses,
        CancellationToken cancellationToken
    )
    {
        if (!HasKey || _erasures is null)
        {
            return [];
        }

        var hashed = identities
            .Select(identity => (Identity: identity, Hashes: HashesOf(tenant, identity).ToImmutableArray()))
            .ToList();
        if (hashed.Count == 0)
        {
            return [];
        }

        var marks = await _erasures
            .FindMarksAsync(tenant, [.. hashed.SelectMany(one => one.Hashes)], cancellationToken)
            .ConfigureAwait(false);
        var found = hashed
            .Select(one =>
                (
                    one.Identity,
                    Kinds: marks
                        .Where(mark => one.Hashes.Contains(mark.Hash, StringComparer.Ordinal))
                        .Select(mark => mark.Kind)
                        .ToList()
                )
            )
            .Where(one => one.Kinds.Count > 0)
            .ToList();
        ImmutableArray<Identity> forbidden =
        [
            .. found.Where(one => one.Kinds.Contains(ErasureMarkKind.DoNotKeep)).Select(one => one.Identity),
        ];

        // Nothing of somebody who is refused is written.
        foreach (var (identity, _) in suppresses && forbidden.IsEmpty ? found : [])
        {
            await store.SetSuppressedAsync(tenant, identity, true, cancellationToken).ConfigureAwait(false);
        }

        return forbidden;
    }

    /// <summary>Reads the receipt of an erased customer; null when they were not erased.</summary>
    public async ValueTask<ErasureReceipt?> FindReceiptAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        _erasures is null
            ? null
            : await _erasures.FindErasureAsync(tenant, id, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes the marks of an identity.</summary>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> AllowAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken) =>
        HasKey
        && _erasures is not null
        && await _erasures
            .RemoveMarksAsync(tenant, [.. HashesOf(tenant, identity)], cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Removes the marks of identities that forbid only lookups.</summary>
    public async ValueTask AllowLookupsAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    )
    {
        if (!HasKey || _erasures is null || identities.IsEmpty)
        {
            return;
        }

        var marks = await _erasures
            .FindMarksAsync(
                tenant,
                [.. identities.SelectMany(identity => HashesOf(tenant, identity))],
                cancellationToken
            )
            .ConfigureAwait(false);
        ImmutableArray<string> hashes =
        [
            .. marks.Where(mark => mark.Kind == ErasureMarkKind.DoNotLookUp).Select(mark => mark.Hash),
        ];
        if (!hashes.IsEmpty)
        {
            await _erasures.RemoveMarksAsync(tenant, hashes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No two of tenant, kind and value can be taken for others, because none holds a zero byte.</summary>
    private static string HashOf(byte[] secret, TenantId tenant, Identity identity) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenant.Value}\0{identity.Kind}\0{identity.Value}"))
        );
}
