using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>The commands on the profiles that an earlier run left, each as an agent would use it.</summary>
internal sealed class CustomerCommands(SampleSession session, IReport report)
{
    public const string Provider = "fullcontact";

    private const int MostCounted = 1_000;

    /// <summary>Who uses the commands, as the history shows it.</summary>
    public static readonly Actor Agent = Actor.Agent("console");

    private readonly ICustomerProfiles _profiles = session.Profiles;
    private readonly CustomerLookup _customers = new(session, report);

    public MergeCommands Merging { get; } = new(session, new CustomerLookup(session, report), report);

    public DuplicateCommands Duplicates { get; } = new(session, new CustomerLookup(session, report), report);

    public PrivacyCommands Privacy { get; } = new(session, new CustomerLookup(session, report), report);

    public async Task ListAsync(int max, CancellationToken cancellationToken)
    {
        CustomerId? after = null;
        var shown = 0;
        do
        {
            var query = new ProfileQuery { After = after, PageSize = Math.Min(max - shown, ProfileQuery.MaxPageSize) };
            var page = await _profiles.ListAsync(query, cancellationToken);
            report.Profiles(page.Profiles);
            shown += page.Profiles.Length;
            after = page.Next;
        } while (after is not null && shown < max);

        report.Note(
            (shown, after) switch
            {
                (0, _) => "There are no profiles yet.",
                (_, null) => $"{shown} in all.",
                _ => $"The first {shown}; there are more. Use --max to show more.",
            }
        );
    }

    public async Task FindAsync(string text, int max, CancellationToken cancellationToken)
    {
        var query = new ProfileSearchQuery { Text = text, PageSize = Math.Min(max, ProfileSearchQuery.MaxPageSize) };
        var shown = 0;
        do
        {
            var page = await _profiles.SearchAsync(query, cancellationToken);
            var profiles = page.Profiles[..Math.Min(page.Profiles.Length, max - shown)];
            report.Profiles(profiles);
            shown += profiles.Length;
            query = query.ContinueAfter(page.Next);
        } while (query.After is not null && shown < max);

        var count = await _profiles.CountAsync(query, MostCounted, cancellationToken);
        report.Note(
            shown == 0 ? "No profile found. The search looks at name, company, e-mail, telephone and postal address."
            : count.IsMore ? $"The first {shown} of more than {MostCounted:N0}. Use --max to show more."
            : count.Count > shown ? $"The first {shown} of {count.Count}; there are more. Use --max to show more."
            : $"{shown} in all."
        );
    }

    public async Task ShowAsync(string customer, CancellationToken cancellationToken) =>
        await ShowAsync(await _customers.FindAsync(customer, cancellationToken), cancellationToken);

    /// <param name="identity">How the customer is found; null or blank for none.</param>
    /// <param name="profile">What the profile is to hold, without the identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there is such a customer already.</returns>
    public async Task<bool> CreateAsync(string? identity, NewProfile profile, CancellationToken cancellationToken)
    {
        var isKnown = !string.IsNullOrWhiteSpace(identity);
        if (!isKnown && !HasText(profile))
        {
            throw new BadInputException(
                "Nothing given. Use for example: create ada@example.org --name \"Ada Lovelace\""
            );
        }

        var whole = new NewProfile
        {
            Identities = isKnown ? [ParseIdentity(identity!)] : [],
            Name = profile.Name,
            Company = profile.Company,
            JobTitle = profile.JobTitle,
            Notes = profile.Notes,
        };
        switch (await _profiles.CreateAsync(whole, Agent, cancellationToken))
        {
            case CreateOutcome.Created created:
                report.Note("Created. The first conversation starts a lookup.");
                await ShowAsync(created.Profile, cancellationToken);
                return true;
            case CreateOutcome.Exists exists:
                report.Note($"Not created: there is such a customer already. Show their sidebar: {exists.Id}");
                return false;
            case CreateOutcome.DoNotKeep:
                report.Note("Not created: this customer was erased, and is not to be kept.");
                return false;
            case CreateOutcome.Rejected rejected:
                throw new BadInputException(
                    string.Join(Environment.NewLine, rejected.Errors.Select(error => $"Not created: {error.Message}"))
                );
            case var other:
                throw new InvalidOperationException($"Creating a customer cannot end as {other}.");
        }
    }

    public async Task<bool> EditAsync(string customer, EditRequest request, CancellationToken cancellationToken)
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        var edit = profile.Edit(Agent);
        request.ApplyTo(edit);
        if (edit.IsEmpty)
        {
            report.Note("Nothing to save: the profile holds these values already.");
            return true;
        }

        return await SaveAsync(edit, cancellationToken);
    }

    public async Task HistoryAsync(string customer, HistoryQuery query, CancellationToken cancellationToken)
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        var page =
            await _profiles.History.GetAsync(profile.Id, query, cancellationToken)
            ?? throw CustomerLookup.NoSuchCustomer();
        report.History(profile.Id, page);
        report.Note(
            page switch
            {
                { Next: { } next } => $"There are more. Use --before {next} to show the next page.",
                { Entries.IsEmpty: true } when query.Before is null =>
                    "Nothing has changed since the customer was created.",
                _ => "No earlier change is kept.",
            }
        );
    }

    /// <summary>Shows what taking a change back would do, and does it once it is confirmed.</summary>
    /// <returns>False when nothing could be saved.</returns>
    public async Task<bool> RevertAsync(
        string customer,
        long entry,
        RevertScope scope,
        bool isConfirmed,
        CancellationToken cancellationToken
    )
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        switch (await _profiles.History.DraftRevertAsync(profile.Id, entry, scope, Agent, cancellationToken))
        {
            case RevertOutcome.Drafted draft:
                report.Revert(entry, draft);
                if (draft.Edit.IsEmpty)
                {
                    return ReportNothingToRevert(draft);
                }

                if (!isConfirmed)
                {
                    report.Note("Nothing is saved yet. To save it, add --yes.");
                    return true;
                }

                return await SaveAsync(draft.Edit, cancellationToken);
            case RevertOutcome.EntryNotFound:
                throw new BadInputException(
                    $"The history of this customer has no change {entry}: it is too old, or there never was one. "
                        + "The command 'history' shows the numbers."
                );
            case RevertOutcome.IsMerge:
                throw new BadInputException(
                    $"Change {entry} cannot be taken back in this way: it is a merge or the undoing of one, or a later "
                        + "merge would be taken back with it. The command 'merges' shows the merges; 'unmerge' undoes "
                        + "one."
                );
            default:
                throw CustomerLookup.NoSuchCustomer();
        }
    }

    /// <summary>Exports everything that is held about a customer as one JSON document.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="file">The file to create; null for the standard output, to which nothing else is written.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">There is such a file already.</exception>
    public async Task ExportAsync(string customer, FileInfo? file, CancellationToken cancellationToken)
    {
        if (await _customers.FindOrNullAsync(customer, cancellationToken) is not { } profile)
        {
            throw await NoCustomerButAsync(customer, cancellationToken);
        }

        var export =
            await _profiles.Privacy.ExportAsync(profile.Id, options: null, cancellationToken)
            ?? throw CustomerLookup.NoSuchCustomer();

        // A file that exists is not replaced: it may be that of the profiles.
        await using var output =
            file?.Open(FileMode.CreateNew, FileAccess.Write) ?? (Stream)Console.OpenStandardOutput();
        await output.WriteAsync(export.Json, cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        if (file is not null)
        {
            report.Note($"Everything that is held about {export.Id} is in {file.Name}.");
        }
    }

    /// <summary>What is held about an address although nobody has it.</summary>
    private async Task<BadInputException> NoCustomerButAsync(string customer, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(customer, out var address))
        {
            return CustomerLookup.NoSuchCustomer();
        }

        var held = await _profiles.Privacy.ExportAsync(Identity.Email(address), options: null, cancellationToken);
        return held switch
        {
            { Mark: ErasureMarkKind.DoNotKeep } => new BadInputException(
                "There is no such customer here. Of an erased one it is kept that nobody with this address is to be "
                    + "kept."
            ),
            { Mark: ErasureMarkKind.DoNotLookUp } or { IsSuppressed: true } => new BadInputException(
                "There is no such customer here. It is kept that nobody with this address is to be looked up."
            ),
            _ => CustomerLookup.NoSuchCustomer(),
        };
    }

    public async Task ClearPhotoAsync(string customer, CancellationToken cancellationToken)
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        ThrowIfNotSaved(await _profiles.ClearPhotoAsync(profile.Id, Agent, cancellationToken));
        report.Note("The photo is cleared. It stays cleared until it is reset.");
        await ShowAsync(profile, cancellationToken);
    }

    public async Task ResetPhotoAsync(string customer, CancellationToken cancellationToken)
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        ThrowIfNotSaved(await _profiles.ResetPhotoAsync(profile.Id, Agent, cancellationToken));
        report.Note("The photo is reset. The next check may fill it again.");
        await ShowAsync(profile, cancellationToken);
    }

    /// <returns>False when no check is requested, and none is under way.</returns>
    public async Task<bool> CheckNowAsync(string customer, string provider, CancellationToken cancellationToken)
    {
        var profile = await _customers.FindAsync(customer, cancellationToken);
        var outcome = await _profiles.CheckNowAsync(profile.Id, provider, Agent, cancellationToken);
        switch (outcome)
        {
            case CheckNowOutcome.UnknownProvider:
                throw new BadInputException($"There is no provider {provider} here. Use {Provider}.");
            case CheckNowOutcome.NotFound:
                throw CustomerLookup.NoSuchCustomer();
        }

        report.Note(
            outcome switch
            {
                CheckNowOutcome.Requested => "Requested. The next import of mail makes the lookup.",
                CheckNowOutcome.AlreadyPending => "A check is waiting or under way already.",
                CheckNowOutcome.TooSoon tooSoon =>
                    $"Not requested: {provider} was asked a moment ago. It can be asked again from "
                        + $"{DecisionText.Of(tooSoon.From)} UTC on.",
                CheckNowOutcome.ProviderDisabled =>
                    $"Not requested: {provider} is disabled. To enable it, use the command 'enable'.",
                CheckNowOutcome.Suppressed =>
                    "Not requested: this customer is suppressed. To allow lookups again, use the command 'unsuppress'.",
                _ => $"Not requested: the profile holds nothing by which {provider} could look the customer up.",
            }
        );
        return outcome is CheckNowOutcome.Requested or CheckNowOutcome.AlreadyPending;
    }

    public async Task EnableAsync(CancellationToken cancellationToken)
    {
        if ((await ReadProviderAsync(cancellationToken)).IsEnabled)
        {
            report.Note($"{Provider} is enabled already.");
            return;
        }

        await _profiles.EnableProviderAsync(Provider, Agent, cancellationToken);
        report.Note($"{Provider} is enabled now. Lookups start with the next new conversation for which one is due.");
    }

    public async Task DisableAsync(CancellationToken cancellationToken)
    {
        if (!(await ReadProviderAsync(cancellationToken)).IsEnabled)
        {
            report.Note($"{Provider} is disabled already.");
            return;
        }

        await _profiles.DisableProviderAsync(Provider, Agent, cancellationToken);
        report.Note($"{Provider} is disabled now. Existing information stays, and nothing new is gathered.");
    }

    public async Task SuppressAsync(string customer, CancellationToken cancellationToken)
    {
        if (await _customers.FindOrNullAsync(customer, cancellationToken) is { } profile)
        {
            await _profiles.SuppressAsync(profile.Id, Agent, cancellationToken);
            report.Note("This customer is suppressed: no more lookups, even after the profile is deleted.");
            await ShowAsync(profile, cancellationToken);
            return;
        }

        await _profiles.SuppressAsync(IdentityOf(customer), cancellationToken);
        report.Note("No customer has this address yet. Whoever writes from it will not be looked up.");
    }

    public async Task UnsuppressAsync(string customer, CancellationToken cancellationToken)
    {
        if (await _customers.FindOrNullAsync(customer, cancellationToken) is { } profile)
        {
            await _profiles.UnsuppressAsync(profile.Id, Agent, cancellationToken);
            report.Note("This customer may be looked up again.");
            await ShowAsync(profile, cancellationToken);
            return;
        }

        await _profiles.UnsuppressAsync(IdentityOf(customer), cancellationToken);
        report.Note("No customer has this address yet. Whoever writes from it may be looked up.");
    }

    /// <summary>
    /// Reads the setting, and moves the clock to its last change, as <see cref="CustomerLookup"/> does.
    /// </summary>
    private async Task<ProviderStatus> ReadProviderAsync(CancellationToken cancellationToken)
    {
        var status = (await _profiles.GetProvidersAsync(cancellationToken)).Single(one => one.Provider == Provider);
        session.Clock.MoveTo(status.ChangedAt ?? session.Clock.Now);
        return status;
    }

    /// <returns>Whether it is saved.</returns>
    /// <exception cref="BadInputException">The edit breaks a rule.</exception>
    private async Task<bool> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken)
    {
        switch (await _profiles.SaveAsync(edit, cancellationToken))
        {
            case SaveOutcome.Saved saved:
                report.Note("Saved.");
                await ShowAsync(saved.Profile, cancellationToken);
                return true;
            case SaveOutcome.Rejected rejected:
                throw new BadInputException(
                    string.Join(Environment.NewLine, rejected.Errors.Select(error => $"Not saved: {error.Message}"))
                );
            case SaveOutcome.Conflict conflict:
                report.Note(
                    $"Not saved: somebody else has just changed "
                        + $"{string.Join(", ", conflict.Fields.Select(field => field.Field.Code))}. "
                        + "Show the sidebar, and run the command again."
                );
                return false;
            case SaveOutcome.IdentityTaken taken:
                report.Note(
                    "Not saved: an e-mail address that it adds belongs to another customer now. "
                        + $"Show that customer's sidebar: {taken.Owner}"
                );
                return false;
            case SaveOutcome.DoNotKeep:
                report.Note(
                    "Not saved: an address that it adds is of a customer who was erased and is not to be kept."
                );
                return false;
            case SaveOutcome.Erased:
                report.Note("Not saved: this customer was erased meanwhile.");
                return false;
            case SaveOutcome.Busy:
                report.Note("Not saved: others changed this profile at the same time. Run the command again.");
                return false;
            default:
                throw CustomerLookup.NoSuchCustomer();
        }
    }

    /// <returns>Whether the profile holds the earlier values already.</returns>
    private bool ReportNothingToRevert(RevertOutcome.Drafted draft)
    {
        var isLeftOut = draft.Conflicts.Length + draft.Refused.Length + draft.Removed.Length > 0;
        report.Note(
            isLeftOut
                ? "Nothing is saved: everything is left out. To change a field all the same, use the command 'edit'."
                : "Nothing to save: the profile holds the earlier values already. To allow lookups of a suppressed "
                    + "customer again, use the command 'unsuppress'."
        );
        return !isLeftOut;
    }

    private static void ThrowIfNotSaved(SaveOutcome outcome)
    {
        if (outcome is not SaveOutcome.Saved)
        {
            throw CustomerLookup.NoSuchCustomer();
        }
    }

    private static bool HasText(NewProfile profile) =>
        new[] { profile.Name?.Full, profile.Company, profile.JobTitle, profile.Notes }.Any(text =>
            !string.IsNullOrWhiteSpace(text)
        );

    /// <exception cref="BadInputException">It is no identity.</exception>
    private static Identity ParseIdentity(string text) =>
        EmailAddress.TryParse(text, out var address) ? Identity.Email(address)
        : Identity.TryPhone(text, out var phone) ? phone
        : TryParse<Identity>(text, out var identity) ? identity
        : throw new BadInputException(
            "This is neither an e-mail address nor a telephone number with its country code, nor another identity such "
                + "as chat:irc:ada or external:4711."
        );

    private static bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value)
        where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out value);

    /// <exception cref="BadInputException">It is the id of no customer.</exception>
    private static Identity IdentityOf(string customer) =>
        EmailAddress.TryParse(customer, out var address)
            ? Identity.Email(address)
            : throw CustomerLookup.NoSuchCustomer();

    private Task ShowAsync(CustomerProfile profile, CancellationToken cancellationToken) =>
        _customers.ShowAsync(profile.Id, cancellationToken);
}
