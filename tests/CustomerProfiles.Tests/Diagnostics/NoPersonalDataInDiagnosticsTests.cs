using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Events;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Diagnostics;

public sealed class NoPersonalDataInDiagnosticsTests
{
    /// <summary>Whatever is personal holds this, and nothing else does.</summary>
    private const string Mark = "qzx";

    private static readonly HealthCheckContext HealthContext = new()
    {
        Registration = new HealthCheckRegistration(
            "health",
            _ => throw new NotSupportedException(),
            HealthStatus.Unhealthy,
            []
        ),
    };

    private static readonly string From = $"{Mark}-Name <{Mark}-box@{Mark}.example.com>";

    [Fact]
    public async Task No_log_line_metric_trace_or_exception_holds_a_name_an_address_a_note_or_what_a_provider_said()
    {
        var (tags, instruments, said) = (
            new ConcurrentQueue<string>(),
            new ConcurrentDictionary<string, bool>(),
            new List<string>()
        );
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CustomerProfilesDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
                tags.Enqueue(
                    $"{activity.DisplayName} {activity.StatusDescription} "
                        + $"{string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events)} "
                        + $"{string.Join(' ', activity.Baggage)}"
                ),
        };
        ActivitySource.AddActivityListener(activities);
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        var events = new Events.EventLog { OnEvent = (_, _) => throw new InvalidOperationException(Mark) };
        await using var host = events.Host(
            options => options.MaxAttempts = 2,
            delivery => delivery.MaxAttempts = 2,
            store,
            time
        );
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (
                    instrument.Meter.Name == CustomerProfilesDiagnostics.MeterName
                    && ReferenceEquals(instrument.Meter.Scope, host.Get<IMeterFactory>())
                )
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            instruments[instrument.Name] = true;
            foreach (var (key, value) in labels)
            {
                tags.Enqueue($"{instrument.Name} {key}={value}");
            }
        }

        meters.SetMeasurementEventCallback<long>((instrument, _, labels, _) => Measured(instrument, labels));
        meters.SetMeasurementEventCallback<double>((instrument, _, labels, _) => Measured(instrument, labels));
        meters.Start();

        // Every way that a check can end.
        var information = new PublicInformation
        {
            Name = $"{Mark} name",
            Company = $"{Mark} company",
            JobTitle = $"{Mark} job",
            Location = $"{Mark} location",
            Bio = $"{Mark} bio",
            Photo = new Photo(new Uri($"https://photos.example.com/{Mark}.jpg")),
            SocialProfiles = [new SocialProfile("github", new Uri($"https://social.example.com/{Mark}"), Mark)],
            Websites = [new Uri($"https://{Mark}.example.com/")],
        };
        host.Provider.Next(new ProviderResult.Matched(information))
            .Next(new ProviderResult.NoMatch())
            .Next(
                (request, _) =>
                    throw new InvalidOperationException(
                        $"{Mark}: no result for {request.Emails[0].Value}",
                        new IOException(Mark)
                    )
            )
            .Next(new ProviderResult.Pending(Duration.Zero))
            .Next(new ProviderResult.Pending(Duration.Zero));
        foreach (var failure in Enum.GetValues<ProviderFailure>())
        {
            host.Provider.Next(new ProviderResult.Failed(failure));
        }

        var id = default(CustomerId);
        for (var i = 0; i < 20; i++)
        {
            var outcome = await host.ReceiveAsync(From, id: $"conversation {i}");
            id = outcome.Profile!.Id;
            said.Add(
                $"{outcome} {outcome.Profile} {string.Join(' ', outcome.Profile.Values)} "
                    + $"{string.Join(' ', outcome.Checks)}"
            );
            await host.DrainAsync();
            host.PassTwoMonths();
        }

        // Cut off, dropped, timed out, and with a store that fails.
        var held = host.Provider.HoldNext();
        await host.ReceiveAsync(From);
        using (var stop = new CancellationTokenSource())
        {
            var cutOff = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
            await held.Arrived;
            await stop.CancelAsync();
            said.Add(
                (await cutOff.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>()).Which.ToString()
            );
        }

        held = host.Provider.HoldNext();
        var dropped = host.BeginDrain();
        await held.Arrived;
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);
        held.Release(new ProviderResult.Matched(information));
        await dropped;
        host.PassTwoMonths();
        held = host.Provider.HoldNext();
        await host.ReceiveAsync(From);
        var timedOut = host.BeginDrain();
        await held.Arrived;
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await timedOut;

        host.PassTwoMonths();
        await host.ReceiveAsync(From);
        var recorded = time.NextWaitOf(TimeSpan.FromMilliseconds(250));
        var once = true;
        store.Before = call =>
        {
            if (once && call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                once = false;
                throw new IOException($"{Mark} could not be written");
            }

            return Task.CompletedTask;
        };
        var faulty = host.BeginDrain();
        await recorded;
        time.Advance(TimeSpan.FromMilliseconds(250));
        await faulty;
        store.Before = null;

        // Results from outside before and after the wait for them was recorded, withheld, paused, and with the budget
        // exhausted.
        var results = host.Get<IProviderCallbacks>();
        host.PassTwoMonths();
        host.Provider.Next(
            async (request, _) =>
            {
                said.Add(
                    $"{request} {request.Callback} "
                        + $"{await results.CompleteAsync(request.Callback!, new ProviderResult.Matched(information))}"
                );
                return new ProviderResult.CallbackExpected(Duration.FromHours(1));
            }
        );
        await host.ReceiveAsync(From);
        await host.DrainAsync();
        host.PassTwoMonths();
        host.Provider.Next(new ProviderResult.CallbackExpected(Duration.FromHours(1)));
        await host.ReceiveAsync(From);
        await host.DrainAsync();
        var callback = host.Provider.Questions.Last().Callback!;
        foreach (
            var misuse in new Func<Task>[]
            {
                () => results.CompleteAsync(callback, new ProviderResult.Pending(Duration.Zero)).AsTask(),
                () =>
                    results
                        .CompleteAsync(callback with { Provider = "unheard" }, new ProviderResult.Matched(information))
                        .AsTask(),
            }
        )
        {
            said.Add((await misuse.Should().ThrowAsync<ArgumentException>()).Which.ToString());
        }

        said.Add(
            $"{callback} {await results.CompleteAsync(callback, new ProviderResult.Withheld())} "
                + $"{new ProviderResult.Withheld()}"
        );
        await host.Profiles.UnsuppressAsync(id, TestHost.Kim);
        host.PassTwoMonths();
        host.Provider.Budget = new ProviderBudget(perDay: 0, perMonth: null);
        await host.ReceiveAsync(From);
        await host.DrainAsync();
        said.Add($"{(await host.Profiles.GetSidebarAsync(id))!.Providers[0]}");
        var healthCheck = new ProviderHealthCheck(host.Get<ProviderRegistry>(), host.Get<CheckBudget>());
        said.Add($"{(await healthCheck.CheckHealthAsync(HealthContext)).Description}");
        host.Provider.Budget = null;
        await host.DrainAsync();
        said.Add(
            $"{await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim)} "
                + $"{await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim)}"
        );

        // The other calls of the entry point, and every way to misuse it with something personal.
        var edit = (await host.ReadAsync(id)).Edit(Actor.Agent($"{Mark}@example.com"));
        (edit.Notes, edit.JobTitle, edit.Photo) = (
            $"{Mark} note",
            $"{Mark}\u0001 job",
            new Photo(new Uri($"https://photos.example.com/{Mark}.jpg"))
        );
        said.Add($"{await host.Profiles.SaveAsync(edit)} {edit} {edit.By}");
        await host.EditAsync(id, draft => draft.Notes = $"{Mark} note");
        said.Add($"{await host.Profiles.ClearPhotoAsync(id, Actor.Agent($"{Mark}@example.com"))}");
        said.Add($"{await host.Profiles.DisableProviderAsync($"{Mark}@example.com", TestHost.Kim)}");
        said.Add(
            $"{await host.Profiles.GetSidebarAsync(id)} {TestHost.IdentityOf($"{Mark}@example.com")} "
                + $"{Identity.Phone("+44 20 7946 0000")} {Identity.Chat("irc", Mark)}"
        );
        var wanted = new NewProfile
        {
            Name = $"{Mark} name",
            Emails = [new ProfileEmail($"{Mark}-new@example.com")],
            Identities = [Identity.External(Mark)],
            JobTitle = $"{Mark}\u0001 job",
        };
        said.Add($"{wanted} {await host.Profiles.CreateAsync(wanted, Actor.Agent($"{Mark}@example.com"))}");
        var rows = new[]
        {
            wanted,
            new NewProfile { Emails = wanted.Emails },
        }.Select(profile => new ImportRow { Id = Mark, Profile = profile });
        await foreach (
            var result in host.Profiles.ImportAsync(
                rows.Concat(rows).ToAsyncEnumerable(),
                new ImportOptions { System = "old-crm" }
            )
        )
        {
            said.Add($"{result} {result.Row} {result.Outcome}");
        }

        said.Add(
            $"{await host.Profiles.FindOrCreateAsync(Identity.External(Mark), new NewProfile(), TestHost.Kim)} "
                + $"{await host.Profiles.CheckNowAsync(id, FakeProvider.DefaultName, TestHost.Kim)}"
        );
        var export = (await host.Profiles.Privacy.ExportAsync(id))!;
        export.ToJson().Should().Contain(Mark);
        said.Add($"{export} {ImportRow.FromExport(export.ToJson())}");
        foreach (var entry in (await host.Profiles.History.GetAsync(id))!.Entries)
        {
            said.Add($"{entry} {string.Join(' ', entry.Values)}");
            var drafted = await host.Profiles.History.DraftRevertAsync(
                id,
                entry.Number,
                RevertScope.EverythingSince,
                Actor.Agent($"{Mark}@example.com")
            );
            said.Add($"{drafted} {string.Join(' ', ((RevertOutcome.Drafted)drafted).Conflicts)}");
        }

        var stored = (await ((IHistoryStore)host.Store).GetHistoryAsync(default, id, default))!;
        said.AddRange(stored.Changes.Select(kept => $"{kept.Change} {string.Join(' ', kept.Change.Values)}"));
        said.AddRange(await DeclinedAsync(host));
        said.AddRange(await MergedAndErasedAsync(host, id));
        foreach (
            var misuse in new Action[]
            {
                () => _ = new Conversation(new string('x', 2_000) + Mark, From, host.Now),
                () => _ = Identity.Phone(Mark),
                () => edit.CaseReference = Mark + "\u0001",
                () => ImportRow.FromExport($"{{\"{Mark}"),
                () => ImportRow.FromExport($"{{\"format\":\"{Mark}\"}}"),
                () => ChangeSerializer.Deserialize($"{{\"{Mark}"),
                () => EventSerializer.Deserialize($"{{\"{Mark}", TenantId.Default, id, 1),
                () => _ = Identity.External(Mark + "\u0001"),
                () => _ = Identity.Chat($"{Mark}:{Mark}", Mark),
                () =>
                    _ = new FieldValue(
                        ProfileField.Photo,
                        "",
                        Mark,
                        new Provenance(ProvenanceSource.Agent, Mark, host.Now)
                    ),
            }
        )
        {
            said.Add(misuse.Should().Throw<Exception>().Which.ToString());
        }

        said.AddRange(await EventsAsync(host));
        meters.RecordObservableInstruments();
        foreach (var line in host.Logs.GetSnapshot())
        {
            line.Exception.Should().BeNull("an exception's message may hold anything");
            said.Add(
                $"{line.Category} {line.Message} {string.Join(' ', line.StructuredState ?? [])} "
                    + $"{string.Join(' ', line.Scopes)}"
            );
        }

        host.Logs.GetSnapshot()
            .Select(line => line.Id.Id)
            .Distinct()
            .Should()
            .Contain([1001, 1002, 1003, 1005, 1006, 1008, 1010, 1011, 1012, 1018, 1019], "all these paths were driven");
        instruments
            .Keys.Should()
            .BeEquivalentTo(
                [
                    CustomerProfilesDiagnostics.Conversations,
                    CustomerProfilesDiagnostics.ConversationDuration,
                    CustomerProfilesDiagnostics.Edits,
                    CustomerProfilesDiagnostics.ChecksRequested,
                    CustomerProfilesDiagnostics.ChecksNotMade,
                    CustomerProfilesDiagnostics.Checks,
                    CustomerProfilesDiagnostics.CheckDuration,
                    CustomerProfilesDiagnostics.ChecksUnderWay,
                    CustomerProfilesDiagnostics.ChecksPending,
                    CustomerProfilesDiagnostics.ResultsDropped,
                    CustomerProfilesDiagnostics.Events,
                ],
                "all but a lost lease came up"
            );
        tags.Should()
            .Contain(
                tag =>
                    tag.StartsWith("customerprofiles.check provider", StringComparison.Ordinal)
                    || tag.Contains("[provider, fake]", StringComparison.Ordinal),
                "traces were listened to"
            );
        tags.Should().NotContain(tag => tag.Contains($"{id}"), "ids of customers are in log lines alone");
        said.Concat(tags)
            .Should()
            .NotContain(text =>
                text.Contains(Mark, StringComparison.OrdinalIgnoreCase)
                && !text.Contains($"*@{Mark}", StringComparison.Ordinal)
            );
        host.Provider.Questions.Should().OnlyContain(request => !request.ToString().Contains(Mark));
    }

    /// <summary>Merges, separates and erases, with something personal everywhere.</summary>
    private static async Task<string[]> MergedAndErasedAsync(TestHost host, CustomerId id)
    {
        var by = Actor.Agent($"{Mark}@example.com");
        var other = (await host.ReceiveAsync($"{Mark} <{Mark}-other@example.com>")).Profile!;
        var request = new MergeRequest
        {
            From = other.Id,
            Into = id,
            CaseReference = Mark,
        };
        var preview = ((MergePreviewOutcome.Planned)await host.Profiles.Merging.PreviewAsync(request)).Preview;
        var merged = (MergeOutcome.Merged)await host.Profiles.Merging.MergeAsync(request, by);
        var merges = (IMergingStore)host.Store;
        var stored = (await merges.GetMergeAsync(default, merged.Merge, default))!;
        var choice = new MergeChoice { Field = ProfileField.Custom(Mark), Keep = MergeSource.From };
        var invalid = new MergeRequest
        {
            From = merged.Profile.Id,
            Into = (await host.ReceiveAsync($"{Mark}-third@example.com")).Profile!.Id,
            Choices = [choice],
        };
        return
        [
            $"{request} {preview} {preview.Result} {string.Join(' ', preview.Entries)}",
            $"{merged} {merged.Merge} {stored} {stored.Sides.From} {stored.Sides.Into}",
            $"{invalid} {await host.Profiles.Merging.MergeAsync(invalid, by)}",
            $"{await host.Profiles.Merging.ResolveAsync(other.Id)}",
            $"{await host.Profiles.Merging.UnmergeAsync(merged.Merge, by, Mark)}",
            $"{await host.Profiles.Privacy.EraseAsync(other.Id, by)}",
            $"{await host.Profiles.Merging.ResolveAsync(other.Id)}",
        ];
    }

    /// <summary>The events of all that was done, with a handler that fails until they stop.</summary>
    private static async Task<string[]> EventsAsync(TestHost host)
    {
        var runner = host.Get<ICustomerEventRunner>();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await runner.DrainAsync().AsTask().Soon();
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        var health = await new EventHealthCheck(host.Store).CheckHealthAsync(HealthContext);
        var stopped = await runner.GetStoppedAsync();
        stopped.Should().NotBeEmpty();
        return [health.Description!, .. stopped.Select(each => $"{each} {each.Event}")];
    }

    private static async Task<List<string>> DeclinedAsync(TestHost host)
    {
        var said = new List<string>();
        foreach (
            var from in new[]
            {
                $"{Mark} without an address",
                $"{Mark}-noreply@example.com",
                $"no-reply+{Mark}@example.com",
            }
        )
        {
            var declined = (await host.ReceiveAsync(from)).Should().BeOfType<ConversationOutcome.Declined>().Subject;
            said.Add($"{declined} {declined.Explanation} {string.Join(' ', declined.Warnings)}");
        }

        return said;
    }
}
