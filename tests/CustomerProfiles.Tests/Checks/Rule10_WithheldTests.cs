using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Checks;

/// <summary>After a withheld result the customer is not looked up again until the host unsuppresses them.</summary>
public sealed class Rule10_WithheldTests
{
    [Fact]
    public async Task It_is_a_check_and_the_customer_is_not_looked_up_again()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Provider.Next(new ProviderResult.Withheld());
        var profile = await host.CheckedAsync();

        (await host.CheckOfAsync(profile.Id))
            .Should()
            .Match<CheckState>(check =>
                !check.IsPending
                && check.LastOutcome == CheckOutcome.Withheld
                && check.LastCheckAt == host.Now
                && check.LastFailure == null
            );
        (await host.Profiles.GetSidebarAsync(profile.Id))!.IsSuppressed.Should().BeTrue();
        host.PassTwoMonths();
        (await host.ReceiveAsync())
            .Checks.Should()
            .OnlyContain(decision => decision.Reason == CheckReason.Suppressed, "at no provider at all");
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task What_is_there_stays()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        host.Provider.Next(new ProviderResult.Withheld());
        await host.DrainAsync();

        (await host.ReadAsync(before)).Should().BeSameAs(before);
        (await host.CheckOfAsync(before.Id))!.LastOutcome.Should().Be(CheckOutcome.Withheld);
    }

    [Fact]
    public async Task After_unsuppressing_the_next_due_conversation_requests_a_check_again()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Withheld());
        var id = (await host.CheckedAsync()).Id;
        await host.Profiles.UnsuppressAsync(id, TestHost.Kim);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet, "it was a check");
        host.PassTwoMonths();

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        host.PassTwoMonths();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due, "the mark does not come back by itself");
    }

    [Fact]
    public async Task The_mark_is_kept_by_address_too()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Withheld());
        var id = (await host.CheckedAsync()).Id;
        var second = new CustomerProfiles.ProfileEmail(CustomerProfiles.EmailAddress.Parse("ada@example.net"));
        await host.EditAsync(id, edit => edit.Emails.Add(second));
        await host.EditAsync(id, edit => edit.Emails.Remove(edit.Profile.Emails[0]));

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed, "whoever writes from that address now");
    }

    [Fact]
    public async Task A_check_with_another_provider_that_waits_is_ended()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Providers[1].Pause = new ProviderPause(ProviderFailure.QuotaExceeded, "Wait.");
        host.Provider.Next(new ProviderResult.Withheld());
        var id = (await host.CheckedAsync()).Id;
        host.Providers[1].Pause = null;

        (await host.DrainAsync()).Should().Be(0);
        host.Providers[1].Calls.Should().Be(0);
        (await host.CheckOfAsync(id, "other"))!.IsPending.Should().BeFalse();
    }

    [Theory]
    [InlineData(nameof(ICustomerProfileStore.CompleteCheckAsync), true)]
    [InlineData(nameof(ICustomerProfileStore.CompleteCheckAsync), false)]
    public async Task A_store_that_fails_for_a_moment_does_not_lose_the_mark(string faulty, bool before)
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Next(new ProviderResult.Withheld());
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var once = true;
        Func<string, Task> fail = call =>
        {
            if (call != faulty || !once)
            {
                return Task.CompletedTask;
            }

            once = false;
            throw new IOException();
        };
        (store.Before, store.After) = (before ? fail : null, before ? null : fail);
        var trying = host.Time.NextWaitOf(TimeSpan.FromMilliseconds(250));
        var drain = host.BeginDrain();
        await trying;
        host.Time.Advance(TimeSpan.FromMilliseconds(250));
        await drain;

        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastOutcome == CheckOutcome.Withheld);
        (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().BeTrue();
    }
}
