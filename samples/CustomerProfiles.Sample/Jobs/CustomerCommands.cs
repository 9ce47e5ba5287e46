using CustomerProfiles.Sample.Output;
using NodaTime;

namespace CustomerProfiles.Sample.Jobs;

/// <summary>What an agent does with the profiles that an earlier run left.</summary>
internal sealed class CustomerCommands(SampleSession session, IReport report)
{
    private const string Provider = "fullcontact";

    private static readonly Actor Agent = Actor.Agent("console");

    private readonly ICustomerProfiles _profiles = session.Profiles;

    public async Task ListAsync(string? text, int most, CancellationToken cancellationToken)
    {
        CustomerId? after = null;
        var shown = 0;
        do
        {
            var query = new ProfileQuery
            {
                Text = text,
                After = after,
                PageSize = Math.Min(most - shown, ProfileQuery.MaxPageSize),
            };
            var page = await _profiles.ListAsync(query, cancellationToken);
            report.Profiles(page.Profiles);
            shown += page.Profiles.Length;
            after = page.Next;
        } while (after is not null && shown < most);

        report.Note(
            (shown, after) switch
            {
                (0, _) => text is null
                    ? "There are no profiles yet."
                    : "Nobody is found. A profile is found by its name, company, e-mail or postal address.",
                (_, null) => $"{shown} in all.",
                _ => $"The first {shown}; there are more. Say --most for as many as you like.",
            }
        );
    }

    public async Task SidebarAsync(string who, CancellationToken cancellationToken) =>
        await DrawAsync(await FindAsync(who, cancellationToken), cancellationToken);

    public async Task<bool> EditAsync(string who, EditRequest request, CancellationToken cancellationToken)
    {
        var profile = await FindAsync(who, cancellationToken);
        var edit = profile.Edit(Agent);
        request.ApplyTo(edit);
        if (edit.IsEmpty)
        {
            report.Note("Nothing to save: it stands so already.");
            return true;
        }

        switch (await _profiles.SaveAsync(edit, cancellationToken))
        {
            case SaveOutcome.Saved saved:
                report.Note("Saved.");
                await DrawAsync(saved.Profile, cancellationToken);
                return true;
            case SaveOutcome.Rejected rejected:
                throw new BadInputException(
                    string.Join(Environment.NewLine, rejected.Errors.Select(error => $"Not saved: {error.Message}"))
                );
            case SaveOutcome.Conflict conflict:
                report.Note(
                    $"Not saved: somebody else has just changed "
                        + $"{string.Join(", ", conflict.Fields.Select(field => field.Field.Code))}. Look at "
                        + $"the sidebar, and say again."
                );
                return false;
            default:
                throw NobodyThere();
        }
    }

    public async Task ClearPhotoAsync(string who, CancellationToken cancellationToken)
    {
        var profile = await FindAsync(who, cancellationToken);
        Expect(await _profiles.ClearPhotoAsync(profile.Id, Agent, cancellationToken));
        report.Note("The photo is cleared. It stays cleared until it is given back.");
        await DrawAsync(profile, cancellationToken);
    }

    public async Task GiveBackPhotoAsync(string who, CancellationToken cancellationToken)
    {
        var profile = await FindAsync(who, cancellationToken);
        Expect(await _profiles.ResetPhotoAsync(profile.Id, Agent, cancellationToken));
        report.Note("The photo is the provider's again. Its next check may bring one.");
        await DrawAsync(profile, cancellationToken);
    }

    public async Task SwitchAsync(bool on, CancellationToken cancellationToken)
    {
        var status = (await _profiles.GetProvidersAsync(cancellationToken)).First(one => one.Provider == Provider);
        if (status.ChangedAt is { } changedAt)
        {
            session.Clock.MoveTo(changedAt);
        }

        _ = on
            ? await _profiles.EnableProviderAsync(Provider, Agent, cancellationToken)
            : await _profiles.DisableProviderAsync(Provider, Agent, cancellationToken);
        var position = on ? "on" : "off";
        var effect = on
            ? "It is asked at the next new conversation for which a check is due."
            : "What is there stays, and nothing new is gathered.";
        report.Note(
            status.IsEnabled != on ? $"{Provider} is {position} now. {effect}" : $"{Provider} was {position} already."
        );
    }

    public async Task SuppressAsync(string who, CancellationToken cancellationToken)
    {
        if (await FindOrNullAsync(who, cancellationToken) is { } profile)
        {
            await _profiles.SuppressAsync(profile.Id, cancellationToken);
            report.Note("This customer is not looked up any more, also after being deleted and writing again.");
            await DrawAsync(profile, cancellationToken);
            return;
        }

        await _profiles.SuppressAsync(IdentityOf(who), cancellationToken);
        report.Note("Nobody has this address yet. Whoever comes with it is not looked up.");
    }

    public async Task UnsuppressAsync(string who, CancellationToken cancellationToken)
    {
        if (await FindOrNullAsync(who, cancellationToken) is { } profile)
        {
            await _profiles.UnsuppressAsync(profile.Id, cancellationToken);
            report.Note("This customer may be looked up.");
            await DrawAsync(profile, cancellationToken);
            return;
        }

        await _profiles.UnsuppressAsync(IdentityOf(who), cancellationToken);
        report.Note("Nobody has this address yet. Whoever comes with it may be looked up.");
    }

    private static void Expect(SaveOutcome outcome)
    {
        if (outcome is not SaveOutcome.Saved)
        {
            throw NobodyThere();
        }
    }

    private static BadInputException NobodyThere() => new("There is no such customer here.");

    /// <exception cref="BadInputException">It is an id, and nobody's.</exception>
    private static Identity IdentityOf(string who) =>
        EmailAddress.TryParse(who, out var address) ? Identity.Email(address) : throw NobodyThere();

    private async Task<CustomerProfile> FindAsync(string who, CancellationToken cancellationToken) =>
        await FindOrNullAsync(who, cancellationToken) ?? throw NobodyThere();

    /// <summary>
    /// Finds a customer by id or address. From here on it is not earlier than what stands in the profile: a host's
    /// clock goes on, but in the sample the mailbox's clock may have been ahead of it.
    /// </summary>
    private async Task<CustomerProfile?> FindOrNullAsync(string who, CancellationToken cancellationToken)
    {
        var profile =
            CustomerId.TryParse(who, out var id) ? await _profiles.GetAsync(id, cancellationToken)
            : EmailAddress.TryParse(who, out var address)
                ? await _profiles.FindAsync(Identity.Email(address), cancellationToken)
            : throw new BadInputException(
                "That is neither an e-mail address nor the id of a customer, as the list shows it."
            );
        if (profile is not null)
        {
            session.Clock.MoveTo(profile.UpdatedAt);
        }

        return profile;
    }

    private async Task DrawAsync(CustomerProfile profile, CancellationToken cancellationToken)
    {
        if (await _profiles.GetSidebarAsync(profile.Id, cancellationToken) is { } view)
        {
            report.Sidebar(view);
        }
    }
}
