using CustomerProfiles.EntityFrameworkCore.Tests.Support;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Who is not to be looked up, and who is nevertheless.</summary>
public sealed class SuppressionTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Suppressing_one_customer_leaves_all_others_alone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var bea = await store.CreateAsync("bea@example.com", StoreCalls.Provider);

        await store.SetSuppressedAsync(default, ada.Id, suppressed: true, default);

        (await store.GetAsync(default, ada.Id, default))!.IsSuppressed.Should().BeTrue();
        (await store.GetAsync(default, bea.Id, default))!.IsSuppressed.Should().BeFalse();
        (await store.FindAsync(default, StoreCalls.IdentityOf("bea@example.com"), default))!.IsSuppressed.Should().BeFalse();
        (await store.ReceiveAsync(default, StoreCalls.IdentityOf("bea@example.com"), StoreCalls.Told("second"), default))!.Value.Customer.IsSuppressed.Should().BeFalse();
        (await store.ClaimAsync())!.CustomerId.Should().Be(bea.Id);
        (await store.ClaimAsync()).Should().BeNull();
    }
}
