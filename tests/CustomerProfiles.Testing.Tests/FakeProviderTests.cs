using CustomerProfiles.Conversations;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

public sealed class FakeProviderTests
{
    private static readonly ProviderQuestion Question = new(default, [EmailAddress.Parse("ada@example.com")]);

    private static readonly ProviderAnswer Known = new ProviderAnswer.Matched(new PublicInformation { Location = "London" });

    [Fact]
    public async Task It_knows_nobody_until_it_is_told_otherwise()
    {
        var provider = new FakeProvider();
        (await provider.AskAsync(Question, default)).Should().BeOfType<ProviderAnswer.NoMatch>();
        provider.Otherwise = Known;
        (await provider.AskAsync(Question, default)).Should().Be(Known);
        provider.Name.Should().Be("fake");
        new FakeProvider("other").Name.Should().Be("other");
    }

    [Fact]
    public async Task What_is_scripted_answers_one_question_each_in_order()
    {
        var provider = new FakeProvider().Next(Known).Next((_, _) => throw new IOException()).Next(new ProviderAnswer.Withheld());
        (await provider.AskAsync(Question, default)).Should().Be(Known);
        var throws = async () => await provider.AskAsync(Question, default);
        await throws.Should().ThrowAsync<IOException>();
        (await provider.AskAsync(Question, default)).Should().BeOfType<ProviderAnswer.Withheld>();
        (await provider.AskAsync(Question, default)).Should().BeOfType<ProviderAnswer.NoMatch>();
        provider.Calls.Should().Be(4);
        provider.Questions.Should().HaveCount(4).And.OnlyContain(question => question == Question);
        provider.MostAtOnce.Should().Be(1, "a question that threw is not open any more");
    }

    [Fact]
    public async Task A_question_is_held_open_until_the_test_answers_it()
    {
        var provider = new FakeProvider();
        var (first, second) = (provider.HoldNext(), provider.HoldNext());
        first.HasArrived.Should().BeFalse();
        var one = provider.AskAsync(Question, default);
        await first.Arrived.Soon();
        var other = provider.AskAsync(Question, default);
        await second.Arrived.Soon();
        first.HasArrived.Should().BeTrue();
        one.IsCompleted.Should().BeFalse();
        provider.MostAtOnce.Should().Be(2);
        second.Release(Known);
        first.Throw(new IOException());
        (await other.Soon()).Should().Be(Known);
        var throws = async () => await one.Soon();
        await throws.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_held_question_ends_with_its_token_unless_it_ignores_it()
    {
        var provider = new FakeProvider();
        var (well, badly) = (provider.HoldNext(), provider.HoldNext(ignoresItsToken: true));
        using var cancel = new CancellationTokenSource();
        var (one, other) = (provider.AskAsync(Question, cancel.Token), provider.AskAsync(Question, cancel.Token));
        await cancel.CancelAsync();
        var ends = async () => await one.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        other.IsCompleted.Should().BeFalse();
        well.Token.Should().Be(cancel.Token);
        badly.Release();
        (await other.Soon()).Should().BeOfType<ProviderAnswer.NoMatch>();
    }

    [Fact]
    public void It_can_be_asked_by_an_address_unless_it_takes_something_else()
    {
        var provider = new FakeProvider();
        provider.CanAsk(Question).Should().BeTrue();
        provider.CanAsk(new ProviderQuestion(default, [])).Should().BeFalse();
        provider.Takes = question => question.Name is not null;
        provider.CanAsk(Question).Should().BeFalse();
        provider.CanAsk(Question with { Name = "Ada" }).Should().BeTrue();
    }

    [Fact]
    public async Task A_host_asks_it_like_any_other()
    {
        var provider = new FakeProvider { Otherwise = Known };
        var services = new ServiceCollection();
        services.AddCustomerProfiles().AddProvider(provider);
        await using var host = services.BuildServiceProvider();
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var outcome = await profiles.ConversationReceivedAsync(new Conversation("conversation-1", "ada@example.com", Instant.FromUtc(2026, 1, 31, 10, 15)));
        (await host.GetRequiredService<ICheckRunner>().DrainAsync().Soon()).Should().Be(1);
        (await profiles.GetAsync(outcome.Profile!.Id))!.Location.Should().Be("London");
        provider.Questions.Single().Emails.Single().Value.Should().Be("ada@example.com");
    }
}
