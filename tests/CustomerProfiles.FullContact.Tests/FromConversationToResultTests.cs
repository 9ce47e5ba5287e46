using FullContact.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>The whole way over real HTTP: what reaches the simulator, and what is billed there.</summary>
public sealed class FromConversationToResultTests : IAsyncLifetime
{
    private const string Maria = "maria.quill@example.org";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero));
    private FullContactSimulator _simulator = null!;
    private ServiceProvider _services = null!;
    private ICustomerProfiles _profiles = null!;
    private ICheckRunner _checks = null!;

    private Instant Now => _time.GetCurrentInstant();

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services
            .AddCustomerProfiles(options => options.MaxConcurrentChecks = 16)
            .AddFullContact(options =>
            {
                options.ApiKey = _simulator.ApiKey;
                options.BaseAddress = _simulator.BaseAddress;
            });
        _services = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }
        );
        _profiles = _services.GetRequiredService<ICustomerProfiles>();
        _checks = _services.GetRequiredService<ICheckRunner>();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task Hundreds_of_first_messages_and_then_hundreds_when_due_make_two_calls_in_all()
    {
        await TellAtOnceAsync("first", 300);
        _simulator.CallsFor(Maria).Should().Be(1);

        _time.Advance(TimeSpan.FromDays(63));
        await TellAtOnceAsync("due", 300);

        _simulator.CallsFor(Maria).Should().Be(2);
        _simulator.MostAtOnceAboutOneAddress.Should().Be(1);
        _simulator.BilledMatches.Should().Be(2);
        (await _profiles.ListAsync(new())).Profiles.Should().ContainSingle().Which.Photo.Should().NotBeNull();
    }

    [Fact]
    public async Task Changes_during_a_lookup_are_respected()
    {
        using var held = _simulator.Hold(Maria);
        var created = (ConversationOutcome.Created)
            await _profiles.ConversationReceivedAsync(new Conversation("c", Maria, Now));
        var draining = _checks.DrainAsync().AsTask();
        await held.Arrived;

        await _profiles.ClearPhotoAsync(created.Profile.Id, Actor.Agent("kim"));
        var edit = (await _profiles.GetAsync(created.Profile.Id))!.Edit(Actor.Agent("kim"));
        edit.JobTitle = "Typed by Kim";
        await _profiles.SaveAsync(edit);
        held.Release();
        await draining;

        var profile = (await _profiles.GetAsync(created.Profile.Id))!;
        profile.Photo.Should().BeNull();
        profile.JobTitle.Should().Be("Typed by Kim");
        profile.Company.Should().Be("Northern Reading Rooms");
        profile.SocialProfiles.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_result_that_arrives_after_disabling_is_dropped_although_it_is_billed()
    {
        using var held = _simulator.Hold(Maria);
        var created = (ConversationOutcome.Created)
            await _profiles.ConversationReceivedAsync(new Conversation("c", Maria, Now));
        var draining = _checks.DrainAsync().AsTask();
        await held.Arrived;

        await _profiles.DisableProviderAsync(FullContactDefaults.ProviderName, Actor.Agent("kim"));
        held.Release();
        await draining;

        (await _profiles.GetAsync(created.Profile.Id))!.Version.Should().Be(1);
        (await _profiles.GetSidebarAsync(created.Profile.Id))!
            .Providers[0]
            .LastOutcome.Should()
            .Be(CheckOutcome.Dropped);
        _simulator.BilledMatches.Should().Be(1);
    }

    private async Task TellAtOnceAsync(string prefix, int count)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var recorded = Enumerable
            .Range(0, count)
            .Select(i =>
                Task.Run(async () =>
                {
                    await go.Task;
                    var outcome = await _profiles.ConversationReceivedAsync(
                        new Conversation($"{prefix}-{i}", i % 2 == 0 ? Maria : Maria.ToUpperInvariant(), Now)
                    );
                    await _checks.DrainAsync();
                    return outcome;
                })
            )
            .ToArray();
        go.SetResult();
        (await Task.WhenAll(recorded))
            .SelectMany(outcome => outcome.Checks)
            .Count(check => check.Requested)
            .Should()
            .Be(1);
    }
}
