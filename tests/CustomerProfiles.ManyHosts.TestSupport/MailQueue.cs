using System.Data.Common;
using NodaTime;

namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>Runs commands as hosts do: whatever fails is redelivered.</summary>
internal sealed class MailQueue(string name, ICustomerProfiles profiles, IClock clock, TimeProvider time)
{
    private const string Nobody = "nobody";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs one command, repeating it until it succeeds.</summary>
    public async Task<HostReply> DeliverAsync(HostCommand command)
    {
        var tenant = profiles.ForTenant(new TenantId(command.Tenant));
        var conflicts = 0;
        var faults = new List<string>();
        while (true)
        {
            try
            {
                if (await TryAsync(tenant, command) is { } result)
                {
                    return new HostReply(command.Number, result.Outcome, conflicts, faults, result.Customer?.Value);
                }

                conflicts++;
            }
            catch (Exception fault) when (fault is not ArgumentException)
            {
                faults.Add(NameOf(fault));
                await Task.Delay(Pause, time);
            }
        }
    }

    private static string NameOf(Exception fault) =>
        (fault as DbException ?? fault.InnerException as DbException)?.SqlState is { } state
            ? $"{fault.GetType().Name} {state}"
            : fault.GetType().Name;

    /// <summary>The code of the outcome and the customer; null to repeat at once.</summary>
    private async Task<(string Outcome, CustomerId? Customer)?> TryAsync(ICustomerProfiles tenant, HostCommand command)
    {
        switch (command)
        {
            case HostCommand.Receive receive:
                return ResultOf(
                    await tenant.ConversationReceivedAsync(
                        new Conversation(receive.Conversation, receive.From, clock.GetCurrentInstant())
                    )
                );

            case HostCommand.Compose compose:
                return ResultOf(
                    await tenant.ConversationComposedAsync(
                        new ComposedConversation(compose.Conversation, compose.To, clock.GetCurrentInstant())
                    )
                );

            case HostCommand.AddNote add:
            {
                var profile = await FindAsync(tenant, add.Address);
                var notes = profile.Get(ProfileField.Notes);
                if (notes?.Split('\n').Contains(add.Line) == true)
                {
                    return ("there", profile.Id);
                }

                var edit = profile.Edit(Actor.Agent(name));
                edit.Notes = notes is null ? add.Line : $"{notes}\n{add.Line}";
                return await SaveAsync(tenant, edit);
            }

            case HostCommand.SetProperty set:
            {
                var profile = await FindAsync(tenant, set.Address);
                var property = ProfileField.Custom(set.Key);
                if (profile.Get(property) == set.Value)
                {
                    return ("there", profile.Id);
                }

                var edit = profile.Edit(Actor.Agent(name));
                edit.Set(property, set.Value);
                return await SaveAsync(tenant, edit);
            }

            case HostCommand.Merge merge:
                return await MergeAsync(tenant, merge);

            case HostCommand.Unmerge unmerge:
                return await UnmergeAsync(tenant, unmerge);

            default:
                throw new ArgumentException($"{command.GetType()} is no command.", nameof(command));
        }
    }

    private static (string Outcome, CustomerId? Customer) ResultOf(ConversationOutcome outcome) =>
        (outcome.Code, outcome.Profile?.Id);

    /// <summary>Who was absorbed by another meanwhile is looked up again.</summary>
    private async Task<(string Outcome, CustomerId? Customer)?> MergeAsync(
        ICustomerProfiles tenant,
        HostCommand.Merge merge
    )
    {
        if (
            await FindOrNullAsync(tenant, merge.From) is not { } from
            || await FindOrNullAsync(tenant, merge.Into) is not { } into
        )
        {
            return (Nobody, null);
        }

        var outcome = await tenant.Merging.MergeAsync(
            new MergeRequest { From = from.Id, Into = into.Id },
            Actor.Agent(name)
        );
        return outcome is MergeOutcome.Busy or MergeOutcome.AlreadyMerged ? null : (outcome.Code, into.Id);
    }

    private async Task<(string Outcome, CustomerId? Customer)?> UnmergeAsync(
        ICustomerProfiles tenant,
        HostCommand.Unmerge unmerge
    )
    {
        if (await FindOrNullAsync(tenant, unmerge.Address) is not { } profile)
        {
            return (Nobody, null);
        }

        // The newest comes first. The others cannot be undone before it.
        var merges = await tenant.Merging.GetMergesAsync(profile.Id);
        if (merges.IsEmpty)
        {
            return ("no-merge", profile.Id);
        }

        var outcome = await tenant.Merging.UnmergeAsync(merges[0].Id, Actor.Agent(name));
        return outcome is UnmergeOutcome.Busy ? null : (outcome.Code, profile.Id);
    }

    private static async Task<CustomerProfile> FindAsync(ICustomerProfiles tenant, string address) =>
        await FindOrNullAsync(tenant, address)
        ?? throw new ArgumentException("Nobody has this address.", nameof(address));

    private static ValueTask<CustomerProfile?> FindOrNullAsync(ICustomerProfiles tenant, string address) =>
        tenant.FindAsync(Identity.Email(EmailAddress.Parse(address)));

    private static async Task<(string Outcome, CustomerId? Customer)?> SaveAsync(
        ICustomerProfiles tenant,
        ProfileEdit edit
    ) =>
        await tenant.SaveAsync(edit) is var outcome and not (SaveOutcome.Conflict or SaveOutcome.Busy)
            ? (outcome.Code, edit.Profile.Id)
            : null;
}
