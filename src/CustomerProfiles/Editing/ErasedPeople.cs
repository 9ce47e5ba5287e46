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

    private readonly ImmutableArray<(string Id, byte[] Secret)> _keys =
    [
        .. keys.Select(key => ($"{key.Id}:{FingerprintOf(key.Secret)}", key.Secret)),
    ];

    /// <summary>Whether the host can make marks.</summary>
    public bool HasKey => !_keys.IsEmpty;

    /// <summary>The ids of the keys as marks keep them (<see cref="ErasureMark.KeyId"/>).</summary>
    public IEnumerable<string> KeyIds => _keys.Select(key => key.Id);

    /// <summary>The marks to keep of identities, made with the newest key.</summary>
    public ImmutableArray<ErasureMark> MarksOf(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        ErasureMarkKind kind
    ) =>
        [
            .. identities.Select(identity => new ErasureMark
            {
                Hash = HashOf(_keys[^1].Secret, tenant, identity),
                KeyId = _keys[^1].Id,
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
        _keys.Select(key => HashOf(key.Secret, tenant, identity));

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
        var found = await FindMarksAsync(tenant, identities, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Identity> forbidden =
        [
            .. found.Where(one => one.Mark.Kind == ErasureMarkKind.DoNotKeep).Select(one => one.Identity).Distinct(),
        ];

        // Nothing of somebody who is refused is written.
        foreach (var identity in suppresses && forbidden.IsEmpty ? found.Select(one => one.Identity).Distinct() : [])
        {
            await store.SetSuppressedAsync(tenant, identity, true, cancellationToken).ConfigureAwait(false);
        }

        return forbidden;
    }

    /// <summary>What an erasure has kept of an identity: the stricter of several marks, null for none.</summary>
    public async ValueTask<ErasureMarkKind?> FindMarkAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    )
    {
        var found = await FindMarksAsync(tenant, [identity], cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found.Max(one => one.Mark.Kind);
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
        var found = await FindMarksAsync(tenant, identities, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> hashes =
        [
            .. found.Where(one => one.Mark.Kind == ErasureMarkKind.DoNotLookUp).Select(one => one.Mark.Hash),
        ];
        if (!hashes.IsEmpty)
        {
            await _erasures!.RemoveMarksAsync(tenant, hashes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the marks of identities, in the order of the identities.</summary>
    private async ValueTask<List<(Identity Identity, ErasureMark Mark)>> FindMarksAsync(
        TenantId tenant,
        IEnumerable<Identity> identities,
        CancellationToken cancellationToken
    )
    {
        var hashed =
            HasKey && _erasures is not null
                ? identities
                    .SelectMany(one => HashesOf(tenant, one).Select(hash => (Identity: one, Hash: hash)))
                    .ToList()
                : [];
        if (hashed.Count == 0)
        {
            return [];
        }

        var marks = await _erasures!
            .FindMarksAsync(tenant, [.. hashed.Select(one => one.Hash)], cancellationToken)
            .ConfigureAwait(false);
        return [.. hashed.Join(marks, one => one.Hash, mark => mark.Hash, (one, mark) => (one.Identity, mark))];
    }

    /// <summary>
    /// By which another secret under the same id is noticed, with which no mark would match any more. It says nothing
    /// about the secret, and nothing that is hashed for a mark is this text, which has no zero byte.
    /// </summary>
    private static string FingerprintOf(byte[] secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, "fingerprint"u8))[..ErasureMark.FingerprintLength];

    /// <summary>No two of tenant, kind and value can be taken for others, because none holds a zero byte.</summary>
    private static string HashOf(byte[] secret, TenantId tenant, Identity identity) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenant.Value}\0{identity.Kind}\0{identity.Value}"))
        );
}
