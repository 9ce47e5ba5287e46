using CustomerProfiles.Providers;
using CustomProvider;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The sample of a custom provider: each of its results, and what it does to a profile.</summary>
public sealed class CustomProviderTests : IDisposable
{
    private const string Directory = """
        {
          "ada@example.com": { "name": "Ada Lovelace", "company": "Analytical Engines", "jobTitle": "Programmer" },
          "unknown@example.com": null
        }
        """;

    private readonly KeptProfiles _folder = new();

    private string File => _folder.PathOf("directory.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_match_fills_the_profile()
    {
        var profile = await ReceiveAsync("Ada <ada@example.com>", Directory);

        (profile.Company, profile.JobTitle).Should().Be(("Analytical Engines", "Programmer"));
        profile.Find(ProfileField.JobTitle)!.Provenance.By.Should().Be("directory");
        profile.Name!.Full.Should().Be("Ada", "a provider never replaces the name that the customer wrote");
    }

    [Fact]
    public async Task Without_a_match_the_profile_stays_unchanged() =>
        (await ReceiveAsync("Bob <bob@example.com>", Directory)).Company.Should().BeNull();

    [Theory]
    [InlineData("ADA@example.com", typeof(ProviderResult.Matched))]
    [InlineData("bob@example.com", typeof(ProviderResult.NoMatch))]
    [InlineData("unknown@example.com", typeof(ProviderResult.NoMatch))]
    public async Task A_lookup_returns_a_match_or_no_match(string address, Type expected)
    {
        await System.IO.File.WriteAllTextAsync(File, Directory);

        (await LookUpAsync(address)).Should().BeOfType(expected);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task An_invalid_directory_is_an_invalid_response(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content);

        (await LookUpAsync("ada@example.com"))
            .Should()
            .BeOfType<ProviderResult.Failed>()
            .Which.Failure.Should()
            .Be(ProviderFailure.InvalidResponse);
    }

    [Fact]
    public async Task A_missing_directory_is_retried()
    {
        var failed = (await LookUpAsync("ada@example.com")).Should().BeOfType<ProviderResult.Failed>().Which;

        failed.Failure.Should().Be(ProviderFailure.Unavailable);
        failed.RetryAfter.Should().Be(Duration.FromMinutes(1));
    }

    [Fact]
    public async Task A_cancelled_lookup_throws()
    {
        await System.IO.File.WriteAllTextAsync(File, Directory);

        await FluentActions
            .Awaiting(async () => await LookUpAsync("ada@example.com", new CancellationToken(canceled: true)))
            .Should()
            .ThrowAsync<OperationCanceledException>();
    }

    private ValueTask<ProviderResult> LookUpAsync(string address, CancellationToken cancellationToken = default) =>
        new DirectoryProvider(File).LookUpAsync(
            new ProviderRequest(new TenantId("example"), [EmailAddress.Parse(address)]),
            cancellationToken
        );

    private async Task<CustomerProfile> ReceiveAsync(string from, string directory)
    {
        await System.IO.File.WriteAllTextAsync(File, directory);
        var services = new ServiceCollection();
        services.AddCustomerProfiles().AddProvider(new DirectoryProvider(File));
        await using var host = services.BuildServiceProvider();
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var now = host.GetRequiredService<IClock>().GetCurrentInstant();
        var outcome = await profiles.ConversationReceivedAsync(new Conversation("1", from, now));
        await host.GetRequiredService<ICheckRunner>().DrainAsync();
        return (await profiles.GetAsync(outcome.Profile!.Id))!;
    }
}
