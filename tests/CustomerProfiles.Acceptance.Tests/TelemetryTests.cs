using System.Text;
using System.Text.RegularExpressions;
using CustomerProfiles.FullContact;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// The telemetry of an import agrees with the totals of the import and with the calls that the simulator counted. It
/// contains no personal data.
/// </summary>
public sealed partial class TelemetryTests(WatchedImport import) : IClassFixture<WatchedImport>
{
    [Fact]
    public void The_telemetry_agrees_with_the_totals_and_with_the_simulator()
    {
        var (telemetry, totals, simulator) = (import.Telemetry, import.Totals, import.Simulator);

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
        Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=pending")
            .Should()
            .Be(simulator.ResultsByStatus[202]);
        Value(telemetry, FullContactDefaults.RateDelayInstrument)
            .Should()
            .Be(simulator.Calls, "every response has a rate delay");
        Value(telemetry, CustomerProfilesDiagnostics.CheckDuration)
            .Should()
            .Be(Value(telemetry, CustomerProfilesDiagnostics.Checks));
        Events(telemetry, 1001).Should().Be(totals.ChecksCompleted);
        Events(telemetry, 1002)
            .Should()
            .Be((int)Value(telemetry, CustomerProfilesDiagnostics.Checks, "outcome=failed"));
        (Events(telemetry, 2000) + Events(telemetry, 2015))
            .Should()
            .Be(simulator.Calls, "every call is logged as a retry or a result");
        telemetry.Events.Should().OnlyContain(one => one.Name != null);

        Series(telemetry, CustomerProfilesDiagnostics.ChecksPending)
            .Should()
            .ContainSingle()
            .Which.Value.Should()
            .Be(0, "no check is left");
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
    public async Task Every_instrument_exists_even_without_a_measurement()
    {
        await using var provider = await SampleProvider.StartAsync();
        using var watch = new TelemetryWatch();
        TelemetryTotals? empty = null;
        await WatchedImport.ImportAsync(watch, provider, Stream.Null, CancellationToken.None, read: all => empty = all);
        var names = typeof(CustomerProfilesDiagnostics)
            .GetFields()
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(value => value.StartsWith("customerprofiles.", StringComparison.Ordinal))
            .Except([CustomerProfilesDiagnostics.CheckActivityName])
            .Append(FullContactDefaults.RateDelayInstrument)
            .ToArray();

        import.Telemetry.Instruments.Select(one => one.Name).Should().BeEquivalentTo(names);
        Series(import.Telemetry, CustomerProfilesDiagnostics.LeasesLost).Should().BeEmpty();
        empty!.Instruments.Select(one => one.Name).Should().BeEquivalentTo(names);
        empty
            .Instruments.Where(one => one.Kind != "ObservableGauge")
            .Should()
            .OnlyContain(one => one.Series.Count == 0, "an empty mailbox has no conversation");
    }

    [Fact]
    public async Task Two_hosts_in_one_process_are_measured_apart()
    {
        // Each run waits at its first lookup until the other has reached its own.
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

        static async Task<TelemetryTotals> RunAsync(SampleProvider provider, int people)
        {
            var mailbox = string.Concat(
                Enumerable
                    .Range(1, people)
                    .Select(person =>
                        $"From person{person}@example.org Mon Mar 30 12:0{person}:00 2026\nMessage-ID: "
                        + $"<{person}@example.org>\nFrom: person{person}@example.org\n\nHello.\n\n"
                    )
            );
            using var watch = new TelemetryWatch();
            TelemetryTotals? telemetry = null;
            await WatchedImport.ImportAsync(
                watch,
                provider,
                new MemoryStream(Encoding.UTF8.GetBytes(mailbox)),
                CancellationToken.None,
                read: all => telemetry = all
            );
            return telemetry!;
        }
    }

    [Fact]
    public void The_check_duration_has_a_series_for_each_combination_of_tags()
    {
        var durations = import.Telemetry.Instruments.Single(one =>
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
    public async Task An_interrupted_check_is_released_and_counted()
    {
        using var interrupt = new CancellationTokenSource();
        await using var provider = await SampleProvider.StartAsync();
        using var held = provider.Simulator!.Hold("frank.dubois@example.org");
        await using var mailbox = SampleMailbox.Open();
        using var watch = new TelemetryWatch();
        TelemetryTotals? telemetry = null;
        var run = WatchedImport.ImportAsync(watch, provider, mailbox, interrupt.Token, read: all => telemetry = all);
        await held.Arrived;
        await interrupt.CancelAsync();
        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();

        Value(telemetry!, CustomerProfilesDiagnostics.ChecksNotMade, "reason=released").Should().Be(1);
        telemetry!.Activities.Single(one => one.Outcome == "not-made").Count.Should().Be(1);
        Events(telemetry, 1012).Should().Be(1);
    }

    [Fact]
    public async Task Tags_and_log_entries_contain_no_personal_data()
    {
        var personal = await PersonalAsync();
        personal.Should().Contain("maria.quill@example.org").And.Contain("Quill").And.HaveCountGreaterThan(80);
        var tags = import.Telemetry.Instruments.SelectMany(one => one.Series).SelectMany(one => one.Tags);

        tags.Should().NotBeEmpty();
        import.Telemetry.Texts.Should().NotBeEmpty();
        foreach (var text in tags.Select(tag => $"{tag.Key}={tag.Value}").Concat(import.Telemetry.Texts).Distinct())
        {
            personal.Should().OnlyContain(word => !text.Contains(word, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static IReadOnlyList<MeasuredSeries> Series(TelemetryTotals telemetry, string instrument) =>
        telemetry.Instruments.Single(one => one.Name == instrument).Series;

    /// <summary>
    /// The sum of a counter, or the number of measurements of a histogram, of all series with these tags.
    /// </summary>
    private static double Value(TelemetryTotals telemetry, string instrument, params string[] tags) =>
        Series(telemetry, instrument)
            .Where(one => tags.All(tag => one.Tags.Any(has => $"{has.Key}={has.Value}" == tag)))
            .Sum(one => one.Spread?.Count ?? one.Value!.Value);

    private static int Events(TelemetryTotals telemetry, int id) =>
        telemetry.Events.SingleOrDefault(one => one.Id == id)?.Count ?? 0;

    /// <summary>Every address in the mailbox, its local part, and every word of every name.</summary>
    private static async Task<IReadOnlyCollection<string>> PersonalAsync()
    {
        var people = (await SampleMailbox.ReadAsync())
            .OfType<MailItem.Message>()
            .SelectMany(message => message.To.Append(message.From))
            .OfType<string>()
            .Distinct()
            .ToArray();
        var addresses = people.SelectMany(person => Address().Matches(person).Select(match => match.Value)).ToArray();
        var names = people.SelectMany(person =>
            Word().Matches(Address().Replace(person, " ")).Select(match => match.Value)
        );

        // The local part of no-reply@ is also the code of a reason.
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
