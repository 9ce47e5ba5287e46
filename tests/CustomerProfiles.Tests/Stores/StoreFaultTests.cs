using System.Globalization;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;
using CustomerProfiles.Tests.Privacy;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>
/// Every method of the entry point, with a fault at every one of its calls to the store: the call never happens, or it
/// happens and the caller never learns of it, by an exception or by cancellation. Then nothing may be half-written, and
/// calling again must lead to where a faultless call leads, at no more requests to the provider.
/// </summary>
public sealed class StoreFaultTests
{
    private static readonly Dictionary<string, Func<Stage, CancellationToken, Task>> Stories = new()
    {
        ["a first message"] = (stage, cancel) =>
            stage
                .Profiles.ConversationReceivedAsync(
                    new Conversation("new", "Grace Hopper <grace@example.org>", stage.Now),
                    cancel
                )
                .AsTask(),
        ["a first composed message"] = (stage, cancel) =>
            stage
                .Profiles.ConversationComposedAsync(
                    new ComposedConversation("new", "grace@example.org", stage.Now),
                    cancel
                )
                .AsTask(),
        ["a due message"] = (stage, cancel) =>
            stage.Profiles.ConversationReceivedAsync(new Conversation("new", TestHost.Ada, stage.Now), cancel).AsTask(),
        ["a composed message"] = (stage, cancel) =>
            stage
                .Profiles.ConversationComposedAsync(new ComposedConversation("new", TestHost.Ada, stage.Now), cancel)
                .AsTask(),
        ["creating by hand"] = (stage, cancel) =>
            stage
                .Profiles.CreateAsync(
                    new NewProfile { Emails = [new ProfileEmail("grace@example.org")], Company = "Navy" },
                    TestHost.Kim,
                    cancel
                )
                .AsTask(),
        ["finding or creating"] = (stage, cancel) =>
            stage
                .Profiles.FindOrCreateAsync(Identity.External("crm:1"), new NewProfile(), TestHost.Kim, cancel)
                .AsTask(),
        ["importing"] = (stage, cancel) =>
            stage
                .Profiles.ImportAsync(
                    new[] { "ada@example.com", "grace@example.org" }
                        .Select(address => new ImportRow
                        {
                            Profile = new NewProfile { Notes = "Imported.", Emails = [new ProfileEmail(address)] },
                        })
                        .ToAsyncEnumerable(),
                    new ImportOptions { System = "old-crm" },
                    cancel
                )
                .ToArrayAsync(cancel)
                .AsTask(),
        ["asking now"] = (stage, cancel) =>
            stage.Profiles.CheckNowAsync(stage.Ada.Id, FakeProvider.DefaultName, TestHost.Kim, cancel).AsTask(),
        ["an edit"] = (stage, cancel) => stage.Profiles.SaveAsync(stage.Edit(), cancel).AsTask(),
        ["clearing the photo"] = (stage, cancel) =>
            stage.Profiles.ClearPhotoAsync(stage.Ada.Id, TestHost.Kim, cancel).AsTask(),
        ["giving back the photo"] = (stage, cancel) =>
            stage.Profiles.ResetPhotoAsync(stage.Alan.Id, TestHost.Kim, cancel).AsTask(),
        ["disabling"] = (stage, cancel) =>
            stage.Profiles.DisableProviderAsync(FakeProvider.DefaultName, TestHost.Kim, cancel).AsTask(),
        ["enabling"] = (stage, cancel) => stage.Profiles.EnableProviderAsync("off", TestHost.Kim, cancel).AsTask(),
        ["suppressing a customer"] = (stage, cancel) =>
            stage.Profiles.SuppressAsync(stage.Ada.Id, TestHost.Kim, cancel).AsTask(),
        ["suppressing an address"] = (stage, cancel) =>
            stage.Profiles.SuppressAsync(TestHost.AdasAddress, cancel).AsTask(),
        ["lifting from a customer"] = (stage, cancel) =>
            stage.Profiles.UnsuppressAsync(stage.Alan.Id, TestHost.Kim, cancel).AsTask(),
        ["lifting from an address"] = (stage, cancel) =>
            stage.Profiles.UnsuppressAsync(TestHost.IdentityOf("alan@example.net"), cancel).AsTask(),
        ["reading by id"] = (stage, cancel) => stage.Profiles.GetAsync(stage.Ada.Id, cancel).AsTask(),
        ["reading by address"] = (stage, cancel) => stage.Profiles.FindAsync(TestHost.AdasAddress, cancel).AsTask(),
        ["listing"] = (stage, cancel) => stage.Profiles.ListAsync(new ProfileQuery(), cancel).AsTask(),
        ["searching"] = (stage, cancel) =>
            stage.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ada" }, cancel).AsTask(),
        ["counting"] = (stage, cancel) =>
            stage.Profiles.CountAsync(new ProfileSearchQuery { Text = "ada" }, cancellationToken: cancel).AsTask(),
        ["removing what is old"] = (stage, cancel) =>
            stage.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim, cancellationToken: cancel).AsTask(),
        ["exporting"] = (stage, cancel) =>
            stage.Profiles.Privacy.ExportAsync(stage.Ada.Id, cancellationToken: cancel).AsTask(),
        ["exporting by identity"] = (stage, cancel) =>
            stage.Profiles.Privacy.ExportAsync(stage.Ada.Identities[0], cancellationToken: cancel).AsTask(),
        ["the history"] = (stage, cancel) =>
            stage.Profiles.History.GetAsync(stage.Ada.Id, cancellationToken: cancel).AsTask(),
        ["an earlier version"] = (stage, cancel) =>
            stage.Profiles.History.GetVersionAsync(stage.Ada.Id, 1, cancel).AsTask(),
        ["drafting a revert"] = (stage, cancel) =>
            stage
                .Profiles.History.DraftRevertAsync(stage.Ada.Id, 1, RevertScope.OneChange, TestHost.Kim, cancel)
                .AsTask(),
        ["forgetting a field in the history"] = (stage, cancel) =>
            stage.Profiles.History.RedactAsync(stage.Ada.Id, ProfileField.Location, cancel).AsTask(),
        ["where an id leads"] = (stage, cancel) => stage.Profiles.Merging.ResolveAsync(stage.Ada.Id, cancel).AsTask(),
        ["previewing a merge"] = (stage, cancel) => stage.Profiles.Merging.PreviewAsync(stage.Request, cancel).AsTask(),
        ["merging"] = (stage, cancel) =>
            stage.Profiles.Merging.MergeAsync(stage.Request, TestHost.Kim, cancel).AsTask(),
        ["undoing a merge"] = (stage, cancel) =>
            stage.Profiles.Merging.UnmergeAsync(stage.Merge, TestHost.Kim, cancellationToken: cancel).AsTask(),
        ["suggesting duplicates"] = (stage, cancel) =>
            stage.Profiles.Merging.FindDuplicatesAsync(stage.Ada.Id, cancel).AsTask(),
        ["saying who is no duplicate"] = (stage, cancel) =>
            stage
                .Profiles.Merging.MarkNotDuplicatesAsync(stage.Request.From, stage.Request.Into, TestHost.Kim, cancel)
                .AsTask(),
        ["indexing duplicates"] = (stage, cancel) => stage.Profiles.Merging.IndexDuplicatesAsync(cancel).AsTask(),
        ["the merges"] = (stage, cancel) => stage.Profiles.Merging.GetMergesAsync(stage.Ada.Id, cancel).AsTask(),
        ["erasing"] = (stage, cancel) =>
            stage.Profiles.Privacy.EraseAsync(stage.Ada.Id, TestHost.Kim, cancellationToken: cancel).AsTask(),
        ["replaying an erasure"] = (stage, cancel) =>
            stage.Profiles.Privacy.ReplayErasuresAsync(new[] { stage.ReceiptOfAda() }.OneByOne(), cancel).AsTask(),
        ["allowing an address"] = (stage, cancel) =>
            stage.Profiles.Privacy.AllowAsync(TestHost.IdentityOf("erased@example.com"), cancel).AsTask(),
        ["the sidebar"] = (stage, cancel) => stage.Profiles.GetSidebarAsync(stage.Ada.Id, cancel).AsTask(),
        ["forgetting a provider of one"] = (stage, cancel) =>
            stage
                .Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, stage.Ada.Id, TestHost.Kim, cancel)
                .AsTask(),
        ["forgetting a provider of all"] = (stage, cancel) =>
            stage.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim, cancel).AsTask(),
        ["the definitions of properties"] = (stage, cancel) => stage.Profiles.Properties.GetAsync(cancel).AsTask(),
        ["defining a property"] = (stage, cancel) =>
            stage
                .Profiles.Properties.DefineAsync(PropertyDefinition.Text("motto", "Motto"), TestHost.Kim, cancel)
                .AsTask(),
        ["the providers"] = (stage, cancel) => stage.Profiles.GetProvidersAsync(cancel).AsTask(),
    };

    public static TheoryData<string, StoreFault> EveryStoryWithEveryFault
    {
        get
        {
            var data = new TheoryData<string, StoreFault>();
            foreach (var story in Stories.Keys)
            {
                foreach (var fault in Enum.GetValues<StoreFault>())
                {
                    data.Add(story, fault);
                }
            }

            return data;
        }
    }

    public enum StoreFault
    {
        ThrowsBefore,
        ThrowsAfter,
        CancelledBefore,
        CancelledAfter,
        CancelledAfterAndReported,
    }

    [Fact]
    public void Every_asynchronous_method_of_the_entry_point_has_a_case()
    {
        Type[] entryPoints =
        [
            typeof(ICustomerProfiles),
            typeof(IProfileHistory),
            typeof(IProfileMerging),
            typeof(IProfilePrivacy),
            typeof(IProfileProperties),
        ];
        var methods = entryPoints
            .SelectMany(type => type.GetMethods())
            .Count(method => method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal));
        methods.Should().Be(43, "who adds a method adds its story here");
    }

    [Theory]
    [MemberData(nameof(EveryStoryWithEveryFault))]
    public async Task Nothing_is_half_written_and_calling_again_leads_to_the_same_end(string story, StoreFault fault)
    {
        var act = Stories[story];
        await using var faultless = await Stage.SetAsync();
        var atFirst = await faultless.TellAsync();
        faultless.Store.ClearCalls();
        await act(faultless, CancellationToken.None);
        var calls = faultless.Store.Calls.Length;
        var inTheEnd = await faultless.TellAsync();
        var lookups = await faultless.DrainAsync();
        calls.Should().BeGreaterThan(0);

        for (var faulty = 1; faulty <= calls; faulty++)
        {
            await using var stage = await Stage.SetAsync();
            (await stage.TellAsync()).Should().Be(atFirst);
            using var cancel = new CancellationTokenSource();
            stage.FaultAt(faulty, fault, cancel);
            Exception? thrown = null;
            try
            {
                await act(stage, cancel.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                thrown = exception;
            }

            if (fault is StoreFault.CancelledAfter && faulty == calls)
            {
                thrown.Should().BeNull("there was nothing left to cancel");
            }
            else
            {
                thrown
                    .Should()
                    .BeOfType(
                        fault is StoreFault.ThrowsBefore or StoreFault.ThrowsAfter
                            ? typeof(IOException)
                            : typeof(OperationCanceledException)
                    );
            }

            stage.NoFault();
            if (calls == 1 && fault is StoreFault.ThrowsBefore or StoreFault.CancelledBefore && faulty == 1)
            {
                (await stage.TellAsync()).Should().Be(atFirst, "the only call of the story never happened");
            }

            await act(stage, CancellationToken.None);
            (await stage.TellAsync()).Should().Be(inTheEnd);
            (await stage.DrainAsync()).Should().Be(lookups);
        }
    }

    [Theory]
    [MemberData(nameof(EveryStory))]
    public async Task A_call_that_is_cancelled_before_it_begins_writes_nothing(string story)
    {
        await using var stage = await Stage.SetAsync();
        var before = await stage.TellAsync();
        await stage
            .Invoking(_ => Stories[story](stage, new CancellationToken(canceled: true)))
            .Should()
            .ThrowAsync<OperationCanceledException>();
        (await stage.TellAsync()).Should().Be(before);
    }

    public static TheoryData<string> EveryStory => [.. Stories.Keys];

    [Theory]
    [InlineData(nameof(ICustomerProfileStore.ClaimNextCheckAsync), StoreFault.ThrowsBefore)]
    [InlineData(nameof(ICustomerProfileStore.ClaimNextCheckAsync), StoreFault.ThrowsAfter)]
    public async Task A_check_is_put_once_although_the_store_fails_when_it_is_claimed(string call, StoreFault fault)
    {
        await using var stage = await Stage.SetAsync();
        await Stories["a due message"](stage, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        stage.FaultAt(call, fault, cancel);
        await stage.Invoking(_ => stage.DrainAsync()).Should().ThrowAsync<IOException>();
        stage.NoFault();
        if (fault == StoreFault.ThrowsAfter)
        {
            (await stage.DrainAsync()).Should().Be(0, "the claim was made, whoever heard of it");
            stage.Host.Time.Advance(TimeSpan.FromMinutes(2));
        }

        (await stage.DrainAsync()).Should().Be(1);
    }

    [Theory]
    [InlineData("matched", StoreFault.ThrowsBefore)]
    [InlineData("matched", StoreFault.ThrowsAfter)]
    [InlineData("no match", StoreFault.ThrowsBefore)]
    [InlineData("no match", StoreFault.ThrowsAfter)]
    [InlineData("failed", StoreFault.ThrowsBefore)]
    [InlineData("failed", StoreFault.ThrowsAfter)]
    [InlineData("queued", StoreFault.ThrowsBefore)]
    [InlineData("queued", StoreFault.ThrowsAfter)]
    public async Task A_result_is_recorded_once_although_the_store_fails_meanwhile(string kind, StoreFault fault)
    {
        async Task<string> TellAsync(StoreFault? of)
        {
            await using var stage = await Stage.SetAsync();
            await Stories["a due message"](stage, CancellationToken.None);
            stage.Host.Provider.Next(
                kind switch
                {
                    "matched" => new ProviderResult.Matched(FakeProvider.Ada(location: "Surrey")),
                    "no match" => new ProviderResult.NoMatch(),
                    "failed" => new ProviderResult.Failed(ProviderFailure.Unavailable),
                    _ => new ProviderResult.Pending(Duration.FromHours(1)),
                }
            );
            using var cancel = new CancellationTokenSource();
            var delay = TimeSpan.FromMilliseconds(250);
            var trying = stage.Host.Time.NextWaitOf(delay);
            if (of is { } fault)
            {
                stage.FaultAt(
                    kind is "matched" or "no match"
                        ? nameof(ICustomerProfileStore.CompleteCheckAsync)
                        : nameof(ICustomerProfileStore.ReleaseCheckAsync),
                    fault,
                    cancel
                );
            }

            var drain = stage.Host.BeginDrain();
            if (of is not null)
            {
                await trying;
                stage.Host.Time.Advance(delay);
            }

            (await drain).Should().Be(1);
            stage.NoFault();
            (await stage.DrainAsync()).Should().Be(0);
            return await stage.TellAsync(withTimes: false);
        }

        (await TellAsync(fault)).Should().Be(await TellAsync(of: null));
    }

    [Fact]
    public async Task A_cancelled_check_is_released_although_the_store_fails_at_first()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var stage = await Stage.SetAsync();
            await Stories["a due message"](stage, CancellationToken.None);
            var held = stage.Host.Provider.HoldNext();
            using var stop = new CancellationTokenSource();
            stage.FaultAt(nameof(ICustomerProfileStore.ReleaseCheckAsync), StoreFault.ThrowsBefore, stop);
            var trying = stage.Host.Time.NextWaitOf(TimeSpan.FromMilliseconds(250));
            var drain = stage.Host.Checks.DrainAsync(stop.Token).AsTask().Soon();
            await held.Arrived;
            await stop.CancelAsync();
            await trying;
            stage.NoFault();
            stage.Host.Time.Advance(TimeSpan.FromMilliseconds(250));
            await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

            (await stage.DrainAsync()).Should().Be(1);
        });
    }

    /// <summary>
    /// Two customers who are due: Ada, and Alan without a name, who is suppressed by id and whose photo is cleared.
    /// </summary>
    private sealed class Stage : IAsyncDisposable
    {
        private ProfileEdit? _edit;

        private Stage(TestHost host, FaultInjectingStore store)
        {
            Host = host;
            Store = store;
        }

        public TestHost Host { get; }

        public FaultInjectingStore Store { get; }

        public ICustomerProfiles Profiles => Host.Profiles;

        public Instant Now => Host.Now;

        public CustomerProfile Ada { get; private set; } = null!;

        public CustomerProfile Alan { get; private set; } = null!;

        /// <summary>A merge that can be undone.</summary>
        public MergeId Merge { get; private set; }

        /// <summary>A merge that can be made.</summary>
        public MergeRequest Request => new() { From = Alan.Id, Into = Ada.Id };

        public static async Task<Stage> SetAsync()
        {
            var time = new TestTime(TestHost.Start);
            var store = new FaultInjectingStore(
                new InMemoryCustomerProfileStore(time, SearchableProperties.None, MatchKeys.Default)
            );
            var host = new TestHost(
                options =>
                {
                    options.SuggestDuplicates = true;
                    options.DefinePropertiesPerTenant = true;
                    options.AddKeys(("2026", ErasingSteps.Secret));
                },
                store: store,
                time: time,
                providers: [new FakeProvider(), new FakeProvider("off")]
            );
            await host.SetEnabledAsync(isEnabled: false, "off");
            var stage = new Stage(host, store) { Ada = await host.CheckedAsync(conversation: "first") };
            host.Provider.Next(new ProviderResult.Matched(new PublicInformation { Name = "A. M. Turing" }));
            stage.Alan = await host.CheckedAsync("alan@example.net", "second");
            await host.Profiles.ClearPhotoAsync(stage.Alan.Id, TestHost.Kim);
            await host.Profiles.SuppressAsync(stage.Alan.Id, TestHost.Kim);
            host.PassTwoMonths();
            var mary = await host.CreatedAsync(new NewProfile { Emails = [new ProfileEmail("mary@example.com")] });
            var twice = await host.CreatedAsync(new NewProfile { Emails = [new ProfileEmail("mary@example.org")] });
            stage.Merge = (await host.MergedAsync(twice.Id, mary.Id)).Merge;
            var erased = await host.CreatedAsync(new NewProfile { Emails = [new ProfileEmail("erased@example.com")] });
            await host.ErasedAsync(erased.Id, ErasedIdentities.DoNotKeep);
            store.ClearCalls();
            return stage;
        }

        /// <summary>A receipt from before a restored backup.</summary>
        public ErasureReceipt ReceiptOfAda() =>
            new()
            {
                Id = Guid.Parse("0198f2a4-6c1e-7b3a-9d5e-2f4a6b8c0d1e"),
                Customers = [Ada.Id],
                At = TestHost.Start,
                By = "kim",
                Identities = 1,
                Conversations = 1,
                Changes = 0,
                Providers = [],
                Marks = [],
            };

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

        public void FaultAt(int number, StoreFault fault, CancellationTokenSource cancel)
        {
            Store.ClearCalls();
            Set(_ => Store.Calls.Length == number, fault, cancel);
        }

        /// <summary>A fault at the first call of this name.</summary>
        public void FaultAt(string call, StoreFault fault, CancellationTokenSource cancel)
        {
            var once = true;
            Set(
                name =>
                {
                    var now = once && name == call;
                    once &= !now;
                    return now;
                },
                fault,
                cancel
            );
        }

        public void NoFault()
        {
            Store.Before = null;
            Store.After = null;
        }

        public async Task<int> DrainAsync() => await Host.DrainAsync();

        /// <summary>Everything that is kept, but for what differs each time.</summary>
        public async Task<string> TellAsync(bool withTimes = true)
        {
            var before = (Store.Before, Store.After, Store.Calls.Length);
            NoFault();
            var lines = new List<string>();
            foreach (
                var profile in (await Profiles.ListAsync(new ProfileQuery())).Profiles.OrderBy(
                    profile => profile.Identities[0].Value,
                    StringComparer.Ordinal
                )
            )
            {
                var customer = (await Host.Store.GetAsync(TenantId.Default, profile.Id, CancellationToken.None))!;
                lines.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"v{profile.Version} {customer.IsSuppressed} "
                            + $"{string.Join(',', profile.Identities.Select(identity => identity.Value))}"
                    )
                );
                var history = (await Profiles.History.GetAsync(profile.Id))!;
                lines.AddRange(
                    history.Entries.Select(entry =>
                        $"  {entry.Number} v{entry.Version} {entry.Kind} "
                        + string.Join(',', entry.Values.Select(value => $"{value.Field} {value.Before?.Text}"))
                    )
                );
                lines.AddRange(
                    profile.Values.Select(value =>
                        $"  {value.Field} {value.Key} = {Text(value.Value)} by {value.Provenance.By} "
                        + $"{(withTimes ? value.Provenance.ObservedAt : null)}"
                    )
                );
                lines.AddRange(
                    customer
                        .Checks.OrderBy(check => check.Provider, StringComparer.Ordinal)
                        .Select(check =>
                            $"  {(withTimes ? check : check with { LastCheckAt = null, LastFailureAt = null })}"
                        )
                );
            }

            lines.AddRange((await Profiles.GetProvidersAsync()).Select(status => status.ToString()));
            lines.AddRange((await Profiles.Properties.GetAsync()).Select(definition => $"defined: {definition}"));
            foreach (var identity in new[] { TestHost.AdasAddress, TestHost.IdentityOf("alan@example.net") })
            {
                lines.Add(
                    (
                        await Host.Store.FindAsync(TenantId.Default, identity, CancellationToken.None)
                    )?.IsSuppressed.ToString() ?? "nobody"
                );
            }

            (Store.Before, Store.After) = (before.Before, before.After);
            return string.Join('\n', lines);
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        private static string? Text(object? value) =>
            value switch
            {
                PersonName name => name.Full,
                ProfileEmail email => email.Address.Value,
                Photo photo => photo.Url.AbsoluteUri,
                _ => value?.ToString(),
            };

        private void Set(Predicate<string> isHere, StoreFault fault, CancellationTokenSource cancel)
        {
            var here = false;
            Store.Before = name =>
            {
                here = isHere(name);
                if (here && fault == StoreFault.ThrowsBefore)
                {
                    throw new IOException("The disk is on fire.");
                }

                return here && fault == StoreFault.CancelledBefore ? cancel.CancelAsync() : Task.CompletedTask;
            };
            Store.After = async _ =>
            {
                if (!here)
                {
                    return;
                }

                here = false;
                if (fault == StoreFault.ThrowsAfter)
                {
                    throw new IOException("The disk is on fire.");
                }

                if (fault is StoreFault.CancelledAfter or StoreFault.CancelledAfterAndReported)
                {
                    await cancel.CancelAsync();
                }

                if (fault == StoreFault.CancelledAfterAndReported)
                {
                    throw new OperationCanceledException(cancel.Token);
                }
            };
        }
    }
}
