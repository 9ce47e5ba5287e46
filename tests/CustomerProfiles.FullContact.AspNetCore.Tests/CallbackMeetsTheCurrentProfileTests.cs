using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>Callbacks that come early, late, never, on another host, or after a change of mind.</summary>
public sealed class CallbackMeetsTheCurrentProfileTests
{
    [Fact]
    public async Task A_callback_may_arrive_before_its_request_is_recorded()
    {
        await using var host = await WebhookHost.StartAsync();
        var early = HttpStatusCode.Unused;
        host.Provider.BeforeItIsNoted = async address => early = (await host.CallAsync(address)).StatusCode;

        var pending = await host.RequestCheckAsync();

        early.Should().Be(HttpStatusCode.OK);
        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(
                new
                {
                    IsPending = false,
                    LastOutcome = CheckOutcome.Matched,
                    LastFailure = (ProviderFailure?)null,
                }
            );
        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Without_a_callback_the_request_is_repeated_after_the_timeout()
    {
        await using var host = await WebhookHost.StartAsync(options =>
            options.CallbackTimeout = TimeSpan.FromMinutes(20)
        );
        var pending = await host.RequestCheckAsync();

        host.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(0);
        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(1);

        host.Provider.Questions.Select(request => request.Attempt).Should().Equal(1, 2);
        host.Provider.Addresses.Should().HaveCount(1);
        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(new { IsPending = false, LastOutcome = CheckOutcome.Matched });
        (await host.ProfileOfAsync(pending)).Location.Should().Be("Retried");
    }

    [Fact]
    public async Task A_late_callback_is_recorded_before_the_next_attempt()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        host.Time.Advance(TimeSpan.FromHours(23));

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_late_callback_is_not_expected_after_the_next_attempt()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var secondResult = new TaskCompletionSource<ProviderResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Provider.WhenAskedAgain = secondResult.Task;
        host.Time.Advance(TimeSpan.FromMinutes(10));
        var waiting = host.Time.NextWaitOf(TimeSpan.FromSeconds(30));
        var draining = host.DrainAsync();
        await waiting;

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.Gone);
        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(new { IsPending = true, LastCheckAt = (Instant?)null });
        secondResult.SetResult(new ProviderResult.Matched(new PublicInformation { Location = "Second" }));
        await draining;
        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK, "it has a result by now");

        (await host.ProfileOfAsync(pending)).Location.Should().Be("Second");
        host.Logs.Where(log => log.Id.Id == 2100)
            .Select(log => log.GetStructuredStateValue("Receipt"))
            .Should()
            .Equal("NotExpected", "AlreadyCompleted");
    }

    [Fact]
    public async Task A_callback_is_not_expected_after_the_last_attempt()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        host.Provider.WhenAskedAgain = Task.FromResult<ProviderResult>(
            new ProviderResult.Failed(ProviderFailure.BadRequest)
        );
        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await host.DrainAsync()).Should().Be(1);

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.Gone);

        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(
                new
                {
                    IsPending = false,
                    LastCheckAt = (Instant?)null,
                    LastFailure = ProviderFailure.BadRequest,
                }
            );
        (await host.ProfileOfAsync(pending)).Location.Should().BeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_provider_is_disabled_the_result_is_dropped(bool isEnabledAgain)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var before = await host.ProfileOfAsync(pending);
        await host.Profiles.DisableProviderAsync("fullcontact", WebhookHost.Kim);
        if (isEnabledAgain)
        {
            await host.Profiles.EnableProviderAsync("fullcontact", WebhookHost.Kim);
        }

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        await ShouldBeDroppedAsync(host, pending, before);
    }

    [Fact]
    public async Task After_suppression_the_result_is_dropped()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var before = await host.ProfileOfAsync(pending);
        (await host.Profiles.SuppressAsync(pending.Id, Actor.Agent("kim"))).Should().BeTrue();

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        await ShouldBeDroppedAsync(host, pending, before);
    }

    [Fact]
    public async Task After_erasing_the_callback_gets_410_and_brings_nobody_back()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var erased = await host.Profiles.Privacy.EraseAsync(pending.Id, Actor.Agent("kim"));
        erased.Should().BeOfType<EraseOutcome.Erased>().Which.Receipt.Providers.Should().Equal("fullcontact");

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.Gone);

        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task After_the_photo_was_cleared_it_stays_cleared()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        await host.Profiles.ClearPhotoAsync(pending.Id, WebhookHost.Kim);

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        var profile = await host.ProfileOfAsync(pending);
        profile.Photo.Should().BeNull();
        profile.Location.Should().Be("London");
    }

    [Fact]
    public async Task A_callback_for_an_unknown_customer_is_not_expected()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var now = Instant.FromDateTimeOffset(host.Time.GetUtcNow());
        var token = new CallbackTokenProtector([WebhookHost.Key]).Protect(
            new CallbackReference(new TenantId("elsewhere"), pending.Id, "fullcontact", Guid.NewGuid(), now),
            now + Duration.FromHours(1)
        );

        (await host.CallAsync(new Uri($"{WebhookHost.PublicAddress}?token={token}")))
            .StatusCode.Should()
            .Be(HttpStatusCode.Gone);

        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task Another_host_may_receive_the_callback()
    {
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        await using var one = await WebhookHost.StartAsync(time: time, store: store);
        await using var other = await WebhookHost.StartAsync(time: time, store: store);
        var pending = await one.RequestCheckAsync();

        (await other.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await one.ProfileOfAsync(pending)).Location.Should().Be("London");
        (await one.CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.Matched);
        one.Events.Should().BeEmpty();
        (await one.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task The_callback_may_come_after_a_restart()
    {
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        PendingCustomer pending;
        await using (var before = await WebhookHost.StartAsync(time: time, store: store))
        {
            pending = await before.RequestCheckAsync();
        }

        await using var after = await WebhookHost.StartAsync(time: time, store: store);
        (await after.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await after.ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    private static async Task ShouldBeDroppedAsync(WebhookHost host, PendingCustomer pending, CustomerProfile before)
    {
        (await host.CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(new { IsPending = false, LastOutcome = CheckOutcome.Dropped });
        (await host.ProfileOfAsync(pending)).Should().Be(before);
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DrainAsync()).Should().Be(0);
    }
}
