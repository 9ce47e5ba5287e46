using FullContact.Simulator;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>
/// A support case, played after the import: each step prints what it does, and checks the result.
/// </summary>
internal sealed class SupportCase(SampleSession session, FullContactSimulator simulator, IReport report)
{
    private const string Provider = "fullcontact";

    private static readonly Actor Kim = Actor.Agent("kim");
    private static readonly Actor Ravi = Actor.Agent("ravi");
    private static readonly Identity MariaQuill = Identity.Email(EmailAddress.Parse("maria.quill@example.org"));
    private static readonly Identity PriyaRaman = Identity.Email(EmailAddress.Parse("priya.raman@example.org"));
    private static readonly Identity Newcomer = Identity.Email(EmailAddress.Parse("priya.raman+off@example.org"));

    private readonly ICustomerProfiles _profiles = session.Profiles;
    private readonly ICheckRunner _checks = session.Checks;
    private readonly MailboxClock _clock = session.Clock;
    private bool _allWell = true;

    /// <returns>Whether every step succeeded.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        report.Heading("A support case");
        var maria = (await _profiles.FindAsync(MariaQuill, cancellationToken))!;
        await EditProviderFieldAsync(maria, cancellationToken);
        await TwoAgentsEditAsync(maria, cancellationToken);
        await RevertAsync(maria.Id, cancellationToken);
        await ClearPhotoAsync(maria.Id, cancellationToken);
        await DisableAndEnableAsync(maria.Id, cancellationToken);
        await ResetPhotoAsync(maria.Id, cancellationToken);
        await CheckNowAsync(maria.Id, cancellationToken);
        await SuppressAsync(cancellationToken);
        await SuggestAsync(cancellationToken);
        await MergeAsync(cancellationToken);
        await ReceiveEventsAsync(cancellationToken);
        if (await _profiles.GetSidebarAsync(maria.Id, cancellationToken) is { } view)
        {
            report.Sidebar(view);
        }

        return _allWell;
    }

    private async Task EditProviderFieldAsync(CustomerProfile maria, CancellationToken cancellationToken)
    {
        var edit = maria.Edit(Kim);
        edit.Photo = new Photo(new Uri("https://photos.example.com/another.jpg"));
        edit.JobTitle = "Chief of everything";
        var outcome = await _profiles.SaveAsync(edit, cancellationToken);
        var error = (outcome as SaveOutcome.Rejected)?.Errors.Single();
        var unchanged = (await _profiles.GetAsync(maria.Id, cancellationToken))!.Version == maria.Version;
        Step(
            "Kim tries to replace the photo",
            error is { Code: FieldErrorCode.OwnedByProvider, CorrectAt: not null } && unchanged,
            $"Rejected, and nothing of the edit is saved. {error?.Message}"
        );
    }

    private async Task TwoAgentsEditAsync(CustomerProfile maria, CancellationToken cancellationToken)
    {
        var kims = maria.Edit(Kim);
        kims.JobTitle = "Head of Acquisitions";
        kims.Notes = "Prefers e-mail.\nAsks for large print.";
        var ravis = maria.Edit(Ravi);
        ravis.Phones.Add(new PhoneNumber("+44 20 7946 0123", "work"));
        var ravisTitle = maria.Edit(Ravi);
        ravisTitle.JobTitle = "Buyer";

        Step(
            "Kim saves a job title and notes",
            await _profiles.SaveAsync(kims, cancellationToken) is SaveOutcome.Saved,
            "Saved."
        );
        Step(
            "Ravi, who read the same version, adds a telephone number",
            await _profiles.SaveAsync(ravis, cancellationToken)
                is SaveOutcome.Saved { Profile: { JobTitle: "Head of Acquisitions", Phones.Length: 1 } },
            "Saved as well: changes of different fields are merged."
        );
        var conflict = await _profiles.SaveAsync(ravisTitle, cancellationToken) as SaveOutcome.Conflict;
        var field = conflict?.Fields.Single();
        Step(
            "Ravi changes the job title, which Kim has just changed",
            field is { Theirs.Value: "Head of Acquisitions", Yours.Value: "Buyer" },
            $"A conflict with both values: \"{field?.Theirs?.Value}\" by {field?.Theirs?.Provenance.By}, "
                + $"\"{field?.Yours?.Value}\" by {field?.Yours?.Provenance.By}. Nothing is lost."
        );
    }

    private async Task RevertAsync(CustomerId id, CancellationToken cancellationToken)
    {
        var before = (await _profiles.GetAsync(id, cancellationToken))!;
        var mistake = before.Edit(Ravi);
        mistake.Notes = "Prefers the telephone.";
        var edited = await _profiles.SaveAsync(mistake, cancellationToken) as SaveOutcome.Saved;
        var lastChange = new HistoryQuery { PageSize = 1 };
        var entry = (await _profiles.History.GetAsync(id, lastChange, cancellationToken))!.Entries.Single().Number;

        // A revert is a draft: it can be shown before it is saved as any other edit.
        var outcome = await _profiles.History.DraftRevertAsync(
            id,
            entry,
            RevertScope.OneChange,
            Kim,
            cancellationToken
        );
        var reverted = outcome is RevertOutcome.Drafted { Edit: var edit, Conflicts.IsEmpty: true }
            ? await _profiles.SaveAsync(edit, cancellationToken) as SaveOutcome.Saved
            : null;
        Step(
            "Ravi replaces the notes by mistake, and Kim takes that change back",
            edited?.Profile.Notes == mistake.Notes && reverted?.Profile.Notes == before.Notes,
            "The earlier notes are there again."
        );

        var lastTwo = new HistoryQuery { PageSize = 2 };
        var history = (await _profiles.History.GetAsync(id, lastTwo, cancellationToken))!;
        Step(
            "Kim reads the history",
            history.Entries
                is [
                    { Kind: HistoryKind.Revert, By.By: "kim", Values: [{ Field.Code: "notes" }] },
                    { Kind: HistoryKind.Edit, By.By: "ravi", Values: [{ Field.Code: "notes" }] },
                ],
            "It holds both changes, the newest first."
        );
        report.History(id, history);
    }

    private async Task ClearPhotoAsync(CustomerId id, CancellationToken cancellationToken)
    {
        var outcome = await _profiles.ClearPhotoAsync(id, Kim, cancellationToken);
        Step(
            "Kim clears the photo by the customer's id",
            outcome is SaveOutcome.Saved { Profile.Photo: null },
            $"Cleared for {id}. It stays cleared until it is reset."
        );
    }

    private async Task DisableAndEnableAsync(CustomerId maria, CancellationToken cancellationToken)
    {
        var before = (await _profiles.GetAsync(maria, cancellationToken))!;
        await _profiles.DisableProviderAsync(Provider, Kim, cancellationToken);
        var calls = simulator.Calls;
        MoveClockBy(Period.FromMonths(3));
        var known = await _profiles.ConversationReceivedAsync(
            new Conversation("case-1", "Maria Quill <maria.quill@example.org>", _clock.Now),
            cancellationToken
        );
        var newcomer = await _profiles.ConversationReceivedAsync(
            new Conversation("case-2", "Newcomer <priya.raman+off@example.org>", _clock.Now),
            cancellationToken
        );
        await _checks.DrainAsync(cancellationToken);
        var after = (await _profiles.GetAsync(maria, cancellationToken))!;
        Step(
            "The provider is disabled. Three months later, Maria and a newcomer write",
            known.Checks[0].Reason == CheckReason.ProviderDisabled
                && newcomer is ConversationOutcome.Created
                && newcomer.Checks[0].Reason == CheckReason.ProviderDisabled
                && simulator.Calls == calls
                && after.SocialProfiles.SequenceEqual(before.SocialProfiles)
                && after.Bio == before.Bio
                && after.Location == before.Location,
            $"Calls to the provider: {simulator.Calls - calls}. Maria keeps {after.SocialProfiles.Length} "
                + $"social profiles, location and bio."
        );

        await _profiles.EnableProviderAsync(Provider, Kim, cancellationToken);
        MoveClockBy(Period.FromMinutes(1));
        var again = await _profiles.ConversationReceivedAsync(
            new Conversation("case-3", "maria.quill@example.org", _clock.Now),
            cancellationToken
        );
        await _checks.DrainAsync(cancellationToken);
        var refreshed = (await _profiles.GetAsync(maria, cancellationToken))!;
        Step(
            "The provider is enabled again, and Maria writes once more",
            again.Checks[0] is { Requested: true, Reason: CheckReason.Due }
                && simulator.Calls == calls + 1
                && refreshed.Photo is null
                && refreshed.JobTitle == "Head of Acquisitions",
            "One lookup. The photo is still cleared, and the job title is still Kim's."
        );
    }

    private async Task ResetPhotoAsync(CustomerId maria, CancellationToken cancellationToken)
    {
        await _profiles.ResetPhotoAsync(maria, Kim, cancellationToken);
        MoveClockBy(Period.FromMonths(3));
        await _profiles.ConversationReceivedAsync(
            new Conversation("case-4", "maria.quill@example.org", _clock.Now),
            cancellationToken
        );
        await _checks.DrainAsync(cancellationToken);
        Step(
            "The photo is reset. Three months later, Maria writes",
            (await _profiles.GetAsync(maria, cancellationToken))!.Photo is not null,
            "The provider's photo is back."
        );
    }

    private async Task CheckNowAsync(CustomerId maria, CancellationToken cancellationToken)
    {
        var calls = simulator.Calls;
        var outcome = await _profiles.CheckNowAsync(maria, Provider, Kim, cancellationToken);
        await _checks.DrainAsync(cancellationToken);
        Step(
            "Kim requests another lookup of Maria by hand",
            outcome is CheckNowOutcome.TooSoon && simulator.Calls == calls,
            "Not requested: the last one was less than ten minutes ago."
        );
    }

    private async Task SuppressAsync(CancellationToken cancellationToken)
    {
        var tomas = (
            await _profiles.FindAsync(Identity.Email(EmailAddress.Parse("tomas.brandt@example.net")), cancellationToken)
        )!;
        await _profiles.SuppressAsync(tomas.Id, Kim, cancellationToken);
        var calls = simulator.Calls;
        MoveClockBy(Period.FromMonths(3));
        var outcome = await _profiles.ConversationReceivedAsync(
            new Conversation("case-5", "tomas.brandt@example.net", _clock.Now),
            cancellationToken
        );
        await _checks.DrainAsync(cancellationToken);
        var maria = (await _profiles.FindAsync(MariaQuill, cancellationToken))!;
        Step(
            "Tomas is suppressed, and writes after three months",
            outcome.Checks[0].Reason == CheckReason.Suppressed
                && simulator.Calls == calls
                && (await _profiles.GetSidebarAsync(maria.Id, cancellationToken)) is { IsSuppressed: false },
            "No lookup. No other customer is affected."
        );
    }

    private async Task SuggestAsync(CancellationToken cancellationToken)
    {
        var newcomer = (await _profiles.FindAsync(Newcomer, cancellationToken))!;
        var suggestions = await _profiles.Merging.FindDuplicatesAsync(newcomer.Id, cancellationToken);
        Step(
            "Kim looks for duplicates of the newcomer",
            suggestions is [{ Reasons: [DuplicateReason.EmailAddress] } suggestion]
                && suggestion.Profile.Identities.Contains(PriyaRaman),
            "Priya is suggested: the addresses differ in a plus tag only."
        );
        report.Duplicates(newcomer.Id, suggestions);
    }

    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        var newcomer = (await _profiles.FindAsync(Newcomer, cancellationToken))!;
        var priya = (await _profiles.FindAsync(PriyaRaman, cancellationToken))!;
        var request = new MergeRequest { From = newcomer.Id, Into = priya.Id };
        var planned = await _profiles.Merging.PreviewAsync(request, cancellationToken) as MergePreviewOutcome.Planned;
        Step(
            "The newcomer seems to be Priya. Kim looks at what merging them would do",
            planned?.Preview.Result.Identities.Contains(Newcomer) == true
                && (await _profiles.GetAsync(priya.Id, cancellationToken))!.Version == priya.Version,
            "A preview. Nothing is written."
        );
        if (planned is not null)
        {
            report.MergePreview(planned.Preview);
        }

        var merged = await _profiles.Merging.MergeAsync(request, Kim, cancellationToken) as MergeOutcome.Merged;
        Step(
            "Kim merges them",
            merged is not null
                && planned is not null
                && merged.Profile.Values.SequenceEqual(planned.Preview.Result.Values)
                && (await _profiles.FindAsync(Newcomer, cancellationToken))!.Id == priya.Id
                && (await _profiles.GetAsync(newcomer.Id, cancellationToken))!.Id == priya.Id,
            "As in the preview. Both addresses, and the newcomer's id, lead to Priya."
        );

        var undone = merged is null
            ? null
            : await _profiles.Merging.UnmergeAsync(merged.Merge, Kim, cancellationToken: cancellationToken)
                as UnmergeOutcome.Unmerged;
        Step(
            "They were two people after all, and Kim undoes the merge",
            undone is not null
                && undone.From.Values.SequenceEqual(newcomer.Values)
                && undone.Into.Values.SequenceEqual(priya.Values)
                && (await _profiles.FindAsync(Newcomer, cancellationToken))!.Id == newcomer.Id
                && (await _profiles.Merging.FindDuplicatesAsync(newcomer.Id, cancellationToken)).IsEmpty,
            "Each is as before, with their own address, and Priya is not suggested again."
        );
    }

    /// <summary>The events of both, as the help desk's own tables and other systems receive them.</summary>
    private async Task ReceiveEventsAsync(CancellationToken cancellationToken)
    {
        await session.DeliverEventsAsync(cancellationToken);
        var newcomer = await EventsOfAsync(Newcomer, cancellationToken);
        var priya = await EventsOfAsync(PriyaRaman, cancellationToken);
        Step(
            "The help desk receives what has happened to Priya and the newcomer",
            KindsOf(newcomer) is [CustomerEventKind.Created, CustomerEventKind.MergedAway, CustomerEventKind.Unmerged]
                && KindsOf(priya)
                    is [CustomerEventKind.Created, .., CustomerEventKind.Merged, CustomerEventKind.Unmerged]
                && IsGapless(newcomer)
                && IsGapless(priya),
            "One event for each change, numbered for each customer without a gap."
        );
        report.Events([.. priya, .. newcomer]);

        static CustomerEventKind[] KindsOf(IReadOnlyList<CustomerEvent> events) =>
            [.. events.Select(received => received.Kind)];

        static bool IsGapless(IReadOnlyList<CustomerEvent> events) =>
            events.Select((received, i) => received.Sequence == i + 1).All(isNext => isNext);
    }

    private async Task<IReadOnlyList<CustomerEvent>> EventsOfAsync(
        Identity identity,
        CancellationToken cancellationToken
    ) => session.Events.Of((await _profiles.FindAsync(identity, cancellationToken))!.Id);

    private void MoveClockBy(Period period) =>
        _clock.MoveTo((_clock.Now.InUtc().LocalDateTime + period).InUtc().ToInstant());

    private void Step(string step, bool passed, string result)
    {
        _allWell &= passed;
        report.Step(step, passed, result);
    }
}
