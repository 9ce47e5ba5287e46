using System.Collections.Concurrent;
using System.Text;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Intake;

public sealed class Rule01_CreationTests
{
    [Fact]
    public async Task A_conversation_from_an_unknown_sender_creates_a_profile()
    {
        await using var host = new ProfileFixture();

        var created = (await host.ReceiveAsync("Ada Lovelace <Ada@Example.com>", "conv-1"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Subject;

        var profile = created.Profile;
        created.Code.Should().Be("created");
        created.Warnings.Should().BeEmpty();
        profile.Version.Should().Be(1);
        profile.CreatedAt.Should().Be(ProfileFixture.Start);
        profile.Name.Should().Be(new PersonName("Ada Lovelace"));
        profile.Emails.Single().Address.Value.Should().Be("Ada@Example.com");
        profile.Identities.Should().Equal(Identity.Email(EmailAddress.Parse("ada@example.com")));
        profile
            .Values.Should()
            .OnlyContain(value =>
                value.Provenance == new Provenance(ProvenanceSource.Conversation, "conv-1", ProfileFixture.Start)
            );
        (await host.Profiles.GetAsync(profile.Id)).Should().BeSameAs(profile);
        (await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ADA@example.com"))))
            .Should()
            .BeSameAs(profile);
    }

    [Fact]
    public async Task A_conversation_composed_to_an_unknown_recipient_creates_a_profile()
    {
        await using var host = new ProfileFixture();

        var created = (await host.ComposeAsync("Ada Lovelace <ada@example.com>"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Subject;

        created.Profile.Name!.Full.Should().Be("Ada Lovelace");
        (await host.ReceiveAsync("ada@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(created.Profile.Id);
    }

    [Fact]
    public async Task Later_conversations_find_the_same_customer_whatever_form_the_address_has()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        foreach (
            var form in new[]
            {
                "ADA@EXAMPLE.COM",
                "<ada@example.com>",
                "\"ada\"@example.com",
                "ada@example.com.",
                "Ada <ada@example.com>",
                "ada@example.com (Ada)",
            }
        )
        {
            var outcome = await host.ReceiveAsync(form);
            outcome.Should().BeOfType<ConversationOutcome.Existing>(form).Which.Profile.Id.Should().Be(ada.Id);
            outcome.Code.Should().Be("existing");
        }
    }

    [Fact]
    public async Task Only_the_first_of_several_addresses_becomes_a_customer()
    {
        await using var host = new ProfileFixture();

        var received = await host.ReceiveAsync("Ada <ada@example.com>, Bob <bob@example.com>");
        var composed = await host.ComposeAsync("cleo@example.com; dan@example.com");

        received.Should().BeOfType<ConversationOutcome.Created>();
        received.Warnings.Should().Equal(IntakeWarning.SeveralAddresses);
        composed.Warnings.Should().Equal(IntakeWarning.SeveralAddresses);
        (await host.CountAsync()).Should().Be(2);
        (await FindAsync(host, "ada@example.com")).Should().NotBeNull();
        (await FindAsync(host, "bob@example.com")).Should().BeNull();
        (await FindAsync(host, "cleo@example.com")).Should().NotBeNull();
        (await FindAsync(host, "dan@example.com")).Should().BeNull();
    }

    [Fact]
    public async Task A_conversation_by_another_channel_creates_a_profile_too()
    {
        await using var host = new ProfileFixture();

        var chat = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", Identity.Chat("irc", "ada"), "Ada", host.Now)
        );
        var phone = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c2", Identity.Phone("+44 20 7946 0000"), null, host.Now)
        );
        var external = await host.Profiles.ConversationComposedAsync(
            new ComposedConversation("c3", Identity.External("4711"), "Cleo", host.Now)
        );
        var email = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c4", Identity.Email(EmailAddress.Parse("dan@example.com")), "Dan", host.Now)
        );

        new[] { chat, phone, external, email }.Should().OnlyContain(outcome => outcome.Warnings.IsEmpty);
        chat.Profile!.Name!.Full.Should().Be("Ada");
        chat.Profile.Emails.Should().BeEmpty();
        phone.Profile!.Phones.Single().Number.Should().Be("+442079460000");
        external.Profile!.Identities.Should().Equal(Identity.External("4711"));
        email.Profile!.Emails.Single().Address.Value.Should().Be("dan@example.com");
        (await host.CountAsync()).Should().Be(4);
        (
            await host.Profiles.ConversationReceivedAsync(
                new Conversation("c5", Identity.Chat("IRC", "ada"), null, host.Now)
            )
        )
            .Profile!.Id.Should()
            .Be(chat.Profile.Id);
    }

    [Theory]
    [InlineData("help@acme.example.com", DeclineReason.OwnAddress)]
    [InlineData("help+4711@acme.example.com", DeclineReason.OwnAddress)]
    [InlineData("Help <HELP@acme.example.com>", DeclineReason.OwnAddress)]
    [InlineData("anyone@own.example.org", DeclineReason.OwnAddress)]
    [InlineData("anyone@xn--bcher-kva.example.net", DeclineReason.OwnAddress)]
    [InlineData("no-reply@own.example.org", DeclineReason.OwnAddress)]
    [InlineData("no-reply@example.com", DeclineReason.NoReply)]
    [InlineData("MAILER-DAEMON@example.com", DeclineReason.NoReply)]
    [InlineData("bounces+ada=example.net@lists.example.org", DeclineReason.NoReply)]
    [InlineData("", DeclineReason.NoAddress)]
    [InlineData("<>", DeclineReason.NoAddress)]
    public async Task A_declined_sender_is_reported_with_the_reason(string from, DeclineReason reason)
    {
        await using var host = Declining();

        foreach (var outcome in new[] { await host.ReceiveAsync(from), await host.ComposeAsync(from) })
        {
            var declined = outcome.Should().BeOfType<ConversationOutcome.Declined>().Subject;
            declined.Reason.Should().Be(reason);
            declined.Explanation.Should().NotBeNullOrWhiteSpace().And.NotContain("@");
            declined.Profile.Should().BeNull();
            declined.Checks.Should().BeEmpty();
            declined.Code.Should().Be("declined");
        }

        (await host.CountAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData("help@example.com")]
    [InlineData("anyone@sub.own.example.org")]
    [InlineData("anyone@notown.example.org")]
    public async Task An_address_similar_to_an_own_one_is_a_customer(string from)
    {
        await using var host = Declining();

        (await host.ReceiveAsync(from)).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task Automatic_mail_creates_no_customer_but_finds_existing_ones()
    {
        await using var host = new ProfileFixture();
        var automatic = new Conversation("c1", "ada@example.com", host.Now) { IsAutomatic = true };

        (await host.Profiles.ConversationReceivedAsync(automatic))
            .Should()
            .BeOfType<ConversationOutcome.Declined>()
            .Which.Reason.Should()
            .Be(DeclineReason.Automatic);
        (await host.CountAsync()).Should().Be(0);
        var ada = await host.CreateAsync("ada@example.com");
        (await host.Profiles.ConversationReceivedAsync(automatic))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);
    }

    [Fact]
    public async Task A_hosts_own_creation_policy_decides_with_its_own_reason()
    {
        await using var host = new ProfileFixture(null, builder => builder.UseCreationPolicy<OnlyExampleCom>());

        (await host.ReceiveAsync("ada@example.com")).Should().BeOfType<ConversationOutcome.Created>();
        var declined = (await host.ReceiveAsync("ada@example.org"))
            .Should()
            .BeOfType<ConversationOutcome.Declined>()
            .Subject;
        declined.Reason.Should().Be(DeclineReason.HostPolicy);
        declined.Explanation.Should().Be("Only one domain is served.");
        (await host.ReceiveAsync("no-reply@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Declined>()
            .Which.Reason.Should()
            .Be(DeclineReason.NoReply, "it called the default first");
        (await host.ComposeAsync("ada@example.org"))
            .Should()
            .BeOfType<ConversationOutcome.Created>("the policy is told that it was composed");
    }

    [Fact]
    public async Task A_declined_conversation_leaves_no_trace_so_that_it_can_still_create_a_customer()
    {
        await using var host = new ProfileFixture();
        await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "ada@example.com", host.Now) { IsAutomatic = true }
        );

        (await host.ReceiveAsync("ada@example.com", "c1")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public void A_decision_to_decline_says_why()
    {
        ((Action)(() => _ = new CreationPolicy(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => CreationDecision.Decline(DeclineReason.HostPolicy, " "))).Should().Throw<ArgumentException>();
        CreationDecision.Create.Reason.Should().BeNull();
        default(CreationDecision).Should().Be(CreationDecision.Create);
    }

    [Fact]
    public async Task A_redelivered_conversation_changes_nothing()
    {
        await using var host = new ProfileFixture();
        var ada = (await host.ReceiveAsync("ada@example.com", "conv-1")).Profile!;

        var again = (await host.ReceiveAsync("Ada Lovelace <ada@example.com>", "conv-1"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Subject;

        again.Profile.Should().BeSameAs(ada);
        (await host.ReadAsync(ada)).Should().BeSameAs(ada);
        (await host.CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_conversation_redelivered_months_later_requests_no_check()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var ada = (await host.ReceiveAsync("ada@example.com", "conv-1")).Profile!;
        (await host.RunChecksAsync()).Should().Be(1);
        host.Time.Advance(TimeSpan.FromDays(200));

        var again = await host.ReceiveAsync("Ada Lovelace <ada@example.com>", "conv-1");

        again
            .Checks.Single()
            .Should()
            .Match<CheckDecision>(check => !check.Requested && check.Reason == CheckReason.KnownConversation);
        again.Profile.Should().BeSameAs(ada);
        (await host.RunChecksAsync()).Should().Be(0);
        (await host.ReceiveAsync("ada@example.com", "conv-2"))
            .Checks.Single()
            .Requested.Should()
            .BeTrue("a new conversation does request one");
    }

    [Fact]
    public async Task The_same_conversation_id_of_another_customer_is_another_conversation()
    {
        await using var host = new ProfileFixture();
        await host.ReceiveAsync("ada@example.com", "conv-1");

        (await host.ReceiveAsync("Bob <bob@example.com>", "conv-1")).Should().BeOfType<ConversationOutcome.Created>();
        await host.ReceiveAsync("bob@example.com", "conv-2");
        (await host.ReceiveAsync("Ada <ada@example.com>", "conv-2")).Profile!.Name!.Full.Should().Be("Ada");
    }

    [Fact]
    public async Task Hundreds_of_first_messages_at_once_in_many_forms_of_one_address_make_one_profile()
    {
        const string address = "zoë.müller@bücher.example.com";
        string[] forms =
        [
            address,
            address.ToUpperInvariant(),
            address.Normalize(NormalizationForm.FormD),
            address.ToUpperInvariant().Normalize(NormalizationForm.FormD),
            "zoë.müller@xn--bcher-kva.example.com",
            "Zoë.Müller@XN--BCHER-KVA.example.com.",
            "\"zoë.müller\"@bücher.example.com",
            $"<{address}>",
            $"Zoë Müller <{address}>",
            $"\"Müller, Zoë\" <{address}>",
            $"Müller, Zoë <{address}>",
            $"{address} (Zoë)",
            $"  Zoë   <  {address} > ",
            "Zoë <\"Zoë.Müller\"@Bücher.Example.com>",
        ];
        for (var round = 0; round < 5; round++)
        {
            await using var host = new ProfileFixture();
            var outcomes = await AtOnceAsync(
                400,
                i =>
                    (
                        i % 3 == 0
                            ? host.ComposeAsync(forms[i % forms.Length], $"conv-{i}")
                            : host.ReceiveAsync(forms[i % forms.Length], $"conv-{i}")
                    ).AsTask()
            );

            outcomes.OfType<ConversationOutcome.Created>().Should().ContainSingle();
            outcomes.OfType<ConversationOutcome.Existing>().Should().HaveCount(399);
            outcomes.Select(outcome => outcome.Profile!.Id).Distinct().Should().ContainSingle();
            (await host.CountAsync()).Should().Be(1);
            var profile = await host.ReadAsync(outcomes[0].Profile!);
            profile.Emails.Should().ContainSingle();
            profile.Identities.Should().ContainSingle();
            profile.Version.Should().BeLessThanOrEqualTo(2, "a name is put in once at most");
            profile.Name.Should().NotBeNull("some of the messages told it");
        }
    }

    [Fact]
    public async Task One_message_delivered_hundreds_of_times_at_once_makes_one_profile()
    {
        await using var host = new ProfileFixture();

        var outcomes = await AtOnceAsync(300, _ => host.ReceiveAsync("Ada <ada@example.com>", "conv-1").AsTask());

        outcomes.OfType<ConversationOutcome.Created>().Should().ContainSingle();
        (await host.ReadAsync(outcomes[0].Profile!)).Version.Should().Be(1);
    }

    [Fact]
    public async Task A_message_that_loses_the_race_to_create_finds_the_customer()
    {
        await using var host = TestHost.WithFaults(out var store);
        ConversationOutcome? first = null;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CreateAsync))
            {
                store.Before = null;
                first = await host.ReceiveAsync();
            }
        };

        var second = await host.ReceiveAsync();

        first.Should().BeOfType<ConversationOutcome.Created>();
        second.Should().BeOfType<ConversationOutcome.Existing>().Which.Profile.Id.Should().Be(first!.Profile!.Id);
        second.Checks[0].Reason.Should().Be(CheckReason.AlreadyPending);
    }

    [Fact]
    public async Task Hundreds_of_strangers_at_once_make_a_profile_each()
    {
        await using var host = new ProfileFixture();

        var outcomes = await AtOnceAsync(300, i => host.ReceiveAsync($"person-{i / 2}@example.com").AsTask());

        outcomes.OfType<ConversationOutcome.Created>().Should().HaveCount(150);
        (await host.CountAsync()).Should().Be(150);
    }

    [Fact]
    public async Task Outcomes_with_equal_content_are_equal()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        await host.ReceiveAsync(id: "again");
        var (one, other) = (await host.ReceiveAsync(id: "again"), await host.ReceiveAsync(id: "again"));
        var hash = one.GetHashCode();

        one.Checks.Should().HaveCount(1);
        one.Should().Be(other).And.NotBe(await host.ReceiveAsync("grace@example.org", "again"));
        (one.GetHashCode(), other.GetHashCode()).Should().Be((hash, hash));
    }

    private static async Task<ConversationOutcome[]> AtOnceAsync(int count, Func<int, Task<ConversationOutcome>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outcomes = new ConcurrentBag<ConversationOutcome>();
        var tasks = Enumerable
            .Range(0, count)
            .Select(i =>
                Task.Run(async () =>
                {
                    await start.Task;
                    outcomes.Add(await call(i));
                })
            )
            .ToArray();
        start.SetResult();
        await Task.WhenAll(tasks);
        return [.. outcomes];
    }

    private static async Task<CustomerProfile?> FindAsync(ProfileFixture host, string address) =>
        await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse(address)));

    private static ProfileFixture Declining() =>
        new(
            options =>
            {
                options.OwnAddresses.Add("Help@Acme.example.com");
                options.OwnDomains.Add("Own.example.org");
                options.OwnDomains.Add("bücher.example.net");
            },
            _ => { }
        );

    private sealed class OnlyExampleCom(CreationPolicy usual) : ICreationPolicy
    {
        public CreationDecision Decide(in CreationRequest request)
        {
            var decision = usual.Decide(request);
            return
                decision.Reason is null
                && request.Direction == ConversationDirection.Received
                && request.Email?.Domain != "example.com"
                ? CreationDecision.Decline(DeclineReason.HostPolicy, "Only one domain is served.")
                : decision;
        }
    }
}
