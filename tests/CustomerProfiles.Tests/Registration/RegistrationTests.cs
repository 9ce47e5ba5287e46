using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Testing;

namespace CustomerProfiles.Tests.Registration;

public sealed class RegistrationTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task One_line_is_enough_without_logging_metrics_or_a_host()
    {
        var services = new ServiceCollection();
        services.AddCustomerProfiles();
        await using var provider = services.BuildServiceProvider(Strict);

        var profiles = provider.GetRequiredService<ICustomerProfiles>();

        profiles.Tenant.Should().Be(TenantId.Default);
        (await profiles.ConversationReceivedAsync(new Conversation("c", "ada@example.com", ProfileFixture.Start)))
            .Code.Should()
            .Be("created");
        await using var scope = provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ICustomerProfiles>().Should().BeSameAs(profiles);
    }

    [Fact]
    public async Task Registering_twice_registers_once_and_both_configure()
    {
        var services = new ServiceCollection();
        var provider = new ProfileFixture.Directory();
        services.AddCustomerProfiles(options => options.MaxAttempts = 7).AddProvider(provider);
        services.AddCustomerProfiles().AddProvider(provider);
        services.AddCustomerProfiles(options => options.OwnDomains.Add("example.com"));
        await using var built = services.BuildServiceProvider(Strict);

        built.GetServices<IHostedService>().Select(service => service.GetType()).Should().OnlyHaveUniqueItems();
        (await built.GetRequiredService<ICustomerProfiles>().GetProvidersAsync()).Should().ContainSingle();
        (
            await built
                .GetRequiredService<ICustomerProfiles>()
                .ConversationReceivedAsync(new Conversation("c", "ada@example.com", ProfileFixture.Start))
        )
            .Code.Should()
            .Be("declined");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hosts_own_store_clock_and_policies_count_whether_registered_before_or_after(bool before)
    {
        var store = new InMemoryCustomerProfileStore(new FakeTimeProvider());
        var services = new ServiceCollection();
        if (!before)
        {
            services.AddCustomerProfiles();
        }

        services.AddSingleton<ICustomerProfileStore>(store);
        services.AddSingleton<IClock>(new FakeClock(ProfileFixture.Start));
        services.AddSingleton<ICreationPolicy, Everybody>();
        services.AddSingleton<IRecheckPolicy, Never>();
        services.AddSingleton<IEditRules>(EditRules.PhotoEditableByAgents);
        if (before)
        {
            services.AddCustomerProfiles();
        }

        await AssertOwnAsync(services, store);
    }

    [Fact]
    public async Task The_builder_replaces_and_the_last_replacement_counts()
    {
        var store = new InMemoryCustomerProfileStore(new FakeTimeProvider());
        var services = new ServiceCollection();
        services.AddSingleton<IClock>(new FakeClock(ProfileFixture.Start));
        services
            .AddCustomerProfiles()
            .UseStore<InMemoryCustomerProfileStore>()
            .UseStore(store)
            .UseEditRules(EditRules.PhotoFromProvider)
            .UseEditRules(EditRules.PhotoEditableByAgents)
            .UseRecheckPolicy(new Never())
            .UseCreationPolicy<CreationPolicy>()
            .UseCreationPolicy<Everybody>();
        services.AddCustomerProfiles();

        await AssertOwnAsync(services, store);
    }

    [Theory]
    [InlineData("lower case and not blank", "Directory")]
    [InlineData("lower case and not blank", "directorY")]
    [InlineData("lower case and not blank", " ")]
    [InlineData("Two providers have the same name: directory, directory", "directory", "directory")]
    public void A_provider_has_a_name_of_its_own_in_lower_case(string message, params string[] names)
    {
        var services = new ServiceCollection();
        var builder = services.AddCustomerProfiles();
        foreach (var name in names)
        {
            builder.AddProvider(new FakeProvider(name));
        }

        using var provider = services.BuildServiceProvider();

        provider
            .Invoking(host => host.GetRequiredService<ICustomerProfiles>())
            .Should()
            .Throw<InvalidOperationException>()
            .WithMessage($"*{message}*");
    }

    [Fact]
    public void The_builder_refuses_null()
    {
        var builder = new ServiceCollection().AddCustomerProfiles();

        ((Action)(() => builder.AddProvider(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => builder.UseStore(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => builder.UseEditRules(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => builder.UseRecheckPolicy(null!))).Should().Throw<ArgumentNullException>();
        ((Action)(() => CustomerProfilesServiceCollectionExtensions.AddCustomerProfiles(null!)))
            .Should()
            .Throw<ArgumentNullException>();
    }

    private static async Task AssertOwnAsync(ServiceCollection services, InMemoryCustomerProfileStore store)
    {
        services.AddSingleton<CustomerProfiles.Providers.IProfileProvider>(new ProfileFixture.Directory());
        await using var provider = services.BuildServiceProvider(Strict);
        var profiles = provider.GetRequiredService<ICustomerProfiles>();

        var outcome = await profiles.ConversationReceivedAsync(
            new Conversation("c", "no-reply@example.com", ProfileFixture.Start)
        );

        var profile = outcome
            .Should()
            .BeOfType<ConversationOutcome.Created>("the host's policy takes everybody")
            .Subject.Profile;
        profile.CreatedAt.Should().Be(ProfileFixture.Start, "the host's clock");
        (await store.GetAsync(TenantId.Default, profile.Id, default))!.Profile.Should().BeSameAs(profile);
        var person = await profiles.ConversationReceivedAsync(
            new Conversation("c", "ada@example.com", ProfileFixture.Start)
        );
        person.Checks.Single().Requested.Should().BeFalse("the host's recheck policy never requests a check");
        (await profiles.GetSidebarAsync(profile.Id))!.Photo.IsEditable.Should().BeTrue();
    }

    private sealed class Everybody : ICreationPolicy
    {
        public CreationDecision Decide(in CreationRequest request) => CreationDecision.Create;
    }

    private sealed class Never : IRecheckPolicy
    {
        public RecheckDecision Decide(in RecheckContext request) =>
            new(isDue: false, CheckReason.NotDueYet, dueAfter: null);
    }
}
