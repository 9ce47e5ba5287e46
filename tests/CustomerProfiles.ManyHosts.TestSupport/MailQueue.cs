using NodaTime;

namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>Runs commands as hosts do: whatever fails is redelivered.</summary>
internal sealed class MailQueue(string name, ICustomerProfiles profiles, IClock clock, TimeProvider time)
{
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
                var outcome = await TryAsync(tenant, command);
                if (outcome is not null)
                {
                    return new HostReply(command.Number, outcome, conflicts, faults);
                }

                conflicts++;
            }
            catch (Exception fault) when (fault is not ArgumentException)
            {
                faults.Add(fault.GetType().Name);
                await Task.Delay(Pause, time);
            }
        }
    }

    /// <summary>The code of the outcome; null to repeat at once.</summary>
    private async Task<string?> TryAsync(ICustomerProfiles tenant, HostCommand command)
    {
        switch (command)
        {
            case HostCommand.Receive receive:
                return (
                    await tenant.ConversationReceivedAsync(
                        new Conversation(receive.Conversation, receive.From, clock.GetCurrentInstant())
                    )
                ).Code;

            case HostCommand.AddNote add:
            {
                var profile = await FindAsync(tenant, add.Address);
                var notes = profile.Get(ProfileField.Notes);
                if (notes?.Split('\n').Contains(add.Line) == true)
                {
                    return "there";
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
                    return "there";
                }

                var edit = profile.Edit(Actor.Agent(name));
                edit.Set(property, set.Value);
                return await SaveAsync(tenant, edit);
            }

            default:
                throw new ArgumentException($"{command.GetType()} is no command.", nameof(command));
        }
    }

    private static async Task<CustomerProfile> FindAsync(ICustomerProfiles tenant, string address) =>
        await tenant.FindAsync(Identity.Email(EmailAddress.Parse(address)))
        ?? throw new ArgumentException("Nobody has this address.", nameof(address));

    private static async Task<string?> SaveAsync(ICustomerProfiles tenant, ProfileEdit edit) =>
        await tenant.SaveAsync(edit) is var outcome and not SaveOutcome.Conflict ? outcome.Code : null;
}
