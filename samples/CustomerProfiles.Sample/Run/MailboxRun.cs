using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample.Run;

/// <summary>
/// Tells the library about every message of a mailbox, in order, and runs the checks that come up on the way.
/// </summary>
/// <param name="profiles">The door.</param>
/// <param name="checks">The runner.</param>
/// <param name="clock">The clock that follows the messages.</param>
/// <param name="latest">What claims to be later than this has a wrong date, which must not take the clock with
/// it.</param>
internal sealed class MailboxRun(ICustomerProfiles profiles, ICheckRunner checks, MailboxClock clock, Instant latest)
{
    /// <summary>
    /// A provider that is still searching, or overloaded, says to come back in a minute or two; longer than this the
    /// run does not stand still for it.
    /// </summary>
    private const int MostMinutesToWait = 10;

    /// <summary>
    /// A mailbox may hold any number of messages of one instant. So many are told side by side at most.
    /// </summary>
    private const int MostTogether = 32;

    /// <summary>
    /// Those about whom a check was asked for that has not ended, with when the provider had last answered before it.
    /// </summary>
    private readonly Dictionary<CustomerId, Instant?> _waiting = [];

    public RunTotals Totals { get; } = new();

    /// <summary>Runs.</summary>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="took">Is told of every message.</param>
    /// <param name="skipped">Is told of everything that could not be read.</param>
    /// <param name="cancellationToken">Cancels the run; what was told until then is kept.</param>
    public async Task RunAsync(
        MboxReader mailbox,
        Action<RunEntry> took,
        Action<MailItem.Unreadable> skipped,
        CancellationToken cancellationToken
    )
    {
        // Messages of the same instant are told side by side, as two web hooks would.
        var together = new List<MailItem.Message>();
        await foreach (var item in mailbox.ReadAsync(cancellationToken))
        {
            switch (item)
            {
                case MailItem.Unreadable unreadable:
                    Totals.Unreadable++;
                    skipped(unreadable);
                    break;
                case MailItem.Message message:
                    if (
                        together.Count == MostTogether
                        || (
                            together.Count > 0
                            && (message.DeliveredAt is null || message.DeliveredAt != together[0].DeliveredAt)
                        )
                    )
                    {
                        await TakeAsync(together, took, cancellationToken);
                        together.Clear();
                    }

                    together.Add(message);
                    break;
            }
        }

        if (together.Count > 0)
        {
            await TakeAsync(together, took, cancellationToken);
        }

        await WaitAsync(until: null, cancellationToken);
    }

    private async Task TakeAsync(
        List<MailItem.Message> messages,
        Action<RunEntry> took,
        CancellationToken cancellationToken
    )
    {
        if (messages[0].DeliveredAt is { } deliveredAt && deliveredAt <= latest)
        {
            await WaitAsync(until: deliveredAt, cancellationToken);
            clock.MoveTo(deliveredAt);
        }

        // Each on a thread of its own, or the in-memory store, which never waits, would take them one after the other.
        var entries =
            messages.Count == 1
                ? [await TellAsync(messages[0], cancellationToken)]
                : await Task.WhenAll(
                    messages.Select(message => Task.Run(() => TellAsync(message, cancellationToken), cancellationToken))
                );
        var asked = false;
        foreach (var entry in entries)
        {
            Totals.Messages++;
            Count(entry.Message.Direction);
            if (entry.Outcome is { } outcome)
            {
                Totals.Count(outcome);
                if (outcome.Profile is { } profile && outcome.Checks.Any(check => check.Requested))
                {
                    asked = true;
                    _waiting[profile.Id] = await LastCheckAtAsync(profile.Id, cancellationToken);
                }
            }

            took(entry);
        }

        if (asked)
        {
            await checks.DrainAsync(cancellationToken);
            await SettleAsync(cancellationToken);
        }
    }

    private async Task<RunEntry> TellAsync(MailItem.Message message, CancellationToken cancellationToken)
    {
        ConversationOutcome? outcome = message.Direction switch
        {
            MailDirection.Received => await profiles.ConversationReceivedAsync(Received(message), cancellationToken),
            MailDirection.Composed => await profiles.ConversationComposedAsync(Composed(message), cancellationToken),
            _ => null,
        };
        return new RunEntry(message, clock.Now, outcome);
    }

    private Conversation Received(MailItem.Message message) =>
        message.Writer is { Field: null } writer
            ? new Conversation(message.ConversationId, writer.Address, writer.Name, CameAt(message))
            {
                IsAutomatic = message.IsAutomatic,
            }
            : new Conversation(message.ConversationId, message.Writer?.Field, CameAt(message))
            {
                IsAutomatic = message.IsAutomatic,
            };

    private ComposedConversation Composed(MailItem.Message message) =>
        message.Recipients.FirstOrDefault() is { Field: null } first
            ? new ComposedConversation(message.ConversationId, first.Address, first.Name, CameAt(message))
            : new ComposedConversation(
                message.ConversationId,
                message.Recipients.FirstOrDefault()?.Field,
                CameAt(message)
            );

    /// <summary>The clock of a sender may be years off.</summary>
    private Instant CameAt(MailItem.Message message) => message.DeliveredAt ?? message.SentAt ?? clock.Now;

    /// <summary>
    /// Lets the clock go on minute by minute, at most to the next message, while a provider wants to be asked again.
    /// </summary>
    private async Task WaitAsync(Instant? until, CancellationToken cancellationToken)
    {
        for (var minute = 0; minute < MostMinutesToWait && _waiting.Count > 0; minute++)
        {
            var next = clock.Now + Duration.FromMinutes(1);
            if (next > until)
            {
                return;
            }

            clock.MoveTo(next);
            await checks.DrainAsync(cancellationToken);
            await SettleAsync(cancellationToken);
        }
    }

    /// <summary>Counts the checks that have ended.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, before) in _waiting.ToArray())
        {
            var provider = (await profiles.GetSidebarAsync(id, cancellationToken))!.Providers[0];
            if (provider.IsPending)
            {
                continue;
            }

            _waiting.Remove(id);
            if (provider.LastCheckAt == before)
            {
                Totals.Failed++;
            }
            else if (provider.LastOutcome is CheckOutcome.Matched or CheckOutcome.NothingToShow)
            {
                Totals.Matched++;
            }
            else
            {
                Totals.NoMatch++;
            }
        }
    }

    private async Task<Instant?> LastCheckAtAsync(CustomerId id, CancellationToken cancellationToken) =>
        (await profiles.GetSidebarAsync(id, cancellationToken))!.Providers[0].LastCheckAt;

    private void Count(MailDirection direction)
    {
        switch (direction)
        {
            case MailDirection.Received:
                Totals.Received++;
                break;
            case MailDirection.Composed:
                Totals.Composed++;
                break;
            default:
                Totals.Internal++;
                break;
        }
    }
}
