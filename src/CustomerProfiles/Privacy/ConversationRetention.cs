using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Removes conversation records that are older than the host keeps them, in small steps.</summary>
internal sealed class ConversationRetention(ICustomerProfileStore store, IClock clock, CustomerProfilesOptions options)
{
    /// <summary>A step of a few milliseconds, so that it delays nobody.</summary>
    private const int Step = 1_000;

    public async ValueTask<RetentionResult> ApplyAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (options.KeepConversationsFor is not { } period)
        {
            return new RetentionResult { ConversationsRemoved = 0 };
        }

        var records =
            store as IRetentionStore
            ?? throw new NotSupportedException(
                $"{store.GetType()} removes no conversation records, because it does not implement "
                    + $"{typeof(IRetentionStore)}. Implement it on the same class, use a store that does, or set "
                    + "CustomerProfilesOptions.KeepConversationsFor to null."
            );
        var before = clock.GetCurrentInstant().InUtc().LocalDateTime.Minus(period).InUtc().ToInstant();
        var removed = 0L;
        CustomerId? from = null;
        do
        {
            var step = await records
                .RemoveConversationsAsync(tenant, before, from, Step, cancellationToken)
                .ConfigureAwait(false);
            removed += step.Removed;
            from = step.Next;
        } while (from is not null);

        return new RetentionResult { ConversationsRemoved = removed };
    }
}
