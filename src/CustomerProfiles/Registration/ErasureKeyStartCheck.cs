using CustomerProfiles.Stores;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles;

/// <summary>
/// Keeps a host from starting that lacks a key which marks of erasures need: it would keep and look up whom it must
/// not.
/// </summary>
internal sealed class ErasureKeyStartCheck(ICustomerProfileStore store, ErasedPeople erased) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store is not IErasureStore erasures)
        {
            return;
        }

        var needed = await erasures.GetMarkKeysAsync(cancellationToken).ConfigureAwait(false);
        var missing = needed.Except(erased.KeyIds, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidOperationException(
                $"CustomerProfilesOptions.ErasureKeys lacks {string.Join(", ", missing.Select(id => $"'{id}'"))}, "
                    + "which marks of erased customers in the store need. After the colon is the fingerprint of the "
                    + "secret. Add the key again, with that secret; it can be left out when its marks are gone."
            );
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
