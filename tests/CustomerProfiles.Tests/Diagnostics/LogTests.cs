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
            { new ProviderResult.Pending(Duration.FromHours(1)), 1003, "will be asked again." },
            { new ProviderResult.CallbackExpected(Duration.FromHours(1)), 1003, "will be asked again." },
            {
                new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromHours(1)),
                1002,
                "failed: Throttled. Asked again: True."
            },
            { new ProviderResult.Failed(ProviderFailure.BadRequest), 1002, "failed: BadRequest. Asked again: False." },
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
    public async Task An_answer_that_is_dropped_is_logged_as_such()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.SwitchAsync(on: false);
        held.Release();
        await drain;

        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1001)
            .Which.Message.Should()
            .EndWith("completed: Dropped.");
    }

    [Fact]
    public async Task A_switch_is_logged_with_where_it_stands()
    {
        await using var host = new TestHost();
        await host.SwitchAsync(on: false);
        await host.SwitchAsync(on: true);

        host.Logs.GetSnapshot()
            .Where(line => line.Id.Id == 1008)
            .Select(line => line.Message)
            .Should()
            .SatisfyRespectively(off => off.Should().Contain("switched off"), on => on.Should().Contain("switched on"));
    }

    [Fact]
    public async Task A_free_answer_from_outside_that_cannot_be_taken_out_of_the_budget_is_taken_and_logged()
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
