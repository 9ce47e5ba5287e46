using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Tests;

/// <summary>
/// A host with its clock in the test's hand, and the steps that tests of profiles, conversations and edits share.
/// </summary>
internal sealed class ProfileFixture : IAsyncDisposable
{
    /// <summary>When every fixture begins.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 1, 15, 9, 0);

    public static readonly Actor Kim = Actor.Agent("kim");

    public static readonly Actor Lee = Actor.Agent("lee");

    private readonly ServiceProvider _services;
    private int _conversations;

    public ProfileFixture(
        Action<CustomerProfilesOptions>? options = null,
        Action<CustomerProfilesBuilder>? builder = null,
        Action<IServiceCollection>? services = null
    )
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Time);
        services?.Invoke(collection);
        var registered = collection.AddCustomerProfiles(options);
        builder?.Invoke(registered);

        _services = collection.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
        );
        Profiles = _services.GetRequiredService<ICustomerProfiles>();
    }

    public FakeTimeProvider Time { get; } = new(Start.ToDateTimeOffset());

    public Instant Now => Instant.FromDateTimeOffset(Time.GetUtcNow());

    public ICustomerProfiles Profiles { get; }

    public ICustomerProfileStore Store => _services.GetRequiredService<ICustomerProfileStore>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A new conversation, received now.</summary>
    public ValueTask<ConversationOutcome> ReceiveAsync(string? from, string? id = null) =>
        Profiles.ConversationReceivedAsync(
            new Conversation(id ?? $"conversation-{Interlocked.Increment(ref _conversations)}", from, Now)
        );

    /// <summary>A new conversation, composed now.</summary>
    public ValueTask<ConversationOutcome> ComposeAsync(string? to, string? id = null) =>
        Profiles.ConversationComposedAsync(
            new ComposedConversation(id ?? $"conversation-{Interlocked.Increment(ref _conversations)}", to, Now)
        );

    /// <summary>The profile of somebody who was unknown until now.</summary>
    public async Task<CustomerProfile> CreateAsync(string from = "Ada Lovelace <ada@example.com>") =>
        (await ReceiveAsync(from)).Should().BeOfType<ConversationOutcome.Created>().Subject.Profile;

    /// <summary>The profile as it is now.</summary>
    public async Task<CustomerProfile> ReadAsync(CustomerProfile profile) => (await Profiles.GetAsync(profile.Id))!;

    /// <summary>Everybody there is.</summary>
    public async Task<int> CountAsync() =>
        (await Profiles.ListAsync(new ProfileQuery { PageSize = ProfileQuery.MaxPageSize })).Profiles.Length;

    /// <summary>An edit of the profile as it is now, which has to be saved.</summary>
    public async Task<CustomerProfile> EditAsync(CustomerProfile profile, Action<ProfileEdit> change, Actor? by = null)
    {
        var edit = (await ReadAsync(profile)).Edit(by ?? Kim);
        change(edit);
        return (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
    }

    /// <summary>An edit that has to be refused.</summary>
    public async Task<SaveOutcome.Rejected> RejectedAsync(CustomerProfile profile, Action<ProfileEdit> change)
    {
        var before = await ReadAsync(profile);
        var edit = before.Edit(Kim);
        change(edit);
        var rejected = (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Rejected>().Subject;
        (await ReadAsync(profile)).Should().BeSameAs(before, "a rejected edit writes nothing");
        return rejected;
    }

    public ValueTask<int> RunChecksAsync() => Get<ICheckRunner>().DrainAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>A provider that says what the test tells it to.</summary>
    internal sealed class Directory(
        string name = "directory",
        string? claimPage = "https://directory.example.org/claim"
    ) : IProfileProvider
    {
        public string Name { get; } = name;

        public Uri? ClaimPage { get; } = claimPage is null ? null : new Uri(claimPage);

        /// <summary>What is known of everybody; null for nobody knows them.</summary>
        public PublicInformation? Says { get; set; }

        /// <summary>What goes wrong; null for nothing.</summary>
        public Exception? Throws { get; set; }

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
            Throws is { } fault
                ? throw fault
                : new(Says is { } information ? new ProviderResult.Matched(information) : new ProviderResult.NoMatch());
    }
}
