using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// Runs everything that a store does, once, for one customer of a tenant of its own. Fails when the store does or
/// returns something else.
/// </summary>
internal static class StoreLife
{
    /// <summary>How many customers are left of one run.</summary>
    public const int Customers = 2;

    public static async Task LiveAsync(this ICustomerProfileStore store)
    {
        var tenant = new TenantId($"tenant-{Guid.NewGuid():N}");
        var provider = $"provider-{Guid.NewGuid():N}";
        var name = $"Łódzki-{Guid.NewGuid():N}";
        var address = StoreCalls.IdentityOf($"{Guid.NewGuid():N}@example.com");
        var now = StoreCalls.Now + Duration.FromTicks(1_234_560);
        var ada = new CustomerProfile(
            tenant,
            CustomerId.New(now),
            1,
            now,
            now,
            [address],
            [new FieldValue(ProfileField.Notes, "", name, new Provenance(ProvenanceSource.Agent, "kim", now))]
        );

        (
            await store.CreateAsync(
                new NewCustomer
                {
                    Profile = ada,
                    Conversation = new ConversationRecord("1", ConversationDirection.Received, now),
                    Checks = [provider],
                },
                default
            )
        )!.IsNewCustomer.Should().BeTrue();
        (
            await store.RecordConversationAsync(
                tenant,
                address,
                new ConversationRecord("2", ConversationDirection.Received, now),
                default
            )
        )!
            .IsNewConversation.Should()
            .BeTrue();
        (await store.CountPendingChecksAsync(default)).Should().Contain(new PendingChecks(provider, 1));
        var claim = (await store.ClaimNextCheckAsync([provider], now, StoreCalls.Lease, default))!;
        (await store.RenewLeaseAsync(claim, StoreCalls.Lease, default)).Should().BeTrue();
        await store.ReleaseCheckAsync(
            claim,
            new CheckRelease
            {
                At = now,
                Failure = ProviderFailure.Unavailable,
                RetryAt = now,
                CountsAsAttempt = true,
            },
            default
        );
        claim = (await store.ClaimNextCheckAsync([provider], now, StoreCalls.Lease, default))!;
        (
            await store.CompleteCheckAsync(
                claim,
                CheckOutcome.Matched,
                claim.Profile.WithNotes($"{name} 2"),
                change: null,
                now,
                default
            )
        )
            .Should()
            .BeOfType<CompleteResult.Completed>();
        (await store.RequestCheckAsync(tenant, ada.Id, provider, now, now, default)).Should().BeTrue();
        claim = (await store.ClaimNextCheckAsync([provider], now, StoreCalls.Lease, default))!;
        (await store.CompleteCheckAsync(claim, CheckOutcome.Withheld, null, change: null, now, default))
            .Should()
            .BeOfType<CompleteResult.Completed>();
        (await store.SetSuppressedAsync(tenant, ada.Id, suppressed: false, change: null, default)).Should().BeTrue();
        var other = StoreCalls.IdentityOf($"{Guid.NewGuid():N}@example.org");
        (
            await store.UpdateAsync(
                (await store.GetAsync(tenant, ada.Id, default))!.Profile.WithNotes($"{name} 3", other),
                change: null,
                default
            )
        )
            .Should()
            .BeOfType<UpdateResult.Updated>();
        await store.SetSuppressedAsync(tenant, other, suppressed: true, default);
        await store.SetSuppressedAsync(tenant, other, suppressed: false, default);
        (
            await store.SetProviderSettingAsync(
                tenant,
                new ProviderSetting(provider, isEnabled: false, now, "kim"),
                default
            )
        )
            .Should()
            .BeTrue();
        (await store.GetProviderSettingsAsync(tenant, default))
            .Should()
            .Equal(new ProviderSetting(provider, isEnabled: false, now, "kim"));
        (await store.TryReserveBudgetAsync(new BudgetPeriod(provider, "2026-03"), 1, default)).Should().BeTrue();
        (await store.TryReserveBudgetAsync(new BudgetPeriod(provider, "2026-03"), 1, default)).Should().BeFalse();
        await store.RefundAsync(new BudgetPeriod(provider, "2026-03"), default);

        var found = (await store.FindAsync(tenant, other, default))!;
        found.Profile.Notes.Should().Be($"{name} 3");
        (found.Profile.CreatedAt, found.Profile.Version, found.IsSuppressed).Should().Be((now, 3L, false));
        found.GetCheck(provider)!.LastCheckAt.Should().Be(now);
        var added = StoreCalls.IdentityOf($"{Guid.NewGuid():N}@example.net");
        var elsewhere = new TenantId($"elsewhere-{Guid.NewGuid():N}");
        (await store.AddAsync(elsewhere, [StoreCalls.NewProfile(added.Value, elsewhere)], created: null, default))
            .Should()
            .AllBeOfType<AddResult.Added>();
        (await store.FindAllAsync(elsewhere, [added, other], default))
            .Should()
            .ContainSingle()
            .Which.Identities.Should()
            .Equal(added);
        (await ((ISearchStore)store).SearchAsync(tenant, new ProfileSearchQuery { Text = other.Value[..8] }, default))
            .Profiles.Should()
            .ContainSingle()
            .Which.Id.Should()
            .Be(ada.Id);
        (await store.ListAsync(tenant, new ProfileQuery(), default))
            .Profiles.Should()
            .ContainSingle()
            .Which.CreatedAt.Should()
            .Be(now);
    }
}
