using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.Testing.Tests;

public sealed class TroubledProviderTests
{
    private static readonly ProviderQuestion Question = new(default, [EmailAddress.Parse("ada@example.com")]);

    private readonly FakeProvider _inner = new("inside");

    [Fact]
    public void It_says_of_itself_what_the_provider_inside_says()
    {
        _inner.Pause = new ProviderPause(ProviderFailure.BadKey, "Set the key.");
        _inner.Budget = new ProviderBudget(7, null);
        IProfileProvider provider = new TroubledProvider(_inner);
        provider.Name.Should().Be("inside");
        provider.ClaimPage.Should().Be(_inner.ClaimPage);
        provider.OptOutPage.Should().Be(_inner.ClaimPage);
        provider.Pause.Should().Be(_inner.Pause);
        provider.Budget.Should().Be(_inner.Budget);
        provider.CanAsk(Question).Should().BeTrue();
        provider.CanAsk(Question with { Emails = [] }).Should().BeFalse();
    }

    [Fact]
    public async Task Trouble_before_is_a_question_that_was_never_put()
    {
        var provider = new TroubledProvider(_inner).Next(Trouble.ThrowBefore(new IOException()));
        var ask = async () => await provider.AskAsync(Question, default);
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
        (await provider.AskAsync(Question, default)).Should().BeOfType<ProviderAnswer.NoMatch>();
    }

    [Fact]
    public async Task Trouble_after_is_an_answer_that_nobody_hears()
    {
        var provider = new TroubledProvider(_inner).Next(null).Next(Trouble.ThrowAfter(new IOException()));
        (await provider.AskAsync(Question, default)).Should().BeOfType<ProviderAnswer.NoMatch>();
        var ask = async () => await provider.AskAsync(Question, default);
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(2);
    }

    [Fact]
    public async Task What_is_always_in_the_way_gives_way_to_what_is_scripted()
    {
        var provider = new TroubledProvider(_inner) { Always = Trouble.ThrowBefore(new IOException()) }.Next(Trouble.ThrowBefore(new TimeoutException()));
        var ask = async () => await provider.AskAsync(Question, default);
        await ask.Should().ThrowAsync<TimeoutException>();
        await ask.Should().ThrowAsync<IOException>();
        await ask.Should().ThrowAsync<IOException>();
        _inner.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_question_stops_at_a_gate()
    {
        var gate = new Gate();
        var provider = new TroubledProvider(_inner).Next(Trouble.HoldBefore(gate));
        using var cancel = new CancellationTokenSource();
        var asked = provider.AskAsync(Question, cancel.Token);
        await gate.Arrived.Soon();
        await cancel.CancelAsync();
        var ends = async () => await asked.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        _inner.Calls.Should().Be(0);
    }
}
