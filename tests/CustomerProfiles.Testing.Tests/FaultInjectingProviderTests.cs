using CustomerProfiles.Providers;

namespace CustomerProfiles.Testing.Tests;

public sealed class FaultInjectingProviderTests
{
    private static readonly ProviderRequest Question = new(default, [EmailAddress.Parse("ada@example.com")]);

    private readonly FakeProvider _inner = new("inside");

    [Fact]
    public void It_says_of_itself_what_the_provider_inside_says()
    {
        _inner.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        _inner.Budget = new ProviderBudget(7, null);
        IProfileProvider provider = new FaultInjectingProvider(_inner);
        provider.Name.Should().Be("inside");
        provider.ClaimPage.Should().Be(_inner.ClaimPage);
        provider.OptOutPage.Should().Be(_inner.ClaimPage);
        provider.Pause.Should().Be(_inner.Pause);
        provider.Budget.Should().Be(_inner.Budget);
        provider.CanLookUp(Question).Should().BeTrue();
        provider.CanLookUp(Question with { Emails = [] }).Should().BeFalse();
    }

    [Fact]
    public async Task Trouble_before_is_a_question_that_was_never_put()
    {
        var provider = new FaultInjectingProvider(_inner).Next(Fault.ThrowBefore(new IOException()));
        var ask = async () => await provider.LookUpAsync(Question, default);
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
        (await provider.LookUpAsync(Question, default)).Should().BeOfType<ProviderResult.NoMatch>();
    }

    [Fact]
    public async Task Trouble_after_is_an_answer_that_nobody_hears()
    {
        var provider = new FaultInjectingProvider(_inner).Next(null).Next(Fault.ThrowAfter(new IOException()));
        (await provider.LookUpAsync(Question, default)).Should().BeOfType<ProviderResult.NoMatch>();
        var ask = async () => await provider.LookUpAsync(Question, default);
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(2);
    }

    [Fact]
    public async Task What_is_always_in_the_way_gives_way_to_what_is_scripted()
    {
        var provider = new FaultInjectingProvider(_inner) { Always = Fault.ThrowBefore(new IOException()) }.Next(
            Fault.ThrowBefore(new TimeoutException())
        );
        var ask = async () => await provider.LookUpAsync(Question, default);
        await ask.Should().ThrowAsync<TimeoutException>();
        await ask.Should().ThrowAsync<IOException>();
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_question_stops_at_a_gate()
    {
        var gate = new HoldPoint();
        var provider = new FaultInjectingProvider(_inner).Next(Fault.HoldBefore(gate));
        using var cancel = new CancellationTokenSource();
        var asked = provider.LookUpAsync(Question, cancel.Token);
        await gate.Reached.Soon();
        await cancel.CancelAsync();
        var ends = async () => await asked.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        _inner.Calls.Should().Be(0);
    }
}
