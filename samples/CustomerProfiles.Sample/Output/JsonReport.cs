using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerProfiles.Sample.Customers;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample;

/// <summary>
/// Prints one JSON document. Skipped messages and refused rows are written as they come, because there may be any
/// number of them; the rest is written at the end.
/// </summary>
internal sealed class JsonReport(Stream output) : IReport
{
    private const int MaxPendingBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter _writer = new(
        output,
        new JsonWriterOptions { Indented = true, Encoder = Layout.Encoder }
    );

    private readonly Dictionary<string, object?> _document = [];
    private readonly List<string> _notes = [];
    private readonly List<object> _profiles = [];
    private readonly List<object> _decisions = [];
    private readonly List<object> _sidebars = [];
    private readonly List<object> _steps = [];
    private bool _isBegun;

    public void Title(string title, string provider)
    {
        _document["title"] = title;
        _document["provider"] = provider;
    }

    public void Store(string description) => _document["store"] = description;

    public void Note(string text) => _notes.Add(text);

    public void Profiles(IReadOnlyList<CustomerProfile> profiles) =>
        _profiles.AddRange(
            profiles.Select(profile => new
            {
                customer = profile.Id.ToString(),
                profile.Version,
                name = profile.Name?.Full,
                profile.Company,
                emails = profile.Emails.Select(email => email.Address.Value),
                createdAt = profile.CreatedAt.ToString(),
                updatedAt = profile.UpdatedAt.ToString(),
            })
        );

    public void Heading(string heading) { }

    public Task WithProgressAsync(string title, long? length, Func<long> position, Func<Task> work) => work();

    public void Decisions(IReadOnlyList<ImportedMessage> messages, IReadOnlyList<MailItem.Skipped> skipped)
    {
        foreach (var imported in messages)
        {
            _decisions.Add(
                new
                {
                    message = imported.Message.Position.Ordinal,
                    at = imported.At.ToString(),
                    direction = imported.Message.Direction.ToString().ToLowerInvariant(),
                    conversation = imported.Message.ConversationId,
                    outcome = DecisionText.Of(imported.Outcome),
                    customer = imported.Outcome?.Profile?.Id.ToString(),
                    declined = (imported.Outcome as ConversationOutcome.Declined)?.Reason.ToString(),
                    checks = imported.Outcome?.Checks.Select(check => new
                    {
                        check.Provider,
                        check.Requested,
                        reason = check.Reason.ToString(),
                        dueAfter = check.DueAfter?.ToString(),
                    }),
                    warnings = imported.Outcome?.Warnings.Select(warning => warning.ToString()),
                }
            );
        }

        foreach (var item in skipped)
        {
            Skipped(item);
        }
    }

    public void Skipped(MailItem.Skipped skipped) =>
        WriteItem(
            "skipped",
            new
            {
                message = skipped.Position.Ordinal,
                @byte = skipped.Position.Offset,
                skipped.Lines,
                reason = DecisionText.Of(skipped),
            }
        );

    public void RefusedRow(ImportedRow row) =>
        WriteItem(
            "refused",
            new
            {
                row.Row.Line,
                row.Outcome,
                row.Problems,
                customers = row.Customers.Select(customer => customer.ToString()),
            }
        );

    public void CustomerTotals(CustomerImportTotals totals, bool isDryRun, TimeSpan elapsed)
    {
        Begin("refused");
        _document["totals"] = new
        {
            isDryRun,
            totals.Rows,
            totals.Created,
            totals.Updated,
            totals.Unchanged,
            totals.Ambiguous,
            totals.Rejected,
            totals.DoNotKeep,
            totals.Failed,
        };
    }

    public void Totals(ImportTotals totals) =>
        _document["totals"] = new
        {
            totals.Messages,
            totals.Received,
            totals.Composed,
            totals.Internal,
            totals.Skipped,
            totals.Created,
            totals.Existing,
            declined = totals.Declined.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            totals.ChecksCompleted,
            totals.Matched,
            totals.NoMatch,
            totals.Failed,
            decisions = totals.Decisions.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        };

    public void Sidebar(SidebarView view) =>
        _sidebars.Add(
            new
            {
                customer = view.Profile.Id.ToString(),
                view.Version,
                view.DisplayName,
                view.Initials,
                photo = view.Profile.Photo?.Url,
                view.Profile.Notes,
                view.IsSuppressed,
                fields = view
                    .Fields.Prepend(view.Notes)
                    .Prepend(view.Photo)
                    .Prepend(view.Name)
                    .Select(field => new
                    {
                        field = field.Field.Code,
                        values = field.Values.Select(value => value.Text),
                        sources = field.Values.Select(value => SourceOf(value.Provenance)),
                        field.IsCleared,
                        field.IsEditable,
                        field.LockedBecause,
                        field.CorrectAt,
                    }),
                providers = view.Providers.Select(provider => new
                {
                    provider.Provider,
                    provider.IsEnabled,
                    lastCheckAt = provider.LastCheckAt?.ToString(),
                    lastOutcome = provider.LastOutcome?.ToString(),
                    provider.IsPending,
                    lastFailure = provider.LastFailure?.ToString(),
                    nextCheckAfter = provider.NextCheckAfter?.ToString(),
                    provider.ClaimPage,
                }),
            }
        );

    public void History(CustomerId customer, HistoryPage page) =>
        _document["history"] = new
        {
            customer = customer.ToString(),
            entries = page.Entries.Select(entry => new
            {
                entry.Number,
                entry.Version,
                at = entry.By.ObservedAt.ToString(),
                by = SourceOf(entry.By),
                kind = entry.Kind.ToString(),
                entry.CaseReference,
                values = entry.Values.Select(value => new
                {
                    field = value.Field.Code,
                    value.Label,
                    value.Key,
                    before = ValueOf(value.Before),
                    after = ValueOf(value.After),
                    value.IsRemoved,
                }),
            }),
            page.Next,
        };

    public void Revert(long entry, RevertOutcome.Drafted draft) =>
        _document["revert"] = new
        {
            customer = draft.Edit.Profile.Id.ToString(),
            entry,
            changes = DraftedChange
                .Of(draft.Edit)
                .Select(change => new
                {
                    field = change.Field.Code,
                    change.Before,
                    change.After,
                }),
            conflicts = draft.Conflicts.Select(conflict => new
            {
                field = conflict.Field.Code,
                conflict.Label,
                conflict.Key,
                read = ValueOf(conflict.Read),
                theirs = ValueOf(conflict.Theirs),
                yours = ValueOf(conflict.Yours),
            }),
            refused = draft.Refused.Select(error => new
            {
                field = error.Field.Code,
                error.Label,
                error.Key,
                code = error.Code.ToString(),
                error.Message,
            }),
            removed = draft.Removed.Select(field => field.Code),
        };

    public void MergePreview(MergePreview preview) =>
        _document["preview"] = new
        {
            from = preview.From.Id.ToString(),
            into = preview.Into.Id.ToString(),
            entries = preview.Entries.Select(entry => new
            {
                field = entry.Field.Code,
                entry.Label,
                entry.Key,
                from = ValueOf(entry.From),
                into = ValueOf(entry.Into),
                result = ValueOf(entry.Result),
                kept = entry.Kept.ToString(),
            }),
            preview.Result.Identities,
            preview.IsSuppressed,
        };

    public void Merged(MergeId merge) => _document["merge"] = merge.ToString();

    public void Unmerged(UnmergeOutcome.Unmerged undone) =>
        _document["unmerge"] = new
        {
            from = undone.From.Id.ToString(),
            into = undone.Into.Id.ToString(),
            unsplit = undone.Unsplit.Select(value => new
            {
                field = value.Field.Code,
                value.Key,
                value.Text,
            }),
            undone.NotReturned,
        };

    public void Merges(CustomerId customer, IReadOnlyList<MergeRecord> merges) =>
        _document["merges"] = new
        {
            customer = customer.ToString(),
            entries = merges.Select(merge => new
            {
                merge = merge.Id.ToString(),
                from = merge.From.ToString(),
                into = merge.Into.ToString(),
                at = merge.At.ToString(),
                merge.By,
            }),
        };

    public void Duplicates(CustomerId customer, IReadOnlyList<DuplicateSuggestion> suggestions) =>
        _document["duplicates"] = new
        {
            customer = customer.ToString(),
            suggestions = suggestions.Select(suggestion => new
            {
                customer = suggestion.Profile.Id.ToString(),
                name = suggestion.Profile.Name?.Full,
                suggestion.Score,
                reasons = suggestion.Reasons.Select(reason => reason.ToString()),
            }),
        };

    public void Receipt(ErasureReceipt receipt) => _document["receipt"] = JsonNode.Parse(receipt.ToJson());

    public void Retention(RetentionResult result, bool isDryRun) =>
        _document["retention"] = new
        {
            isDryRun,
            erased = result.Erased.Select(Of),
            kept = result.Kept.Select(Of),
            result.ConversationsRemoved,
            result.MergesLapsed,
            result.GuardsRemoved,
            result.IsComplete,
        };

    public void Events(IReadOnlyList<CustomerEvent> events) =>
        _document["events"] = events.Select(received => new
        {
            received.Id,
            customer = received.CustomerId.ToString(),
            received.Sequence,
            kind = received.Kind.ToString(),
            at = received.By.ObservedAt.ToString(),
            by = SourceOf(received.By),
            received.Fields,
            merge = received.Merge?.ToString(),
            otherCustomer = received.OtherCustomerId?.ToString(),
        });

    public void Step(string step, bool passed, string result) =>
        _steps.Add(
            new
            {
                step,
                passed,
                result,
            }
        );

    public bool Comparison(IReadOnlyList<TotalsComparison> figures)
    {
        _document["comparison"] = figures.Select(figure => new
        {
            figure.Figure,
            figure.Expected,
            figure.Actual,
            figure.Agrees,
        });
        return figures.All(figure => figure.Agrees);
    }

    public void Speed(int messages, TimeSpan elapsed, long memory, long peakMemory) =>
        _document["speed"] = new
        {
            seconds = elapsed.TotalSeconds,
            messagesPerSecond = messages / Math.Max(elapsed.TotalSeconds, 0.001),
            memoryBytes = memory,
            peakMemoryBytes = peakMemory,
        };

    public void Verdict(bool allWell) => _document["allWell"] = allWell;

    public void Finish()
    {
        Begin("skipped");
        _writer.WriteEndArray();
        _document["notes"] = _notes;
        _document["profiles"] = _profiles;
        _document["decisions"] = _decisions;
        _document["sidebars"] = _sidebars;
        _document["steps"] = _steps;
        WriteDocument();
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Dispose();
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static string SourceOf(Provenance by) => $"{by.Source}:{by.By}";

    private static object? ValueOf(FieldValue? value) =>
        value is null
            ? null
            : new
            {
                value.Text,
                value.IsCleared,
                source = SourceOf(value.Provenance),
            };

    private void WriteItem(string list, object item)
    {
        Begin(list);
        JsonSerializer.Serialize(_writer, item, Layout);
        if (_writer.BytesPending > MaxPendingBytes)
        {
            _writer.Flush();
        }
    }

    /// <summary>Begins the list that is written as its items come. A run has one.</summary>
    private void Begin(string list)
    {
        if (!_isBegun)
        {
            _isBegun = true;
            _writer.WriteStartObject();
            WriteDocument();
            _writer.WriteStartArray(list);
        }
    }

    private void WriteDocument()
    {
        foreach (var (name, value) in _document)
        {
            _writer.WritePropertyName(name);
            JsonSerializer.Serialize(_writer, value, Layout);
        }

        _document.Clear();
    }

    private static object Of(RetentionFinding finding) =>
        new
        {
            customer = finding.Id.ToString(),
            finding.Reason,
            dueAt = finding.DueAt.ToString(),
        };
}
