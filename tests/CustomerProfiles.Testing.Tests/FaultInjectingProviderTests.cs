using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing.Tests;

public sealed class FaultInjectingProviderTests
{
    private static readonly ProviderRequest Request = new(default, [EmailAddress.Parse("ada@example.com")]);

    private readonly FakeProvider _inner = new("inside");

    [Fact]
    public void It_describes_itself_like_the_wrapped_provider()
    {
        _inner.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        _inner.Budget = new ProviderBudget(7, null);
        IProfileProvider provider = new FaultInjectingProvider(_inner);
        provider.Name.Should().Be("inside");
        provider.ClaimPage.Should().Be(_inner.ClaimPage);
        provider.OptOutPage.Should().Be(_inner.ClaimPage);
        provider.Pause.Should().Be(_inner.Pause);
        provider.Budget.Should().Be(_inner.Budget);
        provider.CanLookUp(Request).Should().BeTrue();
        provider.CanLookUp(Request with { Emails = [] }).Should().BeFalse();
    }

    [Fact]
    public async Task A_fault_before_a_lookup_prevents_it()
    {
        var provider = new FaultInjectingProvider(_inner).Next(Fault.ThrowBefore(new IOException()));
        var lookUp = async () => await provider.LookUpAsync(Request, default);
        await lookUp.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
        (await provider.LookUpAsync(Request, default)).Should().BeOfType<ProviderResult.NoMatch>();
    }

    [Fact]
    public async Task A_fault_after_a_lookup_loses_its_result()
    {
        var provider = new FaultInjectingProvider(_inner).Next(null).Next(Fault.ThrowAfter(new IOException()));
        (await provider.LookUpAsync(Request, default)).Should().BeOfType<ProviderResult.NoMatch>();
        var lookUp = async () => await provider.LookUpAsync(Request, default);
        await lookUp.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_scripted_fault_has_precedence_over_the_constant_one()
    {
        var provider = new FaultInjectingProvider(_inner) { Always = Fault.ThrowBefore(new IOException()) }.Next(
            Fault.ThrowBefore(new TimeoutException())
        );
        var lookUp = async () => await provider.LookUpAsync(Request, default);
        await lookUp.Should().ThrowAsync<TimeoutException>();
        await lookUp.Should().ThrowAsync<IOException>();
        await lookUp.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_lookup_is_held_at_a_hold_point()
    {
        var holdPoint = new HoldPoint();
        var provider = new FaultInjectingProvider(_inner).Next(Fault.HoldBefore(holdPoint));
        using var cancel = new CancellationTokenSource();
        var calling = provider.LookUpAsync(Request, cancel.Token);
        await holdPoint.Reached.Soon();
        await cancel.CancelAsync();
        var ends = async () => await calling.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        _inner.Calls.Should().Be(0);
    }
}
