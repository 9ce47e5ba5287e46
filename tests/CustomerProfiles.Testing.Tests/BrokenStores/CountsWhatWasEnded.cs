using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Counts checks that disabling or suppressing has ended.</summary>
internal sealed class CountsWhatWasEnded(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<string, long> _ended = [];

    public override async ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    ) =>
        await RememberingAsync(
            () => Inner.SetProviderSettingAsync(tenant, setting, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        await RememberingAsync(
            () => Inner.SetSuppressedAsync(tenant, id, suppressed, change, cancellationToken),
            cancellationToken
        );

    public override async ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(
        CancellationToken cancellationToken
    ) =>
        [
            .. (await Inner.CountPendingChecksAsync(cancellationToken)).Select(one =>
                one with
                {
                    Count = one.Count + _ended.GetValueOrDefault(one.Provider),
                }
            ),
        ];

    private async Task<bool> RememberingAsync(Func<ValueTask<bool>> call, CancellationToken cancellationToken)
    {
        var before = await Inner.CountPendingChecksAsync(cancellationToken);
        var result = await call();
        var after = await Inner.CountPendingChecksAsync(cancellationToken);
        foreach (var one in before)
        {
            _ended[one.Provider] =
                _ended.GetValueOrDefault(one.Provider)
                + one.Count
                - after.FirstOrDefault(other => other.Provider == one.Provider).Count;
        }

        return result;
    }
}
