using CustomerProfiles.Sample.Customers;
using CustomerProfiles.Sample.Mail;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CustomerProfiles.Sample;

/// <summary>Prints text of at most 80 columns. It is as clear without colour as with it.</summary>
internal sealed class TextReport : IReport
{
    private const int MaxWidth = 80;
    private const int MaxSkippedShown = 20;

    private readonly IAnsiConsole _console;
    private int _skipped;
    private int _steps;

    private TextReport(IAnsiConsole console)
    {
        _console = console;
        _console.Profile.Width = Math.Min(_console.Profile.Width, MaxWidth);
    }

    public static TextReport OnStandardOutput() => new(AnsiConsole.Console);

    public static TextReport OnStandardError() =>
        new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));

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

    public Task WithProgressAsync(string title, long? length, Func<long> position, Func<Task> work) =>
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
                var task = progress.AddTask(Markup.Escape(title), maxValue: Math.Max(1, length ?? 1));
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

    public void Decisions(IReadOnlyList<ImportedMessage> messages, IReadOnlyList<MailItem.Skipped> skipped)
    {
        Heading("Decisions and their reasons");
        foreach (var imported in messages)
        {
            var sender =
                imported.Message.Direction == MailDirection.Composed
                    ? $"to {imported.Message.To.FirstOrDefault() ?? "nobody"}"
                    : imported.Message.From ?? "(no sender)";
            Line($"{DecisionText.Of(imported.At)}  {DecisionText.Of(imported.Outcome), -8}  {sender}");
            Line($"{new string(' ', 28)}{DecisionText.ReasonOf(imported.Outcome)}");
        }

        foreach (var item in skipped)
        {
            Skipped(item);
        }
    }

    public void Skipped(MailItem.Skipped skipped)
    {
        if (_skipped++ < MaxSkippedShown)
        {
            Line(
                $"skipped: message {skipped.Position.Ordinal} at byte {skipped.Position.Offset}: "
                    + $"{DecisionText.Of(skipped)}"
            );
        }
    }

    public void Totals(ImportTotals totals)
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
        Row(table, "  internal", totals.Internal);
        Row(table, "skipped", totals.Skipped);
        Row(table, "profiles created", totals.Created);
        Row(table, "existing", totals.Existing);
        foreach (var (reason, count) in totals.Declined)
        {
            Row(table, $"declined: {DecisionText.Of(reason)}", count);
        }

        Row(table, "checks completed", totals.ChecksCompleted);
        Row(table, "  matched", totals.Matched);
        Row(table, "  no match", totals.NoMatch);
        Row(table, "failed attempts", totals.Failed);
        foreach (var (reason, count) in totals.Decisions)
        {
            Row(table, DecisionText.Of(reason), count);
        }

        Write(table);
    }

    public void RefusedRow(ImportedRow row)
    {
        Line($"line {row.Row.Line}: {row.Outcome}");
        foreach (var problem in row.Problems)
        {
            Write(new Padder(new Text(problem), new Padding(4, 0, 0, 0)));
        }
    }

    public void CustomerTotals(CustomerImportTotals totals, bool isDryRun, TimeSpan elapsed)
    {
        Heading(isDryRun ? "Totals of the dry run: nothing was written" : "Totals");
        var table = new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn("")
            .AddColumn(new TableColumn("").RightAligned());
        Row(table, "rows", totals.Rows);
        Row(table, "created", totals.Created);
        Row(table, "updated", totals.Updated);
        Row(table, "unchanged", totals.Unchanged);
        Row(table, "ambiguous", totals.Ambiguous);
        Row(table, "rejected", totals.Rejected);
        Row(table, "erased, not to be kept", totals.DoNotKeep);
        Row(table, "failed", totals.Failed);
        Write(table);
        Line(
            $"{totals.Rows} rows in {elapsed.TotalSeconds:F1} s: "
                + $"{totals.Rows / Math.Max(elapsed.TotalSeconds, 0.001):F0} rows/s."
        );
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
                .Where(field => field.Values.Length > 0 || field.IsCleared)
        )
        {
            table.AddRow(
                new Text(field.Field.Code),
                new Text(field.IsCleared ? "(cleared)" : string.Join('\n', field.Values.Select(value => value.Text))),
                new Text(field.IsEditable ? "editable" : "locked")
            );
        }

        rows.Add(table);
        foreach (var provider in view.Providers)
        {
            rows.Add(new Text(StateOf(view, provider)));
            if (provider.ClaimPage is { } page)
            {
                rows.Add(new Text($"The customer can claim, correct or delete the profile at {page}"));
            }
        }

        foreach (var merge in view.Merges)
        {
            rows.Add(new Text($"Merged with {merge.From} on {DecisionText.Of(merge.At)}"));
            rows.Add(new Text($"  to undo it: unmerge {merge.Id}"));
        }

        _console.WriteLine();
        Write(new Panel(new Rows(rows)).Header($"customer {view.Profile.Id}").Expand());
    }

    public void History(CustomerId customer, HistoryPage page)
    {
        foreach (var entry in page.Entries)
        {
            Line(HistoryText.Of(entry));
            if (entry.CustomerId != customer)
            {
                Line($"  (of {entry.CustomerId}, merged into this customer)");
            }

            var table = ChangeTable();
            foreach (var value in entry.Values)
            {
                if (value.IsRemoved)
                {
                    table.AddRow(new Text(value.Label), new Text(HistoryText.Removed));
                }
                else
                {
                    EntryRow(table, value.Label, value.Key, value.Before, value.After);
                }
            }

            WriteIndented(table);
        }
    }

    public void Revert(long entry, RevertOutcome.Drafted draft)
    {
        var changes = ChangeTable();
        foreach (var change in DraftedChange.Of(draft.Edit))
        {
            if (change is { Before: null, After: null })
            {
                changes.AddRow(new Text(change.Field.Label), new Text("only whether a provider may fill it"));
            }
            else
            {
                ChangeRow(
                    changes,
                    change.Field.Label,
                    change.Before ?? HistoryText.None,
                    change.After ?? HistoryText.None
                );
            }
        }

        Section($"Taking back change {entry}:", changes);
        var conflicts = ChangeTable();
        foreach (var conflict in draft.Conflicts)
        {
            ChangeRow(
                conflicts,
                conflict.Label,
                HistoryText.Of(conflict.Read),
                conflict.Theirs is { Provenance.By: var by } theirs
                    ? $"{HistoryText.Of(theirs)}, by {by}"
                    : HistoryText.None
            );
        }

        Section("Left out, because it was changed again since:", conflicts);
        var refused = ChangeTable();
        foreach (var error in draft.Refused)
        {
            refused.AddRow(new Text(error.Label), new Text(error.Message));
        }

        Section("Left out, because it cannot be saved:", refused);
        var removed = ChangeTable();
        foreach (var field in draft.Removed)
        {
            removed.AddRow(new Text(field.Label), new Text(HistoryText.Removed));
        }

        Section("Left out, because the earlier value was removed from the history:", removed);
    }

    public void MergePreview(MergePreview preview)
    {
        Line($"Merging {preview.From.DisplayName}, {preview.From.Id},");
        Line($"into {preview.Into.DisplayName}, {preview.Into.Id}:");
        var changes = ChangeTable();
        var leftOut = ChangeTable();
        foreach (var entry in preview.Entries)
        {
            var result = HistoryText.Of(entry.Result);
            if (HistoryText.Of(entry.Into) != result)
            {
                EntryRow(changes, entry.Label, entry.Key, entry.Into, entry.Result);
            }

            if (entry.From is not null && entry.Kept != MergeSource.Both && HistoryText.Of(entry.From) != result)
            {
                EntryRow(leftOut, entry.Label, entry.Key, entry.From, entry.Result);
            }
        }

        foreach (var identity in preview.From.Identities.Where(one => preview.Entries.All(at => at.Key != one.Value)))
        {
            AddedRow(changes, "Identity", identity.Value);
        }

        Section("What changes for the customer who stays:", changes);
        Section("Left out, because the customer who stays keeps another value:", leftOut);
        if (preview.IsSuppressed)
        {
            Line("One of them is suppressed, and so is the merged customer: no lookups.");
        }
    }

    public void Merged(MergeId merge) => Line($"Merged. To undo it: unmerge {merge}");

    public void Unmerged(UnmergeOutcome.Unmerged undone)
    {
        Line("The merge is undone: there are two customers again.");
        var unsplit = ChangeTable();
        foreach (var value in undone.Unsplit)
        {
            unsplit.AddRow(new Text(value.Field.Label), new Text(HistoryText.Of(value)));
        }

        Section($"Changed since, and therefore left with {undone.Into.Id}:", unsplit);
        var notReturned = ChangeTable();
        foreach (var identity in undone.NotReturned)
        {
            notReturned.AddRow(new Text("Identity"), new Text(identity.Value));
        }

        Section("Removed since, and therefore not returned:", notReturned);
    }

    public void Merges(CustomerId customer, IReadOnlyList<MergeRecord> merges)
    {
        foreach (var merge in merges)
        {
            Line($"{merge.Id}  {DecisionText.Of(merge.At)}  {merge.By}");
            Line($"    {merge.From}");
            Line($"    into {merge.Into}");
        }
    }

    public void Duplicates(CustomerId customer, IReadOnlyList<DuplicateSuggestion> suggestions)
    {
        foreach (var suggestion in suggestions)
        {
            Line($"{suggestion.Score, 4}  {suggestion.Profile.Id}  {suggestion.Profile.DisplayName}");
            Line($"      {string.Join(", ", suggestion.Reasons.Select(DecisionText.Of))}");
        }
    }

    public void Receipt(ErasureReceipt receipt)
    {
        Line($"Erasure {receipt.Id}, {DecisionText.Of(receipt.At)}, by {receipt.By}");
        var table = new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn(new TableColumn("").NoWrap())
            .AddColumn("");
        AddRow("Customers", receipt.Customers.Select(id => $"{id}"));
        AddRow("Identities", [$"{receipt.Identities}"]);
        AddRow("Conversations", [$"{receipt.Conversations}"]);
        AddRow("Changes", [$"{receipt.Changes}"]);
        AddRow("Were asked", receipt.Providers);
        AddRow("Marks kept", receipt.Marks.Select(mark => $"{DecisionText.Of(mark.Kind)}, key {mark.KeyId}"));
        WriteIndented(table);

        void AddRow(string label, IEnumerable<string> lines) =>
            table.AddRow(new Text(label), new Text(string.Join(Environment.NewLine, lines.DefaultIfEmpty("(none)"))));
    }

    public void Retention(RetentionResult result, bool isDryRun)
    {
        Findings(isDryRun ? "To be erased:" : "Erased:", result.Erased);
        Findings("To be erased, and kept:", result.Kept);
        var table = new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn("")
            .AddColumn(new TableColumn("").RightAligned());
        Row(table, isDryRun ? "customers to be erased" : "customers erased", result.Erased.Length);
        if (!isDryRun)
        {
            Row(table, "customers kept", result.Kept.Length);
            Row(table, "conversation records removed", result.ConversationsRemoved);
            Row(table, "merges that cannot be undone any more", result.MergesLapsed);
            Row(table, "guards removed", result.GuardsRemoved);
        }

        Write(table);

        void Findings(string title, IReadOnlyList<RetentionFinding> findings)
        {
            if (findings.Count > 0)
            {
                Line(title);
            }

            foreach (var finding in findings)
            {
                Line($"    {finding.Id}  {finding.Reason}, since {DecisionText.Of(finding.DueAt)}");
            }
        }
    }

    public void Events(IReadOnlyList<CustomerEvent> events)
    {
        foreach (var customer in events.GroupBy(received => received.CustomerId))
        {
            Line($"      {customer.Key}");
            foreach (var received in customer)
            {
                Line($"{received.Sequence, 8}  {received.Kind}  {string.Join(", ", received.Fields)}".TrimEnd());
            }
        }
    }

    public void Step(string step, bool passed, string result)
    {
        Line($"{++_steps}. {step}.");
        Line($"   {(passed ? "ok" : "FAILED")}: {result}");
    }

    public bool Comparison(IReadOnlyList<TotalsComparison> figures)
    {
        Heading("Totals compared with an independent count of the mailbox");
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
        Line($"Memory: {memory >> 20} MiB now, {peakMemory >> 20} MiB at the peak.");
    }

    public void Verdict(bool allWell)
    {
        _console.WriteLine();
        Line(
            allWell
                ? "All totals agree with the independent count, and every step succeeded."
                : "FAILED: a total differs or a step failed, see above."
        );
    }

    public void Finish()
    {
        if (_skipped > MaxSkippedShown)
        {
            Line($"skipped: {_skipped - MaxSkippedShown} more; --json lists them all");
        }
    }

    private static string StateOf(SidebarView view, SidebarProvider provider)
    {
        if (view.IsSuppressed)
        {
            return $"{provider.Provider}: suppressed, no lookups";
        }

        var last = provider.LastCheckAt is { } at
            ? $"last check {DecisionText.Of(at)}, {provider.LastOutcome}"
            : "never checked";
        var failure = provider.LastFailure is { } why ? $"; last attempt failed: {why}" : "";
        var next =
            !provider.IsEnabled ? "; disabled"
            : provider.NextCheckAfter is { } after ? $"; next after {DecisionText.Of(after)}"
            : "";
        return $"{provider.Provider}: {last}{failure}{next}";
    }

    private static void Row(Table table, string figure, long count) =>
        table.AddRow(new Text(figure), new Text($"{count}"));

    /// <summary>A field, what it held, and what it holds then.</summary>
    private static Table ChangeTable() =>
        new Table()
            .Border(TableBorder.None)
            .HideHeaders()
            .AddColumn(new TableColumn("").NoWrap())
            .AddColumn("")
            .AddColumn("")
            .AddColumn("");

    private static void ChangeRow(Table table, string label, string before, string after) =>
        table.AddRow(new Text(label), new Text(before), new Text("->"), new Text(after));

    /// <summary>One that is added to a list replaces nothing, however many others there are.</summary>
    private static void EntryRow(Table table, string label, string key, FieldValue? before, FieldValue? after)
    {
        if (before is null && key.Length > 0)
        {
            AddedRow(table, label, HistoryText.Of(after));
        }
        else
        {
            ChangeRow(table, label, HistoryText.Of(before), HistoryText.Of(after));
        }
    }

    private static void AddedRow(Table table, string label, string after) =>
        table.AddRow(new Text(label), new Text("added"), new Text(""), new Text(after));

    private void Section(string title, Table table)
    {
        if (table.Rows.Count > 0)
        {
            Line(title);
            WriteIndented(table);
        }
    }

    private void WriteIndented(Table table)
    {
        if (table.Rows.Count > 0)
        {
            Write(new Padder(table, new Padding(6, 0, 0, 0)));
        }
    }

    private void Line(string text) => Write(new Text(text + Environment.NewLine));

    private void Write(IRenderable renderable) => _console.Write(renderable);
}
