using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample.Output;

/// <summary>
/// The report for a machine: one JSON document. What was skipped is written as it comes, for a mailbox may hold any
/// amount of it; the rest when all is done.
/// </summary>
internal sealed class JsonReport(Stream output, bool tellsTelemetry) : IReport
{
    private const int MostPending = 64 * 1024;

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

    public bool TellsTelemetry => tellsTelemetry;

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

    public Task WithProgressAsync(string what, long? length, Func<long> position, Func<Task> work) => work();

    public void Decisions(IReadOnlyList<RunEntry> entries, IReadOnlyList<MailItem.Unreadable> skipped)
    {
        foreach (var entry in entries)
        {
            _decisions.Add(
                new
                {
                    message = entry.Message.Position.Ordinal,
                    at = entry.At.ToString(),
                    direction = entry.Message.Direction.ToString().ToLowerInvariant(),
                    conversation = entry.Message.ConversationId,
                    outcome = DecisionText.Of(entry.Outcome),
                    customer = entry.Outcome?.Profile?.Id.ToString(),
                    declined = (entry.Outcome as ConversationOutcome.Declined)?.Reason.ToString(),
                    checks = entry.Outcome?.Checks.Select(check => new
                    {
                        check.Provider,
                        check.Requested,
                        reason = check.Reason.ToString(),
                        dueAfter = check.DueAfter?.ToString(),
                    }),
                    warnings = entry.Outcome?.Warnings.Select(warning => warning.ToString()),
                }
            );
        }

        foreach (var unreadable in skipped)
        {
            Skipped(unreadable);
        }
    }

    public void Skipped(MailItem.Unreadable unreadable)
    {
        Begin();
        JsonSerializer.Serialize(
            _writer,
            new
            {
                message = unreadable.Position.Ordinal,
                @byte = unreadable.Position.Offset,
                unreadable.Lines,
                why = DecisionText.Of(unreadable),
            },
            Layout
        );
        if (_writer.BytesPending > MostPending)
        {
            _writer.Flush();
        }
    }

    public void Totals(RunTotals totals) =>
        _document["totals"] = new
        {
            totals.Messages,
            totals.Received,
            totals.Composed,
            totals.Internal,
            totals.Unreadable,
            totals.Created,
            totals.Existing,
            declined = totals.Declined.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            totals.ChecksMade,
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
                        values = field.Texts,
                        sources = field.Values.Select(value => $"{value.Provenance.Source}:{value.Provenance.By}"),
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

    public void Step(string what, bool asItShould, string came) =>
        _steps.Add(
            new
            {
                what,
                asItShould,
                came,
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

    public void Telemetry(TelemetryTotals totals) =>
        _document["telemetry"] = new
        {
            instruments = totals.Instruments.Select(instrument => new
            {
                instrument.Name,
                instrument.Kind,
                instrument.Unit,
                series = instrument.Series.Select(
                    object (series) =>
                        series.Spread is { } spread
                            ? new
                            {
                                tags = series.Tags.ToDictionary(),
                                spread.Count,
                                spread.Mean,
                                spread.Largest,
                            }
                            : new { tags = series.Tags.ToDictionary(), series.Value }
                ),
            }),
            totals.Activities,
            totals.Events,
        };

    public void Finish()
    {
        Begin();
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

    private void Begin()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            _writer.WriteStartObject();
            WriteDocument();
            _writer.WriteStartArray("skipped");
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
}
