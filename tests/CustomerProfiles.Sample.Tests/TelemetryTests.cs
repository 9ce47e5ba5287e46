using System.Text.Json;
using System.Text.RegularExpressions;
using CustomerProfiles.FullContact;
using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Stores;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample.Tests;

/// <summary>
/// What <c>--telemetry</c> says is what the run itself says, what the provider counted, and nothing about anybody.
/// </summary>
[Collection(FirstRunCollection.Name)]
public sealed partial class TelemetryTests(FirstRun first, WatchedImport import) : IClassFixture<WatchedImport>
{
    private static readonly StoreChoice InMemory = new(InMemory: true);

    [Fact]
    public void What_is_counted_over_the_bundled_mailbox_is_what_the_run_reports_and_what_the_simulator_counted()
    {
        var (telemetry, totals, simulator) = (
            import.Report.TelemetryTotals!,
            import.Report.RunTotals!,
            import.Simulator
        );

        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=created")
            .Should()
            .Be(totals.Created)
            .And.Be(38);
        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=existing")
            .Should()
            .Be(totals.Existing)
            .And.BePositive();
        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=declined")
            .Should()
            .Be(totals.Declined.Values.Sum())
            .And.BePositive();
        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=declined", "reason=no-address")
            .Should()
            .Be(totals.Declined[DeclineReason.NoAddress]);
        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=declined", "reason=no-reply")
            .Should()
            .Be(totals.Declined[DeclineReason.NoReply]);
        Value(telemetry, CustomerProfilesDiagnostics.Conversations, "outcome=declined", "reason=automatic")
            .Should()
            .Be(totals.Declined[DeclineReason.Automatic]);
        Value(telemetry, CustomerProfilesDiagnostics.ConversationDuration)
            .Should()
            .Be(totals.Received + totals.Composed);
        Value(telemetry, CustomerProfilesDiagnostics.ChecksRequested, "reason=first-check")
            .Should()
            .Be(totals.Decisions[CheckReason.FirstCheck]);
        Value(telemetry, CustomerProfilesDiagnostics.ChecksRequested, "reason=due")
            .Should()
            .Be(totals.Decisions[CheckReason.Due]);
        Value(telemetry, CustomerProfilesDiagnostics.ChecksNotMade)
            .Should()
            .Be(
                totals
                    .Decisions.Where(one => one.Key is not (CheckReason.FirstCheck or CheckReason.Due))
                    .Sum(one => one.Value)
            );

        var matches =
            Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=matched")
            + Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=nothing-to-show");
        matches.Should().Be(totals.Matched).And.Be(simulator.BilledMatches).And.Be(simulator.ResultsByStatus[200]);
        Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=no-match")
            .Should()
            .Be(totals.NoMatch)
            .And.Be(simulator.ResultsByStatus[404]);
        Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=queued")
            .Should()
            .Be(simulator.ResultsByStatus[202]);
        Value(telemetry, FullContactDefaults.RateDelayInstrument)
            .Should()
            .Be(simulator.Calls, "each answer tells the delay");
        Value(telemetry, CustomerProfilesDiagnostics.CheckDuration)
            .Should()
            .Be(Value(telemetry, CustomerProfilesDiagnostics.Checks));
        Events(telemetry, 1001).Should().Be(totals.ChecksMade);
        Events(telemetry, 1002)
            .Should()
            .Be((int)Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=failed"));
        (Events(telemetry, 2000) + Events(telemetry, 2015))
            .Should()
            .Be(simulator.Calls, "what was not tried again is the answer");
        telemetry.Events.Should().OnlyContain(one => one.Name != null);

        Series(telemetry, CustomerProfilesDiagnostics.ChecksPending)
            .Should()
            .ContainSingle()
            .Which.Value.Should()
            .Be(0, "all was asked");
        Series(telemetry, CustomerProfilesDiagnostics.ChecksUnderWay)
            .Should()
            .ContainSingle()
            .Which.Value.Should()
            .Be(0);
        telemetry.Activities.Should().OnlyContain(one => one.Name == CustomerProfilesDiagnostics.CheckActivityName);
        telemetry
            .Activities.ToDictionary(one => one.Outcome!, one => (double)one.Count)
            .Should()
            .BeEquivalentTo(
                Series(telemetry, CustomerProfilesDiagnostics.Checks)
                    .GroupBy(
                        one => one.Tags.Single(tag => tag.Key == CustomerProfilesDiagnostics.OutcomeTag).Value,
                        one => one.Value!.Value
                    )
                    .ToDictionary(one => one.Key, one => one.Sum())
            );
    }

    [Fact]
    public async Task Every_instrument_is_there_also_one_that_measured_nothing()
    {
        var telemetry = import.Report.TelemetryTotals!;
        var ofList = (await CommandAsync(first.Kept, tellsTelemetry: true)).TelemetryTotals!;
        var names = typeof(CustomerProfilesDiagnostics)
            .GetFields()
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(name => name.StartsWith("customerprofiles.", StringComparison.Ordinal))
            .Except([CustomerProfilesDiagnostics.CheckActivityName])
            .ToArray();

        telemetry
            .Instruments.Select(one => one.Name)
            .Should()
            .BeEquivalentTo([.. names, FullContactDefaults.RateDelayInstrument]);
        Series(telemetry, CustomerProfilesDiagnostics.LeasesLost).Should().BeEmpty();
        ofList
            .Instruments.Select(one => one.Name)
            .Should()
            .BeEquivalentTo([.. names, FullContactDefaults.RateDelayInstrument]);
        ofList.Instruments.Should().OnlyContain(one => one.Series.Count == 0, "a list asks and takes in nothing");
    }

    [Fact]
    public async Task Not_asked_for_nothing_is_kept()
    {
        (await CommandAsync(first.Kept, tellsTelemetry: false)).TelemetryTotals.Should().BeNull();
        first.Report.TelemetryTotals.Should().BeNull();
    }

    [Fact]
    public async Task Two_runs_at_once_in_one_process_are_told_apart()
    {
        // Each stands still at its first question until the other has come to its own.
        using var folder = new KeptProfiles();
        await using var one = await SampleProvider.StartAsync();
        await using var other = await SampleProvider.StartAsync();
        var (heldOne, heldOther) = (
            one.Simulator!.Hold("person1@example.org"),
            other.Simulator!.Hold("person1@example.org")
        );
        var runs = Task.WhenAll(RunAsync(one, people: 1), RunAsync(other, people: 3));
        await Task.WhenAll(heldOne.Arrived, heldOther.Arrived);
        heldOne.Dispose();
        heldOther.Dispose();

        (await runs)
            .Select(telemetry =>
                (
                    Value(telemetry, CustomerProfilesDiagnostics.Checks),
                    telemetry.Activities.Sum(activity => activity.Count),
                    Events(telemetry, 1001)
                )
            )
            .Should()
            .Equal((1, 1, 1), (3, 3, 3));

        async Task<TelemetryTotals> RunAsync(SampleProvider provider, int people)
        {
            var mailbox = new FileInfo(folder.PathOf($"{people}.mbox"));
            await File.WriteAllTextAsync(
                mailbox.FullName,
                string.Concat(
                    Enumerable
                        .Range(1, people)
                        .Select(person =>
                            $"From person{person}@example.org Mon Mar 30 12:0{person}:00 2026\nMessage-ID: "
                            + $"<{person}@example.org>\nFrom: person{person}@example.org\n\nHello.\n\n"
                        )
                )
            );
            var report = new CapturedReport { TellsTelemetry = true };
            await SampleApplication.ImportAsync(mailbox, [], InMemory, provider, report, CancellationToken.None);
            return report.TelemetryTotals!;
        }
    }

    [Fact]
    public void A_histogram_has_how_often_the_mean_and_the_largest_and_a_series_for_each_combination_of_tags()
    {
        var durations = import.Report.TelemetryTotals!.Instruments.Single(one =>
            one.Name == CustomerProfilesDiagnostics.CheckDuration
        );

        (durations.Kind, durations.Unit).Should().Be(("Histogram", "s"));
        durations.Series.Should().HaveCountGreaterThan(2).And.OnlyHaveUniqueItems(one => string.Join(' ', one.Tags));
        durations
            .Series.Should()
            .OnlyContain(one =>
                one.Value == null
                && one.Spread!.Count > 0
                && one.Spread.Mean > 0
                && one.Spread.Mean <= one.Spread.Largest
            );
        durations.Series.Should().Contain(one => one.Spread!.Count > 1 && one.Spread.Mean < one.Spread.Largest);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_says_what_came_up_until_then()
    {
        using var interrupt = new CancellationTokenSource();
        await using var provider = await SampleProvider.StartAsync();
        using var held = provider.Simulator!.Hold("frank.dubois@example.org");
        var report = new CapturedReport { TellsTelemetry = true };
        var run = SampleApplication.RunAsync(InMemory, provider, report, interrupt.Token);
        await held.Arrived;
        await interrupt.CancelAsync();
        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();

        Value(report.TelemetryTotals!, CustomerProfilesDiagnostics.ChecksNotMade, "reason=released").Should().Be(1);
        report.TelemetryTotals!.Activities.Single(one => one.Outcome == "not-made").Count.Should().Be(1);
        Events(report.TelemetryTotals, 1012).Should().Be(1);
    }

    [Fact]
    public async Task It_is_said_at_the_end_as_text_of_80_columns_or_as_a_member_of_the_document_and_names_nobody()
    {
        using var kept = new KeptProfiles();
        var text = await SampleProcess.RunAsync(kept.Folder, "--memory", "--telemetry");
        var json = await SampleProcess.RunAsync(kept.Folder, "--memory", "--json", "--telemetry");
        var without = await SampleProcess.RunAsync(first.Kept.Folder, "list", "--json");

        new[] { text, json, without }.Should().OnlyContain(run => run.ExitCode == 0 && run.Errors == "");
        var section = text.Output[text.Output.IndexOf("Telemetry", StringComparison.Ordinal)..];
        section.Split('\n').Should().OnlyContain(line => line.TrimEnd().Length <= 80);
        section
            .Should()
            .Contain("        39  outcome=created\n")
            .And.Contain("customerprofiles.check outcome=matched")
            .And.Contain("1001 CheckCompleted")
            .And.Contain("mean 0.");
        text.Output.IndexOf("All totals agree", StringComparison.Ordinal)
            .Should()
            .BeLessThan(text.Output.IndexOf("Telemetry", StringComparison.Ordinal), "it stands at the end");

        using var document = JsonDocument.Parse(json.Output);
        var telemetry = document.RootElement.GetProperty("telemetry");
        var conversations = telemetry
            .GetProperty("instruments")
            .EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == CustomerProfilesDiagnostics.Conversations);
        (conversations.GetProperty("kind").GetString(), conversations.GetProperty("unit").GetString())
            .Should()
            .Be(("Counter", "{conversation}"));
        conversations
            .GetProperty("series")
            .EnumerateArray()
            .Single(one => one.GetProperty("tags").GetProperty("outcome").GetString() == "created")
            .GetProperty("value")
            .GetInt32()
            .Should()
            .Be(39);
        var took = telemetry
            .GetProperty("instruments")
            .EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == CustomerProfilesDiagnostics.ConversationDuration);
        took.GetProperty("series")
            .EnumerateArray()
            .Should()
            .OnlyContain(one =>
                one.GetProperty("count").GetInt32() > 0
                && one.GetProperty("largest").GetDouble() >= one.GetProperty("mean").GetDouble()
            );
        telemetry
            .GetProperty("activities")
            .EnumerateArray()
            .Should()
            .Contain(one =>
                one.GetProperty("outcome").GetString() == "no-match" && one.GetProperty("count").GetInt32() > 0
            );
        telemetry
            .GetProperty("events")
            .EnumerateArray()
            .Single(one => one.GetProperty("id").GetInt32() == 1001)
            .GetProperty("name")
            .GetString()
            .Should()
            .Be("CheckCompleted");
        JsonDocument.Parse(without.Output).RootElement.TryGetProperty("telemetry", out _).Should().BeFalse();

        var personal = await PersonalAsync();
        personal.Should().Contain("maria.quill@example.org").And.Contain("Quill").And.HaveCountGreaterThan(80);
        foreach (var said in new[] { section, telemetry.GetRawText() })
        {
            personal.Should().OnlyContain(word => !said.Contains(word, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task It_works_with_every_command()
    {
        using var kept = first.Kept.Copy();
        await File.WriteAllTextAsync(
            kept.PathOf("one.mbox"),
            "From ada@example.com Mon Mar 30 12:00:00 2026\nFrom: Ada Lovelace <ada@example.net>\n\nHello.\n\n"
        );
        const string Maria = "maria.quill@example.org";
        foreach (
            var (arguments, counted) in new (string[], string)[]
            {
                ([], "outcome=existing"),
                (["import", "one.mbox"], "outcome=created"),
                (["list"], "nothing"),
                (["search", "quill"], "nothing"),
                (["sidebar", Maria], "nothing"),
                (["edit", Maria, "--notes", "Mornings only."], "outcome=saved"),
                (["clear-photo", Maria], "outcome=saved"),
                (["give-back-photo", Maria], "outcome=saved"),
                (["switch", "off"], "1008 Switched"),
                (["suppress", Maria], "nothing"),
                (["lift", Maria], "nothing"),
            }
        )
        {
            var run = await SampleProcess.RunAsync(kept.Folder, [.. arguments, "--telemetry"]);

            run.ExitCode.Should().Be(0, string.Join(' ', arguments));
            run.Output[run.Output.IndexOf("Telemetry", StringComparison.Ordinal)..]
                .Should()
                .Contain("Meter CustomerProfiles")
                .And.Contain(counted, string.Join(' ', arguments));
        }
    }

    [Fact]
    public void What_has_not_ended_and_what_has_no_tags_is_said_as_well()
    {
        var lines = TelemetryText.Of(
            new TelemetryTotals(
                [
                    new("one", "Counter", null, [new([], 3, null)]),
                    new(
                        "two",
                        "Histogram",
                        "s",
                        [new([new("a", "b"), new("c", "d")], null, new MeasuredSpread(2, 0.0000001, 1.5))]
                    ),
                    new("three", "Counter", "{x}", []),
                ],
                [new("check", null, 1)],
                []
            )
        );

        lines
            .Should()
            .Equal(
                "Meter CustomerProfiles",
                "  one: Counter, no unit",
                "         3  (no tags)",
                "  two: Histogram, s",
                "         2  a=b c=d",
                "            mean 0, largest 1.5",
                "  three: Counter, {x}",
                "            nothing",
                "Activity source CustomerProfiles",
                "         1  check outcome=(none)",
                "Log category CustomerProfiles, and those beneath it",
                "            nothing"
            );
    }

    private static IReadOnlyList<MeasuredSeries> Series(TelemetryTotals telemetry, string instrument) =>
        telemetry.Instruments.Single(one => one.Name == instrument).Series;

    /// <summary>
    /// The sum of what an instrument counted, or how often a histogram recorded, with these tags among its tags.
    /// </summary>
    private static double Value(TelemetryTotals telemetry, string instrument, params string[] tags) =>
        Series(telemetry, instrument)
            .Where(one => tags.All(tag => one.Tags.Any(has => $"{has.Key}={has.Value}" == tag)))
            .Sum(one => one.Spread?.Count ?? one.Value!.Value);

    private static int Events(TelemetryTotals telemetry, int id) =>
        telemetry.Events.SingleOrDefault(one => one.Id == id)?.Count ?? 0;

    private static async Task<CapturedReport> CommandAsync(KeptProfiles kept, bool tellsTelemetry)
    {
        var report = new CapturedReport { TellsTelemetry = tellsTelemetry };
        await SampleApplication.CommandAsync(
            async commands =>
            {
                await commands.ListAsync(null, 100, default);
                return true;
            },
            kept.Choice,
            report
        );
        return report;
    }

    /// <summary>Every address of the mailbox, what stands before its at sign, and every word of every name.</summary>
    private static async Task<IReadOnlyCollection<string>> PersonalAsync()
    {
        var people = (await BundledMailbox.ReadAsync())
            .OfType<MailItem.Message>()
            .SelectMany(message => message.To.Append(message.From))
            .OfType<string>()
            .Distinct()
            .ToArray();
        var addresses = people.SelectMany(person => Address().Matches(person).Select(match => match.Value)).ToArray();
        var names = people.SelectMany(person =>
            Word().Matches(Address().Replace(person, " ")).Select(match => match.Value)
        );

        // What stands before the at sign of no-reply@ is nobody's name, and the code of a reason.
        return
        [
            .. addresses
                .Concat(addresses.Select(address => address[..address.IndexOf('@', StringComparison.Ordinal)]))
                .Concat(names)
                .Where(word => word != "no-reply")
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    [GeneratedRegex(@"[^\s<>,;""]+@[^\s<>,;""]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\p{L}{4,}")]
    private static partial Regex Word();
}
