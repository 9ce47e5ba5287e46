using System.Globalization;
using CustomerProfiles.Conversations;
using CustomerProfiles.Editing;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>
/// Every method of the door, with trouble at every one of its calls to the store: the call never happens, or it happens and the caller never hears of it, by an
/// exception or by cancellation. Then nothing may be half-written, and calling again must lead to where an untroubled call leads, at no more questions to the provider.
/// </summary>
public sealed class StoreTroubleTests
{
    private static readonly Dictionary<string, Func<Stage, CancellationToken, Task>> Stories = new()
    {
        ["a first message"] = (stage, cancel) => stage.Door.ConversationReceivedAsync(new Conversation("new", "Grace Hopper <grace@example.org>", stage.Now), cancel).AsTask(),
        ["a first composed message"] = (stage, cancel) => stage.Door.ConversationComposedAsync(new ComposedConversation("new", "grace@example.org", stage.Now), cancel).AsTask(),
        ["a due message"] = (stage, cancel) => stage.Door.ConversationReceivedAsync(new Conversation("new", TestHost.Ada, stage.Now), cancel).AsTask(),
        ["a composed message"] = (stage, cancel) => stage.Door.ConversationComposedAsync(new ComposedConversation("new", TestHost.Ada, stage.Now), cancel).AsTask(),
        ["an edit"] = (stage, cancel) => stage.Door.SaveAsync(stage.Edit(), cancel).AsTask(),
        ["clearing the photo"] = (stage, cancel) => stage.Door.ClearPhotoAsync(stage.Ada.Id, TestHost.Kim, cancel).AsTask(),
        ["giving back the photo"] = (stage, cancel) => stage.Door.GiveBackPhotoAsync(stage.Alan.Id, TestHost.Kim, cancel).AsTask(),
        ["switching off"] = (stage, cancel) => stage.Door.SwitchOffAsync(FakeProvider.DefaultName, TestHost.Kim, cancel).AsTask(),
        ["switching on"] = (stage, cancel) => stage.Door.SwitchOnAsync("off", TestHost.Kim, cancel).AsTask(),
        ["suppressing a customer"] = (stage, cancel) => stage.Door.SuppressAsync(stage.Ada.Id, cancel).AsTask(),
        ["suppressing an address"] = (stage, cancel) => stage.Door.SuppressAsync(TestHost.AdasAddress, cancel).AsTask(),
        ["lifting from a customer"] = (stage, cancel) => stage.Door.LiftSuppressionAsync(stage.Alan.Id, cancel).AsTask(),
        ["lifting from an address"] = (stage, cancel) => stage.Door.LiftSuppressionAsync(TestHost.IdentityOf("alan@example.net"), cancel).AsTask(),
        ["reading by id"] = (stage, cancel) => stage.Door.GetAsync(stage.Ada.Id, cancel).AsTask(),
        ["reading by address"] = (stage, cancel) => stage.Door.FindAsync(TestHost.AdasAddress, cancel).AsTask(),
        ["listing"] = (stage, cancel) => stage.Door.ListAsync(new ProfileQuery { Text = "ada" }, cancel).AsTask(),
        ["the sidebar"] = (stage, cancel) => stage.Door.SidebarAsync(stage.Ada.Id, cancel).AsTask(),
        ["forgetting a provider of one"] = (stage, cancel) => stage.Door.ForgetProviderAsync(FakeProvider.DefaultName, stage.Ada.Id, cancel).AsTask(),
        ["forgetting a provider of all"] = (stage, cancel) => stage.Door.ForgetProviderAsync(FakeProvider.DefaultName, cancel).AsTask(),
        ["the providers"] = (stage, cancel) => stage.Door.ProvidersAsync(cancel).AsTask(),
    };

    public static TheoryData<string, Trouble> EveryStoryInEveryTrouble
    {
        get
        {
            var data = new TheoryData<string, Trouble>();
            foreach (var story in Stories.Keys)
            {
                foreach (var trouble in Enum.GetValues<Trouble>())
                {
                    data.Add(story, trouble);
                }
            }

            return data;
        }
    }

    public enum Trouble
    {
        ThrowsBefore,
        ThrowsAfter,
        CancelledBefore,
        CancelledAfter,
        CancelledAfterAndToldSo,
    }

    [Fact]
    public void Every_method_of_the_door_that_waits_has_a_story()
    {
        var methods = typeof(ICustomerProfiles).GetMethods().Count(method => method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal));
        methods.Should().Be(18, "who adds a method to the door adds its story here");
    }

    [Theory]
    [MemberData(nameof(EveryStoryInEveryTrouble))]
    public async Task Nothing_is_half_written_and_calling_again_leads_to_the_same_end(string story, Trouble trouble)
    {
        var act = Stories[story];
        await using var untroubled = await Stage.SetAsync();
        var atFirst = await untroubled.TellAsync();
        untroubled.Store.Forget();
        await act(untroubled, CancellationToken.None);
        var calls = untroubled.Store.Calls.Length;
        var inTheEnd = await untroubled.TellAsync();
        var asked = await untroubled.DrainAsync();
        calls.Should().BeGreaterThan(0);

        for (var troubled = 1; troubled <= calls; troubled++)
        {
            await using var stage = await Stage.SetAsync();
            (await stage.TellAsync()).Should().Be(atFirst);
            using var cancel = new CancellationTokenSource();
            stage.TroubleAt(troubled, trouble, cancel);
            Exception? thrown = null;
            try
            {
                await act(stage, cancel.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                thrown = exception;
            }

            if (trouble is Trouble.CancelledAfter && troubled == calls)
            {
                thrown.Should().BeNull("there was nothing left to cancel");
            }
            else
            {
                thrown.Should().BeOfType(trouble is Trouble.ThrowsBefore or Trouble.ThrowsAfter ? typeof(IOException) : typeof(OperationCanceledException));
            }

            stage.NoTrouble();
            if (calls == 1 && trouble is Trouble.ThrowsBefore or Trouble.CancelledBefore && troubled == 1)
            {
                (await stage.TellAsync()).Should().Be(atFirst, "the only call of the story never happened");
            }

            await act(stage, CancellationToken.None);
            (await stage.TellAsync()).Should().Be(inTheEnd);
            (await stage.DrainAsync()).Should().Be(asked);
        }
    }

    [Theory]
    [MemberData(nameof(EveryStory))]
    public async Task A_call_that_is_cancelled_before_it_begins_writes_nothing(string story)
    {
        await using var stage = await Stage.SetAsync();
        var before = await stage.TellAsync();
        await stage.Invoking(_ => Stories[story](stage, new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();
        (await stage.TellAsync()).Should().Be(before);
    }

    public static TheoryData<string> EveryStory => [.. Stories.Keys];

    [Theory]
    [InlineData(nameof(ICustomerProfileStore.ClaimNextCheckAsync), Trouble.ThrowsBefore)]
    [InlineData(nameof(ICustomerProfileStore.ClaimNextCheckAsync), Trouble.ThrowsAfter)]
    public async Task A_check_is_put_once_although_the_store_fails_when_it_is_claimed(string call, Trouble trouble)
    {
        await using var stage = await Stage.SetAsync();
        await Stories["a due message"](stage, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        stage.TroubleAt(call, trouble, cancel);
        await stage.Invoking(_ => stage.DrainAsync()).Should().ThrowAsync<IOException>();
        stage.NoTrouble();
        if (trouble == Trouble.ThrowsAfter)
        {
            (await stage.DrainAsync()).Should().Be(0, "the claim was made, whoever heard of it");
            stage.Host.Time.Advance(TimeSpan.FromMinutes(2));
        }

        (await stage.DrainAsync()).Should().Be(1);
    }

    [Theory]
    [InlineData("matched", Trouble.ThrowsBefore)]
    [InlineData("matched", Trouble.ThrowsAfter)]
    [InlineData("no match", Trouble.ThrowsBefore)]
    [InlineData("no match", Trouble.ThrowsAfter)]
    [InlineData("failed", Trouble.ThrowsBefore)]
    [InlineData("failed", Trouble.ThrowsAfter)]
    [InlineData("queued", Trouble.ThrowsBefore)]
    [InlineData("queued", Trouble.ThrowsAfter)]
    public async Task An_answer_is_recorded_once_although_the_store_fails_when_it_is_recorded(string kind, Trouble trouble)
    {
        async Task<string> TellAsync(Trouble? of)
        {
            await using var stage = await Stage.SetAsync();
            await Stories["a due message"](stage, CancellationToken.None);
            stage.Host.Provider.Next(kind switch
            {
                "matched" => new ProviderAnswer.Matched(FakeProvider.Ada(location: "Surrey")),
                "no match" => new ProviderAnswer.NoMatch(),
                "failed" => new ProviderAnswer.Failed(ProviderFailure.Unavailable),
                _ => new ProviderAnswer.Queued(Duration.FromHours(1)),
            });
            using var cancel = new CancellationTokenSource();
            var delay = TimeSpan.FromMilliseconds(250);
            var trying = stage.Host.Time.NextWaitOf(delay);
            if (of is { } trouble)
            {
                stage.TroubleAt(kind is "matched" or "no match" ? nameof(ICustomerProfileStore.CompleteCheckAsync) : nameof(ICustomerProfileStore.ReleaseCheckAsync), trouble, cancel);
            }

            var drain = stage.Host.BeginDrain();
            if (of is not null)
            {
                await trying;
                stage.Host.Time.Advance(delay);
            }

            (await drain).Should().Be(1);
            stage.NoTrouble();
            (await stage.DrainAsync()).Should().Be(0);
            return await stage.TellAsync(withTimes: false);
        }

        (await TellAsync(trouble)).Should().Be(await TellAsync(of: null));
    }

    [Fact]
    public async Task A_cancelled_check_is_given_back_although_the_store_fails_at_first()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var stage = await Stage.SetAsync();
            await Stories["a due message"](stage, CancellationToken.None);
            var held = stage.Host.Provider.HoldNext();
            using var stop = new CancellationTokenSource();
            stage.TroubleAt(nameof(ICustomerProfileStore.ReleaseCheckAsync), Trouble.ThrowsBefore, stop);
            var trying = stage.Host.Time.NextWaitOf(TimeSpan.FromMilliseconds(250));
            var drain = stage.Host.Runner.DrainAsync(stop.Token).AsTask().Soon();
            await held.Arrived;
            await stop.CancelAsync();
            await trying;
            stage.NoTrouble();
            stage.Host.Time.Advance(TimeSpan.FromMilliseconds(250));
            await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

            (await stage.DrainAsync()).Should().Be(1);
        });
    }

    /// <summary>Two customers who are due: Ada, and Alan without a name, who is suppressed by id and whose photo is cleared.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private ProfileEdit? _edit;

        private Stage(TestHost host, TroubledStore store)
        {
            Host = host;
            Store = store;
        }

        public TestHost Host { get; }

        public TroubledStore Store { get; }

        public ICustomerProfiles Door => Host.Door;

        public Instant Now => Host.Now;

        public CustomerProfile Ada { get; private set; } = null!;

        public CustomerProfile Alan { get; private set; } = null!;

        public static async Task<Stage> SetAsync()
        {
            var time = new TestTime(TestHost.Start);
            var store = new TroubledStore(new InMemoryCustomerProfileStore(time));
            var host = new TestHost(store: store, time: time, providers: [new FakeProvider(), new FakeProvider("off")]);
            await host.SwitchAsync(on: false, "off");
            var stage = new Stage(host, store) { Ada = await host.CheckedAsync(conversation: "first") };
            host.Provider.Next(new ProviderAnswer.Matched(new PublicInformation { Name = "A. M. Turing" }));
            stage.Alan = await host.CheckedAsync("alan@example.net", "second");
            await host.Door.ClearPhotoAsync(stage.Alan.Id, TestHost.Kim);
            await host.Door.SuppressAsync(stage.Alan.Id);
            host.PassTwoMonths();
            store.Forget();
            return stage;
        }

        /// <summary>The same draft however often it is saved.</summary>
        public ProfileEdit Edit()
        {
            if (_edit is null)
            {
                _edit = Ada.Edit(TestHost.Kim);
                _edit.Notes = "Met at the ball.";
                _edit.Clear(ProfileField.Company);
                _edit.Websites.Add(new Uri("https://agents.example.org/"));
                EmailAddress.TryParse("ada@example.org", out var address).Should().BeTrue();
                _edit.Emails.Add(new ProfileEmail(address));
            }

            return _edit;
        }

        public void TroubleAt(int number, Trouble trouble, CancellationTokenSource cancel)
        {
            Store.Forget();
            Set(_ => Store.Calls.Length == number, trouble, cancel);
        }

        /// <summary>Trouble at the first call of this name.</summary>
        public void TroubleAt(string call, Trouble trouble, CancellationTokenSource cancel)
        {
            var once = true;
            Set(
                name =>
                {
                    var now = once && name == call;
                    once &= !now;
                    return now;
                },
                trouble,
                cancel);
        }

        public void NoTrouble()
        {
            Store.Before = null;
            Store.After = null;
        }

        public async Task<int> DrainAsync() => await Host.DrainAsync();

        /// <summary>Everything that is kept, but for what differs each time.</summary>
        public async Task<string> TellAsync(bool withTimes = true)
        {
            var before = (Store.Before, Store.After, Store.Calls.Length);
            NoTrouble();
            var lines = new List<string>();
            foreach (var profile in (await Door.ListAsync(new ProfileQuery())).Profiles.OrderBy(profile => profile.Identities[0].Value, StringComparer.Ordinal))
            {
                var customer = (await Host.Store.GetAsync(TenantId.Default, profile.Id, CancellationToken.None))!;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"v{profile.Version} {customer.IsSuppressed} {string.Join(',', profile.Identities.Select(identity => identity.Value))}"));
                lines.AddRange(profile.Values.Select(value => $"  {value.Field} {value.Key} = {Text(value.Value)} by {value.Provenance.By} {(withTimes ? value.Provenance.ObservedAt : null)}"));
                lines.AddRange(customer.Checks.OrderBy(check => check.Provider, StringComparer.Ordinal).Select(check => $"  {(withTimes ? check : check with { LastCheckAt = null, LastFailureAt = null })}"));
            }

            lines.AddRange((await Door.ProvidersAsync()).Select(status => status.ToString()));
            foreach (var identity in new[] { TestHost.AdasAddress, TestHost.IdentityOf("alan@example.net") })
            {
                lines.Add((await Host.Store.FindAsync(TenantId.Default, identity, CancellationToken.None))?.IsSuppressed.ToString() ?? "nobody");
            }

            (Store.Before, Store.After) = (before.Before, before.After);
            return string.Join('\n', lines);
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        private static string? Text(object? value) => value switch
        {
            PersonName name => name.Full,
            ProfileEmail email => email.Address.Value,
            Photo photo => photo.Url.AbsoluteUri,
            _ => value?.ToString(),
        };

        private void Set(Predicate<string> isHere, Trouble trouble, CancellationTokenSource cancel)
        {
            var here = false;
            Store.Before = name =>
            {
                here = isHere(name);
                if (here && trouble == Trouble.ThrowsBefore)
                {
                    throw new IOException("The disk is on fire.");
                }

                return here && trouble == Trouble.CancelledBefore ? cancel.CancelAsync() : Task.CompletedTask;
            };
            Store.After = async _ =>
            {
                if (!here)
                {
                    return;
                }

                here = false;
                if (trouble == Trouble.ThrowsAfter)
                {
                    throw new IOException("The disk is on fire.");
                }

                if (trouble is Trouble.CancelledAfter or Trouble.CancelledAfterAndToldSo)
                {
                    await cancel.CancelAsync();
                }

                if (trouble == Trouble.CancelledAfterAndToldSo)
                {
                    throw new OperationCanceledException(cancel.Token);
                }
            };
        }
    }
}
