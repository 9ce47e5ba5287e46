using CustomerProfiles.Stores;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

public sealed class FaultInjectingStoreTests
{
    private const string ReserveBudget = nameof(ICustomerProfileStore.TryReserveBudgetAsync);

    private static readonly BudgetPeriod Period = new("fake", "2026-01");

    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryCustomerProfileStore _inner;
    private readonly FaultInjectingStore _store;

    public FaultInjectingStoreTests()
    {
        _inner = new InMemoryCustomerProfileStore(_time);
        _store = new FaultInjectingStore(_inner);
    }

    public static TheoryData<string> Cases =>
        [.. StoreConformance.Cases.Where(one => one.Group is not "sequences" and not "races").Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Without_faults_it_behaves_like_the_wrapped_store(string name)
    {
        var run = async () =>
            await StoreConformance
                .Named(name)
                .RunAsync(
                    new InMemoryStoreUnderTest(sequences: 20, store => new FaultInjectingStore(store), rounds: 1)
                );
        await run.Should().NotThrowAsync();
    }

    [Fact]
    public void Every_method_of_a_store_can_get_a_fault()
    {
        foreach (var method in typeof(FaultInjectingStore).GetInterfaces().SelectMany(one => one.GetMethods()))
        {
            var named = () => _store.Next(method.Name, Fault.ThrowBefore(new IOException()));
            named.Should().NotThrow();
        }

        var unknown = () => _store.Next("Get", Fault.ThrowBefore(new IOException()));
        unknown.Should().Throw<ArgumentException>().WithMessage("*no method Get*");
    }

    [Fact]
    public async Task It_throws_before_the_call_happens()
    {
        _store.Next(ReserveBudget, Fault.ThrowBefore(new IOException()));
        var spend = async () => await _store.TryReserveBudgetAsync(Period, 1, default);
        await spend.Should().ThrowAsync<IOException>();
        (await _inner.TryReserveBudgetAsync(Period, 1, default)).Should().BeTrue("nothing was counted");
    }

    [Fact]
    public async Task It_throws_after_the_call_has_happened()
    {
        _store.Next(ReserveBudget, Fault.ThrowAfter(new IOException()));
        var spend = async () => await _store.TryReserveBudgetAsync(Period, 1, default);
        await spend.Should().ThrowAsync<IOException>();
        (await _inner.TryReserveBudgetAsync(Period, 1, default))
            .Should()
            .BeFalse("it was counted, and the caller does not know");
    }

    [Fact]
    public async Task A_fault_applies_to_the_chosen_call_only()
    {
        _store.Next(ReserveBudget, Fault.ThrowBefore(new IOException()), skip: 1);
        (await _store.TryReserveBudgetAsync(Period, 9, default)).Should().BeTrue();
        (await _store.GetProviderSettingsAsync(default, default)).Should().BeEmpty();
        var second = async () => await _store.TryReserveBudgetAsync(Period, 9, default);
        await second.Should().ThrowAsync<IOException>();
        (await _store.TryReserveBudgetAsync(Period, 9, default)).Should().BeTrue();
        _store
            .Calls.Should()
            .Equal(ReserveBudget, nameof(ICustomerProfileStore.GetProviderSettingsAsync), ReserveBudget, ReserveBudget);
        _store.ClearCalls();
        _store.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task It_delays_by_the_clock_of_the_test()
    {
        _store
            .Next(ReserveBudget, Fault.DelayBefore(TimeSpan.FromMinutes(1), _time))
            .Next(ReserveBudget, Fault.DelayAfter(TimeSpan.FromMinutes(1), _time), skip: 1);
        var first = _store.TryReserveBudgetAsync(Period, 1, default);
        first.IsCompleted.Should().BeFalse();
        (await _inner.TryReserveBudgetAsync(Period, 1, default)).Should().BeTrue("the call has not happened yet");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await first.Soon()).Should().BeFalse();
        var second = _store.TryReserveBudgetAsync(Period, 2, default);
        second.IsCompleted.Should().BeFalse();
        (await _inner.TryReserveBudgetAsync(Period, 2, default)).Should().BeFalse("the call has happened");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await second.Soon()).Should().BeTrue();
    }

    [Fact]
    public async Task A_delay_ends_with_the_call()
    {
        using var cancel = new CancellationTokenSource();
        _store.Next(ReserveBudget, Fault.DelayBefore(TimeSpan.FromMinutes(1), _time));
        var spend = _store.TryReserveBudgetAsync(Period, 1, cancel.Token);
        await cancel.CancelAsync();
        var ends = async () => await spend.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        (await _inner.TryReserveBudgetAsync(Period, 1, default)).Should().BeTrue("nothing was counted");
    }

    [Fact]
    public async Task It_holds_a_call_before_or_after_it_happens()
    {
        var (before, after) = (new HoldPoint(), new HoldPoint());
        _store.Next(ReserveBudget, Fault.HoldBefore(before)).Next(ReserveBudget, Fault.HoldAfter(after));
        var spend = _store.TryReserveBudgetAsync(Period, 1, default);
        await before.Reached.Soon();
        after.Reached.IsCompleted.Should().BeFalse();
        before.Release();
        await after.Reached.Soon();
        (await _inner.TryReserveBudgetAsync(Period, 1, default)).Should().BeFalse("it was counted");
        spend.IsCompleted.Should().BeFalse();
        after.Release();
        (await spend.Soon()).Should().BeTrue();
        await before.WaitAsync().Soon();
    }

    [Fact]
    public async Task A_hold_point_can_fail_the_calls_that_it_holds()
    {
        var holdPoint = new HoldPoint();
        _store.Next(ReserveBudget, Fault.HoldBefore(holdPoint));
        var spend = _store.TryReserveBudgetAsync(Period, 1, default);
        holdPoint.Fail(new IOException());
        var fails = async () => await spend.Soon();
        await fails.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task It_cancels_before_and_after_the_call_happens()
    {
        using var first = new CancellationTokenSource();
        _store.Next(ReserveBudget, Fault.CancelBefore(first));
        var before = async () => await _store.TryReserveBudgetAsync(Period, 1, first.Token);
        await before.Should().ThrowAsync<OperationCanceledException>();
        using var second = new CancellationTokenSource();
        _store.Next(ReserveBudget, Fault.CancelAfter(second));
        var after = async () => await _store.TryReserveBudgetAsync(Period, 1, second.Token);
        await after.Should().ThrowAsync<OperationCanceledException>();
        (await _inner.TryReserveBudgetAsync(Period, 1, default)).Should().BeFalse("the second was counted");
    }

    [Fact]
    public async Task A_script_sees_each_call_before_and_after()
    {
        var seen = new List<string>();
        _store.Before = call =>
        {
            seen.Add($"before {call}");
            return Task.CompletedTask;
        };
        _store.After = call =>
        {
            seen.Add($"after {call}");
            return Task.CompletedTask;
        };
        await _store.RefundAsync(Period, default);
        await _store.SetSuppressedAsync(default, Identity.External("ada"), suppressed: true, default);
        seen.Should()
            .Equal("before RefundAsync", "after RefundAsync", "before SetSuppressedAsync", "after SetSuppressedAsync");
        _store.After = _ => throw new IOException();
        var gets = async () =>
            await _store.GetAsync(default, CustomerId.New(Instant.FromUtc(2026, 1, 31, 10, 15)), default);
        await gets.Should().ThrowAsync<IOException>();
    }
}
