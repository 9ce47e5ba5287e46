using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>
/// What each writer does when other writers win every race: it stops after a bound, and loses nothing.
/// </summary>
public sealed class LostRacesTests
{
    private const string Nameless = "ada@example.com";

    [Fact]
    public async Task A_name_that_loses_every_race_is_left_out_with_a_warning_and_filled_in_by_the_next_conversation()
    {
        await using var host = HostWithRival(out var rival);
        var id = (await host.ReceiveAsync(Nameless)).Profile!.Id;
        rival.Wins(nameof(ICustomerProfileStore.UpdateAsync), id);

        var outcome = await host.ReceiveAsync(TestHost.Ada);

        outcome.Should().BeOfType<ConversationOutcome.Existing>().Which.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameNotSaved);
        rival.Races.Should().Be(ProfileWriter.MaxRaces);
        rival.Stops();
        (await host.ReceiveAsync(TestHost.Ada)).Profile!.Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task A_name_that_loses_all_races_but_the_last_is_saved()
    {
        await using var host = HostWithRival(out var rival);
        var id = (await host.ReceiveAsync(Nameless)).Profile!.Id;
        rival.Wins(nameof(ICustomerProfileStore.UpdateAsync), id, races: ProfileWriter.MaxRaces - 1);

        var outcome = await host.ReceiveAsync(TestHost.Ada);

        outcome.Warnings.Should().BeEmpty();
        outcome.Profile!.Name!.Full.Should().Be("Ada Lovelace");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Removal_that_loses_every_race_fails_and_can_be_called_again(bool isOfAll)
    {
        await using var host = HostWithRival(out var rival);
        var id = (await host.CheckedAsync()).Id;
        rival.Wins(nameof(ICustomerProfileStore.UpdateAsync), id);
        Task RemoveAsync() =>
            isOfAll
                ? host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim).AsTask()
                : host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim).AsTask();

        (await FluentActions.Awaiting(RemoveAsync).Should().ThrowAsync<InvalidOperationException>()).WithMessage(
            "*100 times in a row*not removed*Call again*"
        );

        rival.Races.Should().Be(ProfileWriter.MaxRaces);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        rival.Stops();
        await RemoveAsync();
        (await host.ReadAsync(id)).Location.Should().BeNull();
    }

    [Fact]
    public async Task A_check_whose_result_loses_every_race_is_released_and_tried_again_after_a_minute()
    {
        await using var host = HostWithRival(out var rival);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        rival.Wins(nameof(ICustomerProfileStore.CompleteCheckAsync), id);

        (await host.DrainAsync()).Should().Be(1);

        rival.Races.Should().Be(ProfileWriter.MaxRaces);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.IsPending && check.LastCheckAt == null && check.LastFailure == null);
        host.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1017);
        rival.Stops();
        (await host.DrainAsync()).Should().Be(0, "the check waits");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        host.Provider.Questions.Select(request => request.Attempt).Should().Equal(1, 2);
    }

    [Fact]
    public async Task A_check_whose_results_always_lose_ends_after_the_attempts_that_the_host_allows()
    {
        await using var host = HostWithRival(out var rival);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        rival.Wins(nameof(ICustomerProfileStore.CompleteCheckAsync), id);

        for (var i = 0; i < 10; i++)
        {
            await host.DrainAsync();
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        host.Provider.Calls.Should().Be(5, "MaxAttempts is 5 unless set, and each result may be paid for");
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
    }

    [Fact]
    public async Task A_callback_whose_result_loses_every_race_fails_and_can_be_delivered_again()
    {
        await using var host = HostWithRival(out var rival);
        var (id, callback) = await host.WaitingAsync();
        rival.Wins(nameof(ICustomerProfileStore.CompleteCheckAsync), id);

        (
            await host.Awaiting(it => it.TakeAsync(callback)).Should().ThrowAsync<InvalidOperationException>()
        ).WithMessage("Other writers changed the profile again and again. Deliver the callback again.");

        rival.Races.Should().Be(ProfileWriter.MaxRaces);
        rival.Stops();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await host.DrainAsync()).Should().Be(0, "the check still waits for its callback");
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        host.Provider.Calls.Should().Be(1, "no second lookup is paid for");
    }

    private static TestHost HostWithRival(out Rival rival)
    {
        var time = new TestTime(TestHost.Start);
        var inner = new InMemoryCustomerProfileStore(time);
        var store = new FaultInjectingStore(inner);
        rival = new Rival(store, inner);
        return new TestHost(store: store, time: time);
    }

    /// <summary>Another writer, who changes a profile just before a call of the host reaches the store.</summary>
    private sealed class Rival(FaultInjectingStore store, InMemoryCustomerProfileStore inner)
    {
        public int Races { get; private set; }

        public void Wins(string call, CustomerId id, int races = int.MaxValue)
        {
            store.Before = async name =>
            {
                if (name == call && Races < races)
                {
                    Races++;
                    var current = (await inner.GetAsync(TenantId.Default, id, default))!.Profile;
                    await inner.UpdateAsync(current.Next(current.Values, current.UpdatedAt), change: null, default);
                }
            };
        }

        public void Stops() => store.Before = null;
    }
}
