using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule10_CustomersRightsTests
{
    [Fact]
    public async Task Agents_are_offered_the_page_on_which_the_customer_claims_and_corrects()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        (await host.Profiles.GetSidebarAsync(profile.Id))!
            .Providers[0]
            .ClaimPage.Should()
            .Be(new Uri("https://provider.example.com/claim"));
    }

    [Fact]
    public async Task A_customer_suppressed_by_id_is_not_looked_up_and_keeps_existing_information()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        (await host.Profiles.SuppressAsync(profile.Id, TestHost.Kim)).Should().BeTrue();
        host.PassTwoMonths();

        (await host.DecideAsync())
            .Should()
            .Be(
                new CheckDecision(
                    FakeProvider.DefaultName,
                    requested: false,
                    CheckReason.Suppressed,
                    Instant.FromUtc(2026, 3, 31, 10, 15)
                )
            );
        (await host.DrainAsync()).Should().Be(0);
        (await host.ReadAsync(profile)).Should().BeSameAs(profile);
        (await host.Profiles.GetSidebarAsync(profile.Id))!.IsSuppressed.Should().BeTrue();
    }

    [Fact]
    public async Task Somebody_suppressed_by_address_before_writing_becomes_a_customer_and_is_never_looked_up()
    {
        await using var host = new TestHost();
        await host.Profiles.SuppressAsync(TestHost.AdasAddress);

        var outcome = await host.ReceiveAsync("Ada <ADA@Example.COM>");
        outcome.Code.Should().Be("created");
        outcome.Checks[0].Reason.Should().Be(CheckReason.Suppressed);
        for (var i = 0; i < 3; i++)
        {
            host.PassTwoMonths();
            (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);
            (await host.ComposeAsync()).Checks[0].Reason.Should().Be(CheckReason.Suppressed);
        }

        (await host.DrainAsync()).Should().Be(0);
        host.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_customer_suppressed_by_id_is_suppressed_by_every_address_that_they_have()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await host.EditAsync(profile.Id, edit => edit.Emails.Add(Email("ada@example.org")));
        await host.Profiles.SuppressAsync(profile.Id, TestHost.Kim);

        // The address leaves the customer and writes by itself: the mark stays with it.
        await host.EditAsync(profile.Id, edit => edit.Emails.Remove(Email("ada@example.org")));
        var outcome = await host.ReceiveAsync("ada@example.org");
        (outcome.Code, outcome.Checks[0].Reason).Should().Be(("created", CheckReason.Suppressed));
    }

    [Fact]
    public async Task A_suppressed_address_that_an_agent_adds_suppresses_the_customer()
    {
        await using var host = new TestHost();
        await host.Profiles.SuppressAsync(TestHost.IdentityOf("ada@example.org"));
        var profile = await host.CheckedAsync();
        host.PassTwoMonths();
        await host.EditAsync(profile.Id, edit => edit.Emails.Add(Email("ada@example.org")));

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);
    }

    [Fact]
    public async Task A_suppressed_address_that_an_agent_adds_while_a_check_waits_ends_the_check()
    {
        await using var host = new TestHost();
        await host.Profiles.SuppressAsync(TestHost.IdentityOf("ada@example.org"));
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Emails.Add(Email("ada@example.org")));

        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
        host.Provider.Calls.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Suppressing_ends_a_check_that_is_waiting(bool byId)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await SuppressAsync(host, id, byId);

        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Suppressing_drops_a_result_under_way_also_when_unsuppressed_before_it_arrives(
        bool byId,
        bool unsuppressed
    )
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var before = (await host.ReceiveAsync()).Profile!;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await SuppressAsync(host, before.Id, byId);
            if (unsuppressed)
            {
                await host.Profiles.UnsuppressAsync(before.Id, TestHost.Kim);
            }

            held.Release();
            await drain;
            (await host.ReadAsync(before)).Should().BeSameAs(before);
            (await host.CheckOfAsync(before.Id))!.LastOutcome.Should().Be(CheckOutcome.Dropped);
        });
    }

    [Fact]
    public async Task Suppressing_during_a_check_that_then_fails_leaves_nothing_pending()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.Profiles.SuppressAsync(id, TestHost.Kim);
        held.Release(new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromMinutes(1)));
        await drain;
        await host.Profiles.UnsuppressAsync(id, TestHost.Kim);
        host.Time.Advance(TimeSpan.FromHours(1));

        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task After_unsuppressing_the_next_new_conversation_requests_a_check(bool byId, bool unsuppressById)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync(id: "first")).Profile!.Id;
        await SuppressAsync(host, id, byId);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);

        if (unsuppressById)
        {
            (await host.Profiles.UnsuppressAsync(id, TestHost.Kim)).Should().BeTrue();
        }
        else
        {
            await host.Profiles.UnsuppressAsync(TestHost.AdasAddress);
        }

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Unsuppressing_an_address_keeps_the_mark_on_the_customer()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.Profiles.SuppressAsync(id, TestHost.Kim);
        await host.Profiles.UnsuppressAsync(TestHost.AdasAddress);

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);
    }

    [Fact]
    public async Task A_customer_of_another_tenant_is_not_concerned()
    {
        await using var host = new TestHost();
        var other = new TenantId("other");
        var id = (await host.ReceiveAsync(tenant: other)).Profile!.Id;
        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        (await host.Profiles.SuppressAsync(id, TestHost.Kim)).Should().BeFalse("this tenant has no such customer");
        (await host.Profiles.UnsuppressAsync(id, TestHost.Kim)).Should().BeFalse();

        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task An_unknown_customer_is_an_outcome_and_leaves_no_mark()
    {
        await using var host = new TestHost();
        (await host.Profiles.SuppressAsync(CustomerId.New(host.Now), TestHost.Kim)).Should().BeFalse();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task First_messages_that_race_with_suppressing_cause_no_lookup()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await Repeat.AtOnce(
                40,
                async i =>
                {
                    if (i == 20)
                    {
                        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
                    }
                    else
                    {
                        await host.ReceiveAsync();
                    }

                    return true;
                }
            );

            (await host.DrainAsync()).Should().Be(0);
            host.Provider.Calls.Should().Be(0);
        });
    }

    private static async Task SuppressAsync(TestHost host, CustomerId id, bool byId)
    {
        if (byId)
        {
            await host.Profiles.SuppressAsync(id, TestHost.Kim);
        }
        else
        {
            await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        }
    }

    private static ProfileEmail Email(string address) =>
        EmailAddress.TryParse(address, out var parsed)
            ? new ProfileEmail(parsed)
            : throw new ArgumentException(address, nameof(address));
}
