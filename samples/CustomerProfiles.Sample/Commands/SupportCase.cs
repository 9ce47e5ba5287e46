using FullContact.Simulator;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>
/// A support case, played after the import: each step prints what it does, and checks the result.
/// </summary>
internal sealed class SupportCase(
    ICustomerProfiles profiles,
    ICheckRunner checks,
    MailboxClock clock,
    FullContactSimulator simulator,
    IReport report
)
{
    private const string Provider = "fullcontact";

    private static readonly Actor Kim = Actor.Agent("kim");
    private static readonly Actor Ravi = Actor.Agent("ravi");
    private static readonly Identity MariaQuill = Identity.Email(EmailAddress.Parse("maria.quill@example.org"));

    private bool _allWell = true;

    /// <returns>Whether every step succeeded.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        report.Heading("A support case");
        var maria = (await profiles.FindAsync(MariaQuill, cancellationToken))!;
        await EditProviderFieldAsync(maria, cancellationToken);
        await TwoAgentsEditAsync(maria, cancellationToken);
        await RevertAsync(maria.Id, cancellationToken);
        await ClearPhotoAsync(maria.Id, cancellationToken);
        await DisableAndEnableAsync(maria.Id, cancellationToken);
        await ResetPhotoAsync(maria.Id, cancellationToken);
        await CheckNowAsync(maria.Id, cancellationToken);
        await SuppressAsync(cancellationToken);
        if (await profiles.GetSidebarAsync(maria.Id, cancellationToken) is { } view)
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
        var outcome = await profiles.SaveAsync(edit, cancellationToken);
        var error = (outcome as SaveOutcome.Rejected)?.Errors.Single();
        var unchanged = (await profiles.GetAsync(maria.Id, cancellationToken))!.Version == maria.Version;
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
            await profiles.SaveAsync(kims, cancellationToken) is SaveOutcome.Saved,
            "Saved."
        );
        Step(
            "Ravi, who read the same version, adds a telephone number",
            await profiles.SaveAsync(ravis, cancellationToken)
                is SaveOutcome.Saved { Profile: { JobTitle: "Head of Acquisitions", Phones.Length: 1 } },
            "Saved as well: changes of different fields are merged."
        );
        var conflict = await profiles.SaveAsync(ravisTitle, cancellationToken) as SaveOutcome.Conflict;
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
        var before = (await profiles.GetAsync(id, cancellationToken))!;
        var mistake = before.Edit(Ravi);
        mistake.Notes = "Prefers the telephone.";
        var edited = await profiles.SaveAsync(mistake, cancellationToken) as SaveOutcome.Saved;
        var lastChange = new HistoryQuery { PageSize = 1 };
        var entry = (await profiles.History.GetAsync(id, lastChange, cancellationToken))!.Entries.Single().Number;

        // A revert is a draft: it can be shown before it is saved as any other edit.
        var outcome = await profiles.History.DraftRevertAsync(id, entry, RevertScope.OneChange, Kim, cancellationToken);
        var reverted = outcome is RevertOutcome.Drafted { Edit: var edit, Conflicts.IsEmpty: true }
            ? await profiles.SaveAsync(edit, cancellationToken) as SaveOutcome.Saved
            : null;
        Step(
            "Ravi replaces the notes by mistake, and Kim takes that change back",
            edited?.Profile.Notes == mistake.Notes && reverted?.Profile.Notes == before.Notes,
            "The earlier notes are there again."
        );

        var lastTwo = new HistoryQuery { PageSize = 2 };
        var history = (await profiles.History.GetAsync(id, lastTwo, cancellationToken))!;
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
        var outcome = await profiles.ClearPhotoAsync(id, Kim, cancellationToken);
        Step(
            "Kim clears the photo by the customer's id",
            outcome is SaveOutcome.Saved { Profile.Photo: null },
            $"Cleared for {id}. It stays cleared until it is reset."
        );
    }

    private async Task DisableAndEnableAsync(CustomerId maria, CancellationToken cancellationToken)
    {
        var before = (await profiles.GetAsync(maria, cancellationToken))!;
        await profiles.DisableProviderAsync(Provider, Kim, cancellationToken);
        var calls = simulator.Calls;
        MoveClockBy(Period.FromMonths(3));
        var known = await profiles.ConversationReceivedAsync(
            new Conversation("case-1", "Maria Quill <maria.quill@example.org>", clock.Now),
            cancellationToken
        );
        var newcomer = await profiles.ConversationReceivedAsync(
            new Conversation("case-2", "Newcomer <priya.raman+off@example.org>", clock.Now),
            cancellationToken
        );
        await checks.DrainAsync(cancellationToken);
        var after = (await profiles.GetAsync(maria, cancellationToken))!;
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

        await profiles.EnableProviderAsync(Provider, Kim, cancellationToken);
        MoveClockBy(Period.FromMinutes(1));
        var again = await profiles.ConversationReceivedAsync(
            new Conversation("case-3", "maria.quill@example.org", clock.Now),
            cancellationToken
        );
        await checks.DrainAsync(cancellationToken);
        var refreshed = (await profiles.GetAsync(maria, cancellationToken))!;
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
        await profiles.ResetPhotoAsync(maria, Kim, cancellationToken);
        MoveClockBy(Period.FromMonths(3));
        await profiles.ConversationReceivedAsync(
            new Conversation("case-4", "maria.quill@example.org", clock.Now),
            cancellationToken
        );
        await checks.DrainAsync(cancellationToken);
        Step(
            "The photo is reset. Three months later, Maria writes",
            (await profiles.GetAsync(maria, cancellationToken))!.Photo is not null,
            "The provider's photo is back."
        );
    }

    private async Task CheckNowAsync(CustomerId maria, CancellationToken cancellationToken)
    {
        var calls = simulator.Calls;
        var outcome = await profiles.CheckNowAsync(maria, Provider, Kim, cancellationToken);
        await checks.DrainAsync(cancellationToken);
        Step(
            "Kim requests another lookup of Maria by hand",
            outcome is CheckNowOutcome.TooSoon && simulator.Calls == calls,
            "Not requested: the last one was less than ten minutes ago."
        );
    }

    private async Task SuppressAsync(CancellationToken cancellationToken)
    {
        var tomas = (
            await profiles.FindAsync(Identity.Email(EmailAddress.Parse("tomas.brandt@example.net")), cancellationToken)
        )!;
        await profiles.SuppressAsync(tomas.Id, Kim, cancellationToken);
        var calls = simulator.Calls;
        MoveClockBy(Period.FromMonths(3));
        var outcome = await profiles.ConversationReceivedAsync(
            new Conversation("case-5", "tomas.brandt@example.net", clock.Now),
            cancellationToken
        );
        await checks.DrainAsync(cancellationToken);
        var maria = (await profiles.FindAsync(MariaQuill, cancellationToken))!;
        Step(
            "Tomas is suppressed, and writes after three months",
            outcome.Checks[0].Reason == CheckReason.Suppressed
                && simulator.Calls == calls
                && (await profiles.GetSidebarAsync(maria.Id, cancellationToken)) is { IsSuppressed: false },
            "No lookup. No other customer is affected."
        );
    }

    private void MoveClockBy(Period period) =>
        clock.MoveTo((clock.Now.InUtc().LocalDateTime + period).InUtc().ToInstant());

    private void Step(string step, bool passed, string result)
    {
        _allWell &= passed;
        report.Step(step, passed, result);
    }
}
