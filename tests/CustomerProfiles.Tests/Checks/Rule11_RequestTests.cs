using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A provider is sent everything that the profile holds of the person, except by what it gave itself; and not at
/// all when that is nothing to it.
/// </summary>
public sealed class Rule11_RequestTests
{
    private static readonly Identity Phone = Identity.Phone("+44 20 7946 0000");

    [Fact]
    public async Task Everything_that_the_profile_holds_is_in_the_request()
    {
        await using var host = new TestHost(builder: builder => builder.UseEditRules(new AllIsTheAgents()));
        var id = (await host.ReceiveAsync(tenant: default)).Profile!.Id;
        var account = new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada");
        var address = new PostalAddress("12 Example Street", "London", postalCode: "N1 0AA", country: "GB");
        await host.EditAsync(
            id,
            edit =>
            {
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("sales@example.com")));
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000", "work"));
                edit.SocialProfiles.Add(account);
                edit.Address = address;
            }
        );
        await host.DrainAsync();

        var request = host.Provider.Questions.Should().ContainSingle().Subject;
        request.Tenant.Should().Be(TenantId.Default);
        request.Emails.Select(email => email.Normalized).Should().Equal("ada@example.com", "ada@example.org");
        request.Phones.Should().Equal("+442079460000");
        request.SocialProfiles.Should().Equal(account);
        request.Name.Should().Be(new PersonName("Ada Lovelace"));
        request.Address.Should().Be(address);
        request.Attempt.Should().Be(1);
        request
            .Callback.Should()
            .Match<CallbackReference>(callback =>
                callback.CustomerId == id
                && callback.Provider == FakeProvider.DefaultName
                && callback.RequestedAt == TestHost.Start
                && callback.LeaseId != Guid.Empty
            );
        $"{request} {request.Callback}".Should().Be("ProviderRequest CallbackReference fake");
    }

    [Fact]
    public async Task CanLookUp_that_throws_fails_no_conversation()
    {
        await using var host = new TestHost(builder: builder => builder.AddProvider(new Thrower()));

        var outcome = await host.ReceiveAsync();

        outcome
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Checks.Single(check => check.Provider == "thrower")
            .Should()
            .Match<CheckDecision>(check => !check.Requested && check.Reason == CheckReason.NothingToLookUpBy);
        host.Logs.GetSnapshot().Should().Contain(log => log.Id.Id == 1005);
    }

    [Theory]
    [InlineData("+376 712 345", true)]
    [InlineData("+683 4002", false)]
    [InlineData("+1 234 567 8", false)]
    [InlineData("+49 123 456 789 0123", true)]
    [InlineData("+49 123 456 789 01234", false)]
    [InlineData("020 7946 0000", false)]
    [InlineData("0044 20 7946 0000", false)]
    [InlineData(" +44-20-7946-0000", true)]
    [InlineData("+44 (20) 7946.0000", true)]
    [InlineData("+1 555 123 4567 / 8", false)]
    [InlineData("+0123456789", false)]
    [InlineData("+44 20 7946 0000 ext. 5", false)]
    [InlineData("+44 20 7946 0000 x5", false)]
    [InlineData("+44 20 7946, +44 2079", false)]
    public async Task A_telephone_number_goes_in_when_its_country_is_known(string number, bool goesIn)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Phones.Add(new PhoneNumber(number)));
        await host.DrainAsync();

        host.Provider.Questions.Single()
            .Phones.Should()
            .Equal(goesIn ? [$"+{string.Concat(number.Where(char.IsAsciiDigit))}"] : []);
    }

    [Theory]
    [InlineData("+44 (0)20 7946 0000")]
    [InlineData("tel:+44-20-7946-0000")]
    [InlineData("\u200e+44\u00a020\u20117946\u20110000")]
    public async Task A_telephone_number_goes_in_as_the_number_that_it_is_however_it_is_spelt(string number)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Phones.Add(new PhoneNumber(number)));
        await host.DrainAsync();

        host.Provider.Questions.Single().Phones.Should().Equal("+442079460000");
    }

    [Fact]
    public async Task What_a_provider_gave_itself_is_left_out_and_what_another_gave_is_not()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Providers[1].Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                SocialProfiles = [new SocialProfile("mastodon", new Uri("https://other.example.org/ada"), "ada")],
            }
        );
        await host.ReceiveAsync("ada@example.com");
        await host.DrainAsync();
        host.PassTwoMonths();
        await host.ReceiveAsync("ada@example.com");
        await host.DrainAsync();

        var (own, others) = (host.Provider.Questions.Last(), host.Providers[1].Questions.Last());
        own.SocialProfiles.Select(account => account.Network).Should().Equal("mastodon");
        own.Name.Should().BeNull("it gave the name itself");
        others.SocialProfiles.Select(account => account.Network).Should().Equal("github");
        others.Name.Should().Be(new PersonName("Augusta Ada King"));
    }

    [Fact]
    public async Task Cleared_fields_are_not_in_the_request()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(
            id,
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"));
                edit.Clear(ProfileField.Name);
            }
        );
        await host.EditAsync(id, edit => edit.Phones.Clear());
        await host.DrainAsync();

        host.Provider.Questions.Single()
            .Should()
            .Match<ProviderRequest>(request =>
                request.Phones.IsEmpty && request.Name == null && request.Address == null
            );
    }

    [Fact]
    public async Task By_default_a_provider_looks_up_by_addresses_alone()
    {
        IProfileProvider provider = new ProfileFixture.Directory();
        provider.CanLookUp(new ProviderRequest(default, [EmailAddress.Parse("ada@example.com")])).Should().BeTrue();
        provider
            .CanLookUp(new ProviderRequest(default, []) { Phones = ["+442079460000"], Name = "Ada" })
            .Should()
            .BeFalse();
        provider.CanLookUp(new ProviderRequest(default, default)).Should().BeFalse();
        (provider.Pause, provider.Budget, provider.OptOutPage).Should().Be((null, null, provider.ClaimPage));
        ((Action)(() => provider.CanLookUp(null!))).Should().Throw<ArgumentNullException>();

        await using var host = new ProfileFixture(null, builder => builder.AddProvider(provider));
        var created = await host.Profiles.ConversationReceivedAsync(
            new Conversation("by phone", Phone, "Ada", host.Now)
        );
        created.Checks.Single().Reason.Should().Be(CheckReason.NothingToLookUpBy);
    }

    [Fact]
    public async Task A_customer_with_only_a_telephone_number_is_looked_up_where_that_is_enough()
    {
        await using var host = new TestHost(
            providers: [new FakeProvider(), new FakeProvider("phones") { Takes = request => !request.Phones.IsEmpty }]
        );
        async Task<(string, bool, CheckReason)[]> SayAsync(string id) =>
            [
                .. (
                    await host.Profiles.ConversationReceivedAsync(new Conversation(id, Phone, "Ada Lovelace", host.Now))
                ).Checks.Select(check => (check.Provider, check.Requested, check.Reason)),
            ];

        (await SayAsync("first"))
            .Should()
            .Equal(
                (FakeProvider.DefaultName, false, CheckReason.NothingToLookUpBy),
                ("phones", true, CheckReason.FirstCheck)
            );
        (await host.DrainAsync()).Should().Be(1);
        (host.Provider.Calls, host.Providers[1].Calls).Should().Be((0, 1));
        var request = host.Providers[1].Questions.Single();
        (request.Emails.Length, request.Phones.Single(), request.Name!.Full)
            .Should()
            .Be((0, "+442079460000", "Ada Lovelace"));
        host.PassTwoMonths();
        (await SayAsync("second"))
            .Should()
            .Equal((FakeProvider.DefaultName, false, CheckReason.NothingToLookUpBy), ("phones", true, CheckReason.Due));
    }

    [Fact]
    public async Task When_more_is_known_of_a_customer_the_next_conversation_requests_a_check()
    {
        await using var host = new TestHost();
        host.Provider.Takes = request => request.Address is not null;
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NothingToLookUpBy);
        var id = (await host.Profiles.FindAsync(TestHost.AdasAddress))!.Id;
        await host.EditAsync(id, edit => edit.Address = new PostalAddress("12 Example Street"));

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_check_whose_telephone_number_was_removed_ends_without_a_lookup()
    {
        await using var host = new TestHost();
        host.Provider.Takes = request => !request.Phones.IsEmpty;
        host.Provider.Budget = new ProviderBudget(perDay: 5, perMonth: null);
        var id = (await host.Profiles.ConversationReceivedAsync(new Conversation("by phone", Phone, null, host.Now)))
            .Profile!
            .Id;
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        await host.EditAsync(id, edit => edit.Phones.Clear());
        await host.DrainAsync();

        host.Provider.Calls.Should().Be(0);
        (await host.BudgetUsedAsync("2026-01-31")).Should().Be(0);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == null && check.LastCheckAt == null);
    }

    /// <summary>Rules by which agents edit everything.</summary>
    private sealed class AllIsTheAgents : IEditRules
    {
        public EditLimits Limits => EditLimits.Default;

        public FieldOwner OwnerOf(ProfileField field) => FieldOwner.Agent;
    }

    private sealed class Thrower : IProfileProvider
    {
        public string Name => "thrower";

        public Uri? ClaimPage => null;

        public bool CanLookUp(ProviderRequest request) => throw new InvalidOperationException("A defect.");

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Never called.");
    }
}
