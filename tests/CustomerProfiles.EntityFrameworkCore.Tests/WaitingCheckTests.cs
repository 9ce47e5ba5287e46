using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Whoever holds a check on PostgreSQL, and waits while its customer absorbs another one, holds it still: the lookup is
/// paid for.
/// </summary>
public sealed class WaitingCheckTests
{
    [PostgreSqlFact]
    public Task A_result_that_waited_for_a_merge_is_recorded() =>
        WhileMergedAsync(async (store, claim) => await store.CompleteAsync(claim) is CompleteResult.Completed);

    [PostgreSqlFact]
    public Task A_result_with_values_that_waited_for_a_merge_is_applied_to_the_merged_profile() =>
        WhileMergedAsync(
            async (store, claim) =>
                await store.CompleteAsync(claim, claim.Profile.WithNotes("Found."), CheckOutcome.Matched)
                    is CompleteResult.Stale stale
                && await store.CompleteAsync(claim, stale.Current.WithNotes("Found."), CheckOutcome.Matched)
                    is CompleteResult.Completed
        );

    [PostgreSqlFact]
    public Task A_lease_that_waited_for_a_merge_is_renewed() =>
        WhileMergedAsync(async (store, claim) => await store.RenewLeaseAsync(claim, StoreCalls.Lease, default));

    [PostgreSqlFact]
    public Task A_check_that_waited_for_a_merge_is_released() =>
        WhileMergedAsync(
            async (store, claim) =>
            {
                await store.ReleaseCheckAsync(
                    claim,
                    new CheckRelease
                    {
                        At = StoreCalls.Now,
                        RetryAt = StoreCalls.Now,
                        CountsAsAttempt = true,
                    },
                    default
                );
                return await store.ClaimAsync() is not null;
            }
        );

    /// <summary>Ada is merged into Bob, whose check is held.</summary>
    private static async Task WhileMergedAsync(Func<ICustomerProfileStore, CheckClaim, Task<bool>> call)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database
            .Host(connectionString: $"{database.ConnectionString};Options=-c lock_timeout=60s")
            .GetRequiredService<ICustomerProfileStore>();
        var bob = await store.CreateAsync("bob@example.com", StoreCalls.Provider);
        var ada = await store.CreateAsync("ada@example.com");
        var claim = (await store.ClaimAsync())!;
        await using var merge = await StoppedMerge.StartAsync(database, store, ada.Id, bob.Id);
        var calling = call(store, claim);
        await database.WaitingAsync(2, calling);

        await merge.GoOnAsync();

        (await calling).Should().BeTrue();
    }
}
