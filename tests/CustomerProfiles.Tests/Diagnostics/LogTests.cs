using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Diagnostics;

/// <summary>What becomes of a check and who switches a provider is in the log.</summary>
public sealed class LogTests
{
    public static TheoryData<ProviderResult, int, string> Ends =>
        new()
        {
            { new ProviderResult.Matched(FakeProvider.Ada()), 1001, "completed: Matched." },
            { new ProviderResult.NoMatch(), 1001, "completed: NoMatch." },
            { new ProviderResult.Pending(Duration.FromHours(1)), 1003, "stays pending." },
            { new ProviderResult.CallbackExpected(Duration.FromHours(1)), 1003, "stays pending." },
            {
                new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromHours(1)),
                1002,
                "failed: Throttled. Tried again: True."
            },
            { new ProviderResult.Failed(ProviderFailure.BadRequest), 1002, "failed: BadRequest. Tried again: False." },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Each_end_of_a_check_is_one_line(ProviderResult result, int id, string end)
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        host.Provider.Next(result);

        await host.DrainAsync();

        var line = host.Logs.GetSnapshot().Should().ContainSingle().Which;
        line.Id.Id.Should().Be(id);
        line.Message.Should().Contain(FakeProvider.DefaultName).And.EndWith(end);
    }

    [Fact]
    public async Task A_dropped_result_is_logged()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.SetEnabledAsync(isEnabled: false);
        held.Release();
        await drain;

        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1001)
            .Which.Message.Should()
            .EndWith("completed: Dropped.");
    }

    [Fact]
    public async Task Disabling_and_enabling_a_provider_is_logged()
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);

        host.Logs.GetSnapshot()
            .Where(line => line.Id.Id == 1008)
            .Select(line => line.Message)
            .Should()
            .SatisfyRespectively(
                disabled => disabled.Should().Contain("was disabled"),
                enabled => enabled.Should().Contain("was enabled")
            );
    }

    [Fact]
    public async Task A_free_callback_that_cannot_be_refunded_is_accepted_and_logged()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: null);
        var (_, callback) = await host.WaitingAsync();
        store.Before = call =>
            call == nameof(ICustomerProfileStore.RefundAsync) ? throw new IOException() : Task.CompletedTask;

        (await host.TakeAsync(callback, new ProviderResult.NoMatch())).Should().Be(CallbackReceipt.Accepted);

        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1006)
            .Which.Message.Should()
            .EndWith("Tried again: False.");
    }
}
