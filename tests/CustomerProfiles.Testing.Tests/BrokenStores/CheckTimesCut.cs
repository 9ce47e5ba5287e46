using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Truncates the times of checks and conversations to milliseconds.</summary>
internal sealed class CheckTimesCut(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        Inner.RequestCheckAsync(
            tenant,
            id,
            provider,
            lastCheckAt is { } last ? Cut(last) : null,
            Cut(now),
            cancellationToken
        );

    public override ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) => Inner.CompleteCheckAsync(claim, outcome, profile, change, Cut(now), cancellationToken);

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
