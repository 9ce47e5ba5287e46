using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Erases again, by their receipts, whom a restored backup has brought back.</summary>
internal sealed class ErasureReplaying(ICustomerProfileStore store, ErasedPeople erased, ProfileErasure erasure)
{
    public async ValueTask<ErasureReplay> ReplayAsync(
        TenantId tenant,
        IAsyncEnumerable<ErasureReceipt> receipts,
        CancellationToken cancellationToken
    )
    {
        var erasures = ProfileErasure.StoreOf(store);
        var again = ImmutableArray.CreateBuilder<CustomerId>();
        var left = ImmutableArray.CreateBuilder<CustomerId>();
        var read = 0;
        await foreach (var receipt in receipts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            read++;
            ThrowIfKeyIsMissing(receipt);
            if (!receipt.Marks.IsEmpty)
            {
                await erasures.AddMarksAsync(tenant, receipt.Marks, cancellationToken).ConfigureAwait(false);
            }

            await ReplayAsync(tenant, receipt, again, left, cancellationToken).ConfigureAwait(false);
        }

        return new ErasureReplay
        {
            Receipts = read,
            Erased = again.ToImmutable(),
            Left = left.ToImmutable(),
        };
    }

    /// <summary>
    /// Each id is erased with the receipt's time and actor. Before the merge of two there are two customers in the
    /// backup, so that the second one needs an erasure of its own.
    /// </summary>
    private async ValueTask ReplayAsync(
        TenantId tenant,
        ErasureReceipt receipt,
        ImmutableArray<CustomerId>.Builder again,
        ImmutableArray<CustomerId>.Builder left,
        CancellationToken cancellationToken
    )
    {
        var id = receipt.Id;
        foreach (var customer in receipt.Customers)
        {
            var request = new ErasureRequest(
                id,
                receipt.At,
                new Provenance(ProvenanceSource.Agent, receipt.By, receipt.At),
                new ErasureOptions
                {
                    CaseReference = receipt.CaseReference,
                    Identities = ErasedIdentities.Forget,
                    IncludeAbsorbed = true,
                },
                Marks: receipt.Marks,
                Absorbs: receipt.Customers
            );
            switch (await erasure.EraseAsync(tenant, customer, request, cancellationToken).ConfigureAwait(false))
            {
                case EraseOutcome.Erased done:
                    again.AddRange(done.Receipt.Customers);
                    id = Guid.CreateVersion7(receipt.At.ToDateTimeOffset());
                    break;
                case EraseOutcome.AlreadyErased:
                    // Perhaps by a replay that stopped before the next customer.
                    id = Guid.CreateVersion7(receipt.At.ToDateTimeOffset());
                    break;
                case EraseOutcome.MergedInto merged when receipt.Customers.Contains(merged.Into):
                case EraseOutcome.NotFound:
                    break;
                default:
                    left.Add(customer);
                    break;
            }
        }
    }

    /// <summary>Marks of a key that the host lacks would be noticed by nobody, and keep hosts from starting.</summary>
    private void ThrowIfKeyIsMissing(ErasureReceipt receipt)
    {
        if (receipt.Marks.FirstOrDefault(mark => !erased.KeyIds.Contains(mark.KeyId)) is { } mark)
        {
            throw new InvalidOperationException(
                $"The receipt {receipt.Id} has marks of the key '{mark.KeyId}', which "
                    + "CustomerProfilesOptions.ErasureKeys lacks. After the colon is the fingerprint of the secret. "
                    + "Add the key with that secret, and replay again."
            );
        }
    }
}
