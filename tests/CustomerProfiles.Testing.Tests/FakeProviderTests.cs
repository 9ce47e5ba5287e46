using CustomerProfiles.Providers;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

public sealed class FakeProviderTests
{
    private static readonly ProviderRequest Request = new(default, [EmailAddress.Parse("ada@example.com")]);

    private static readonly ProviderResult Known = new ProviderResult.Matched(
        new PublicInformation { Location = "London" }
    );

    [Fact]
    public async Task By_default_it_returns_no_match()
    {
        var provider = new FakeProvider();
        (await provider.LookUpAsync(Request, default)).Should().BeOfType<ProviderResult.NoMatch>();
        provider.DefaultResult = Known;
        (await provider.LookUpAsync(Request, default)).Should().Be(Known);
        provider.Name.Should().Be("fake");
        new FakeProvider("other").Name.Should().Be("other");
    }

    [Fact]
    public async Task Each_scripted_result_is_used_once_in_order()
    {
        var provider = new FakeProvider()
            .Next(Known)
            .Next((_, _) => throw new IOException())
            .Next(new ProviderResult.Withheld());
        (await provider.LookUpAsync(Request, default)).Should().Be(Known);
        var throws = async () => await provider.LookUpAsync(Request, default);
        await throws.Should().ThrowAsync<IOException>();
        (await provider.LookUpAsync(Request, default)).Should().BeOfType<ProviderResult.Withheld>();
        (await provider.LookUpAsync(Request, default)).Should().BeOfType<ProviderResult.NoMatch>();
        provider.Calls.Should().Be(4);
        provider.Requests.Should().HaveCount(4).And.OnlyContain(request => request == Request);
        provider.MaxConcurrentCalls.Should().Be(1, "a request that threw is not open any more");
    }

    [Fact]
    public async Task A_lookup_is_held_until_the_test_releases_it()
    {
        var provider = new FakeProvider();
        var (first, second) = (provider.HoldNext(), provider.HoldNext());
        first.IsReached.Should().BeFalse();
        var one = provider.LookUpAsync(Request, default);
        await first.Reached.Soon();
        var other = provider.LookUpAsync(Request, default);
        await second.Reached.Soon();
        first.IsReached.Should().BeTrue();
        one.IsCompleted.Should().BeFalse();
        provider.MaxConcurrentCalls.Should().Be(2);
        second.Release(Known);
        first.Throw(new IOException());
        (await other.Soon()).Should().Be(Known);
        var throws = async () => await one.Soon();
        await throws.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_held_lookup_ends_with_its_token_unless_it_ignores_it()
    {
        var provider = new FakeProvider();
        var (well, badly) = (provider.HoldNext(), provider.HoldNext(ignoresItsToken: true));
        using var cancel = new CancellationTokenSource();
        var (one, other) = (provider.LookUpAsync(Request, cancel.Token), provider.LookUpAsync(Request, cancel.Token));
        await cancel.CancelAsync();
        var ends = async () => await one.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        other.IsCompleted.Should().BeFalse();
        well.Token.Should().Be(cancel.Token);
        badly.Release();
        (await other.Soon()).Should().BeOfType<ProviderResult.NoMatch>();
    }

    [Fact]
    public void It_looks_up_by_address_unless_set_otherwise()
    {
        var provider = new FakeProvider();
        provider.CanLookUp(Request).Should().BeTrue();
        provider.CanLookUp(new ProviderRequest(default, [])).Should().BeFalse();
        provider.Accepts = request => request.Name is not null;
        provider.CanLookUp(Request).Should().BeFalse();
        provider.CanLookUp(Request with { Name = "Ada" }).Should().BeTrue();
    }

    [Fact]
    public async Task A_host_uses_it_like_any_other()
    {
        var provider = new FakeProvider { DefaultResult = Known };
        var services = new ServiceCollection();
        services.AddCustomerProfiles().AddProvider(provider);
        await using var host = services.BuildServiceProvider();
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var outcome = await profiles.ConversationReceivedAsync(
            new Conversation("conversation-1", "ada@example.com", Instant.FromUtc(2026, 1, 31, 10, 15))
        );
        (await host.GetRequiredService<ICheckRunner>().DrainAsync().Soon()).Should().Be(1);
        (await profiles.GetAsync(outcome.Profile!.Id))!.Location.Should().Be("London");
        provider.Requests.Single().Emails.Single().Value.Should().Be("ada@example.com");
    }
}
