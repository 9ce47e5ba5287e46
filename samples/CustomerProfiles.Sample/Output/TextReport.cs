using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CustomerProfiles.Sample.Output;

/// <summary>The report for a person: at most 80 columns wide, and as clear without colour as with it.</summary>
internal sealed class TextReport : IReport
{
    private const int MaxWidth = 80;
    private const int MaxSkippedShown = 20;

    private readonly IAnsiConsole _console = AnsiConsole.Console;
    private int _skipped;
    private int _steps;

    public TextReport(bool tellsTelemetry)
    {
        TellsTelemetry = tellsTelemetry;
        _console.Profile.Width = Math.Min(_console.Profile.Width, MaxWidth);
    }

    public bool TellsTelemetry { get; }

    public void Title(string title, string provider)
    {
        Write(new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified());
        Line(provider);
    }

    public void Store(string description) => Line($"Profiles: {description}");

    public void Note(string text) => Line(text);

    public void Profiles(IReadOnlyList<CustomerProfile> profiles)
    {
        foreach (var profile in profiles)
        {
            Line($"{profile.Id}  {profile.Name?.Full ?? "(no name)"}");
            var more = profile
                .Emails.Select(email => email.Address.Value)
                .Append(profile.Company)
                .Where(part => part is not null);
            Line($"    {string.Join(", ", more)}");
        }
    }

    public void Heading(string heading)
    {
        _console.WriteLine();
        Write(new Rule($"[bold]{Markup.Escape(heading)}[/]").LeftJustified());
    }

    public Task WithProgressAsync(string what, long? length, Func<long> position, Func<Task> work) =>
        _console
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn { Width = 40 },
                new PercentageColumn(),
                new ElapsedTimeColumn()
            )
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(Markup.Escape(what), maxValue: Math.Max(1, length ?? 1));
                task.IsIndeterminate = length is null;
                var working = work();
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                while (!working.IsCompleted)
                {
                    task.Value = length is null ? 0 : position();
                    await Task.WhenAny(working, timer.WaitForNextTickAsync().AsTask());
                }

                task.IsIndeterminate = false;
                task.Value = task.MaxValue;
                await working;
            });

    public void Decisions(IReadOnlyList<RunEntry> entries, IReadOnlyList<MailItem.Unreadable> skipped)
    {
        Heading("What was decided, and why");
        foreach (var entry in entries)
        {
            var sender =
                entry.Message.Direction == MailDirection.Composed
                    ? $"to {entry.Message.To.FirstOrDefault() ?? "nobody"}"
                    : entry.Message.From ?? "(no sender)";
            Line($"{DecisionText.Of(entry.At)}  {DecisionText.Of(entry.Outcome), -8}  {sender}");
            Line($"{new string(' ', 28)}{DecisionText.Why(entry.Outcome)}");
        }

        foreach (var unreadable in skipped)
        {
            Skipped(unreadable);
        }
    }

    public void Skipped(MailItem.Unreadable unreadable)
    {
        if (_skipped++ < MaxSkippedShown)
        {
            Line(
                $"skipped: message {unreadable.Position.Ordinal} at byte {unreadable.Position.Offset}: "
                    + $"{DecisionText.Of(unreadable)}"
            );
        }
    }

    public void Totals(RunTotals totals)
    {
        Heading("Totals");
        var table = new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn("")
            .AddColumn(new TableColumn("").RightAligned());
        Row(table, "messages", totals.Messages);
        Row(table, "  received", totals.Received);
        Row(table, "  composed", totals.Composed);
        Row(table, "  the help desk's own", totals.Internal);
        Row(table, "could not be read", totals.Unreadable);
        Row(table, "profiles created", totals.Created);
        Row(table, "existing", totals.Existing);
        foreach (var (reason, count) in totals.Declined)
        {
            Row(table, $"declined: {reason}", count);
        }

        Row(table, "checks made", totals.ChecksMade);
        Row(table, "  matched", totals.Matched);
        Row(table, "  no match", totals.NoMatch);
        Row(table, "attempts that failed", totals.Failed);
        foreach (var (reason, count) in totals.Decisions)
        {
            Row(table, DecisionText.Of(reason), count);
        }

        Write(table);
    }

    public void Sidebar(SidebarView view)
    {
        var rows = new List<IRenderable> { new Text($"({view.Initials})  {view.DisplayName}") };
        if (view.Profile.Notes is { } notes)
        {
            rows.Add(new Panel(new Text(notes)).Header("Notes").Expand());
        }

        var table = new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn(new TableColumn("").NoWrap())
            .AddColumn("")
            .AddColumn(new TableColumn("").NoWrap());
        foreach (
            var field in view
                .Fields.Prepend(view.Photo)
                .Prepend(view.Name)
                .Where(field => field.Texts.Length > 0 || field.IsCleared)
        )
        {
            table.AddRow(
                new Text(field.Field.Code),
                new Text(field.IsCleared ? "(cleared)" : string.Join('\n', field.Texts)),
                new Text(field.IsEditable ? "editable" : "locked")
            );
        }

        rows.Add(table);
        foreach (var provider in view.Providers)
        {
            rows.Add(new Text(StateOf(view, provider)));
            if (provider.ClaimPage is { } page)
            {
                rows.Add(new Text($"The customer can claim, correct or switch off the profile at {page}"));
            }
        }

        _console.WriteLine();
        Write(new Panel(new Rows(rows)).Header($"customer {view.Profile.Id}").Expand());
    }

    public void Step(string what, bool asItShould, string came)
    {
        Line($"{++_steps}. {what}.");
        Line($"   {(asItShould ? "ok" : "WRONG")}: {came}");
    }

    public bool Comparison(IReadOnlyList<TotalsComparison> figures)
    {
        Heading("The totals beside an independent count of the same mailbox");
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("figure")
            .AddColumn(new TableColumn("counted").RightAligned())
            .AddColumn(new TableColumn("run").RightAligned())
            .AddColumn("");
        foreach (var figure in figures)
        {
            table.AddRow(
                new Text(figure.Figure),
                new Text($"{figure.Expected}"),
                new Text($"{figure.Actual}"),
                new Text(figure.Agrees ? "agrees" : "DIFFERS")
            );
        }

        Write(table);
        return figures.All(figure => figure.Agrees);
    }

    public void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory)
    {
        Line(
            $"{messages} messages in {elapsed.TotalSeconds:F1} s: "
                + $"{messages / Math.Max(elapsed.TotalSeconds, 0.001):F0} messages/s."
        );
        Line($"Memory: {memory >> 20} MiB now, {peakMemory >> 20} MiB at the most.");
    }

    public void Verdict(bool allWell)
    {
        _console.WriteLine();
        Line(
            allWell
                ? "All totals agree with the independent count, and every step came out as it should."
                : "SOMETHING DIFFERS; see above."
        );
    }

    public void Telemetry(TelemetryTotals totals)
    {
        Heading("Telemetry");
        foreach (var line in TelemetryText.Of(totals))
        {
            Line(line);
        }
    }

    public void Finish()
    {
        if (_skipped > MaxSkippedShown)
        {
            Line($"skipped: {_skipped - MaxSkippedShown} more; with --json, all are listed");
        }
    }

    private static string StateOf(SidebarView view, SidebarProvider provider)
    {
        if (view.IsSuppressed)
        {
            return $"{provider.Provider}: this customer is not to be looked up";
        }

        var last = provider.LastCheckAt is { } at
            ? $"last check {DecisionText.Of(at)}, {provider.LastOutcome}"
            : "never checked";
        var failure = provider.LastFailure is { } why ? $"; last attempt failed: {why}" : "";
        var next =
            !provider.IsEnabled ? "; switched off"
            : provider.NextCheckAfter is { } after ? $"; next after {DecisionText.Of(after)}"
            : "";
        return $"{provider.Provider}: {last}{failure}{next}";
    }

    private static void Row(Table table, string figure, int count) =>
        table.AddRow(new Text(figure), new Text($"{count}"));

    private void Line(string text) => Write(new Text(text + Environment.NewLine));

    private void Write(IRenderable renderable) => _console.Write(renderable);
}
