using CustomerProfiles.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.Checks;

/// <summary>What failed and may be paid all the same is not paid for again with every conversation.</summary>
public sealed class Rule11_PaidFailuresTests
{
    [Theory]
    [InlineData(ProviderFailure.TimedOut)]
    [InlineData(ProviderFailure.InvalidResponse)]
    [InlineData(ProviderFailure.NoResponse)]
    [InlineData(ProviderFailure.Unexpected)]
    public async Task For_a_day_no_conversation_requests_a_check(ProviderFailure failure)
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Failed(failure);
        await host.ReceiveAsync();
        await host.DrainAsync();
        var failedAt = host.Now;

        host.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMicroseconds(1));
        var decision = await host.DecideAsync();
        (decision.Requested, decision.Reason, decision.DueAfter)
            .Should()
            .Be((false, CheckReason.RecentFailure, failedAt + NodaTime.Duration.FromDays(1)));
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);

        host.Time.Advance(TimeSpan.FromMicroseconds(1));
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task A_failure_that_cannot_be_charged_is_retried_with_the_next_conversation()
    {
        foreach (
            var failure in Enum.GetValues<ProviderFailure>()
                .Except([
                    ProviderFailure.TimedOut,
                    ProviderFailure.InvalidResponse,
                    ProviderFailure.NoResponse,
                    ProviderFailure.Unexpected,
                ])
        )
        {
            await using var host = new TestHost();
            host.Provider.Otherwise = new ProviderResult.Failed(failure);
            await host.ReceiveAsync();
            await host.DrainAsync();

            (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck, "{0} is free", failure);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_without_a_pause_is_retried_after_a_moment_and_not_at_once(bool isProbeAlwaysDue)
    {
        await using var host = new TestHost();
        host.Provider.Pause = isProbeAlwaysDue
            ? new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.") { IsProbeDue = true }
            : null;
        host.Provider.Otherwise = new ProviderResult.Failed(
            ProviderFailure.InvalidApiKey,
            NodaTime.Duration.Zero,
            countsAsAttempt: false
        );
        await host.ReceiveAsync();
        for (var calls = 1; calls <= 3; calls++)
        {
            await host.DrainAsync();
            host.Provider.Calls.Should().Be(calls);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task The_host_says_for_how_long()
    {
        await using var host = new TestHost(options => options.PauseAfterPaidFailure = TimeSpan.Zero);
        host.Provider.Otherwise = new ProviderResult.Failed(ProviderFailure.TimedOut);
        await host.ReceiveAsync();
        await host.DrainAsync();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);

        foreach (var unfit in new[] { TimeSpan.FromTicks(-1), TimeSpan.FromDays(60) + TimeSpan.FromTicks(1) })
        {
            var services = new ServiceCollection()
                .AddCustomerProfiles(options => options.PauseAfterPaidFailure = unfit)
                .Services.BuildServiceProvider();
            services
                .Invoking(it => it.GetRequiredService<ICustomerProfiles>())
                .Should()
                .Throw<OptionsValidationException>()
                .Which.Message.Should()
                .Contain($"PauseAfterPaidFailure is {unfit}");
        }
    }

    [Fact]
    public async Task A_due_probe_calls_a_paused_provider_and_the_pause_is_shown_until_it_ends()
    {
        await using var host = new TestHost();
        host.Provider.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        var id = (await host.ReceiveAsync()).Profile!.Id;
        (await host.DrainAsync()).Should().Be(0);

        host.Provider.Pause = host.Provider.Pause with { IsProbeDue = true };
        (await host.Profiles.GetSidebarAsync(id))!.Providers[0].Pause.Should().NotBeNull();
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Calls.Should().Be(1);
    }
}
