using System.Threading.Channels;
using CustomerProfiles.Documentation.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>The handler on the page about events is the one that runs here, and does what the page says.</summary>
public sealed class EventsPageTests
{
    private static readonly Actor Kim = Actor.Agent("kim");

    [Fact]
    public void The_page_shows_the_code_that_runs_here()
    {
        var source = File.ReadAllText(
            Path.Combine(
                RepositoryRoot.Path,
                "tests/CustomerProfiles.Documentation.Tests/Running",
                $"{nameof(CustomerNames)}.cs"
            )
        );
        var shown = source.Replace($"namespace {typeof(CustomerNames).Namespace};\n\n", "", StringComparison.Ordinal);

        Page.All.Single(page => page.Path == "docs/guide/events.md")
            .Samples()
            .Select(sample => sample.Code)
            .Should()
            .Contain(shown);
    }

    [Fact]
    public async Task The_handler_keeps_names_up_to_date_after_edits_merges_and_erasing()
    {
        await using var services = Services();
        var profiles = services.GetRequiredService<ICustomerProfiles>();
        var ada = await CreateAsync(profiles, "Ada Byron", "ada@example.com");
        var grace = await CreateAsync(profiles, "Grace Hopper", "grace@example.com");
        var alan = await CreateAsync(profiles, "Alan Turing", "alan@example.com");
        var edit = ada.Edit(Kim);
        edit.Name = new PersonName("Ada Lovelace");
        (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        var request = new MergeRequest { From = grace.Id, Into = ada.Id };
        (await profiles.Merging.MergeAsync(request, Kim)).Should().BeOfType<MergeOutcome.Merged>();
        (await profiles.Privacy.EraseAsync(alan.Id, Kim)).Should().BeOfType<EraseOutcome.Erased>();

        var names = await DeliverAsync(services);

        names.Find(ada.Id).Should().Be("Ada Lovelace");
        names.Find(grace.Id).Should().BeNull("her id leads to the customer who stays");
        names.Find(alan.Id).Should().BeNull("he is erased");
    }

    [Fact]
    public async Task Undoing_a_merge_brings_the_name_of_the_absorbed_customer_back()
    {
        await using var services = Services();
        var profiles = services.GetRequiredService<ICustomerProfiles>();
        var ada = await CreateAsync(profiles, "Ada Lovelace", "ada@example.com");
        var grace = await CreateAsync(profiles, "Grace Hopper", "grace@example.com");
        var merged = await profiles.Merging.MergeAsync(new MergeRequest { From = grace.Id, Into = ada.Id }, Kim);
        await profiles.Merging.UnmergeAsync(merged.Should().BeOfType<MergeOutcome.Merged>().Subject.Merge, Kim);

        var names = await DeliverAsync(services);

        names.Find(ada.Id).Should().Be("Ada Lovelace");
        names.Find(grace.Id).Should().Be("Grace Hopper");
    }

    private static async Task<CustomerNames> DeliverAsync(IServiceProvider services)
    {
        await services.GetRequiredService<ICustomerEventRunner>().DrainAsync();
        services.GetRequiredService<Channel<CustomerEvent>>().Writer.Complete();
        var names = services.GetRequiredService<CustomerNames>();
        await names.StartAsync(default);
        await names.ExecuteTask!;
        return names;
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton(Channel.CreateBounded<CustomerEvent>(1_000));
        services.AddSingleton<CustomerNames>();
        services.AddHostedService(provider => provider.GetRequiredService<CustomerNames>());
        services.AddCustomerProfiles().AddEvents<ChannelHandler>();
        return services.BuildServiceProvider();
    }

    private static async Task<CustomerProfile> CreateAsync(ICustomerProfiles profiles, string name, string address)
    {
        var created = await profiles.CreateAsync(new NewProfile { Name = name, Emails = [new(address)] }, Kim);
        return created.Should().BeOfType<CreateOutcome.Created>().Subject.Profile;
    }
}
