using System.Runtime.CompilerServices;
using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>How a mailbox becomes customer profiles. Read this file first: every step is here, in order.</summary>
/// <remarks>
/// <list type="number">
/// <item>MimeKit reads the header of each message (<see cref="MboxReader"/>).</item>
/// <item>Each message becomes a conversation: received from a customer, or composed by the help desk.</item>
/// <item>
/// <see cref="ICustomerProfiles"/> records it, together with those of the same instant. A new sender gets a profile.
/// The outcome says which checks are requested and why.
/// </item>
/// <item>The runner makes the checks. In a host with background services it does so by itself.</item>
/// <item>The sidebar shows the profile.</item>
/// </list>
/// </remarks>
/// <param name="profiles">The entry point of the library.</param>
/// <param name="checks">Runs the requested checks.</param>
/// <param name="clock">The library's clock, which follows the mail.</param>
/// <param name="latest">A message dated later than this has a wrong date, which the clock does not follow.</param>
internal sealed class MailboxImport(ICustomerProfiles profiles, ICheckRunner checks, MailboxClock clock, Instant latest)
{
    /// <summary>
    /// Providers that are still searching, or overloaded, ask for a minute or two. This is the limit.
    /// </summary>
    private const int MaxMinutesToWait = 10;

    /// <summary>A mailbox may hold any number of messages of one instant. This many are recorded at once.</summary>
    private const int MaxSimultaneous = 32;

    private readonly CheckCounter _checkCounter = new(profiles);

    public ImportTotals Totals { get; } = new();

    /// <summary>Imports the messages of a mailbox in their order.</summary>
    /// <param name="mailbox">Reads the messages.</param>
    /// <param name="imported">Called for every message.</param>
    /// <param name="skipped">Called for everything that cannot be read as a message.</param>
    /// <param name="cancellationToken">Stops the import. What was imported until then is kept.</param>
    public async Task RunAsync(
        MboxReader mailbox,
        Action<ImportedMessage> imported,
        Action<MailItem.Skipped> skipped,
        CancellationToken cancellationToken
    )
    {
        var simultaneous = new List<MailItem.Message>();
        await foreach (var item in mailbox.ReadAsync(cancellationToken))
        {
            if (item is MailItem.Skipped noMessage)
            {
                Totals.Skipped++;
                skipped(noMessage);
            }
            else if (item is MailItem.Message message)
            {
                if (simultaneous.Count > 0 && !IsSimultaneous(message, simultaneous))
                {
                    await ImportAsync(simultaneous, imported, cancellationToken);
                    simultaneous.Clear();
                }

                simultaneous.Add(message);
            }
        }

        if (simultaneous.Count > 0)
        {
            await ImportAsync(simultaneous, imported, cancellationToken);
        }

        await WaitForPendingChecksAsync(until: null, cancellationToken);
    }

    /// <summary>
    /// Imports the messages of a mailbox without a check, many at once: a backfill, in which nobody waits for what a
    /// provider knows, and nothing depends on what an earlier message has brought.
    /// </summary>
    /// <param name="mailbox">Reads the messages.</param>
    /// <param name="skipped">Called for everything that cannot be read as a message.</param>
    /// <param name="cancellationToken">Stops the import. What was imported until then is kept.</param>
    public async Task RunWithoutChecksAsync(
        MboxReader mailbox,
        Action<MailItem.Skipped> skipped,
        CancellationToken cancellationToken
    )
    {
        var options = new BulkIntakeOptions { RequestChecks = false };
        await foreach (
            var result in profiles.RecordAllAsync(
                ConversationsAsync(mailbox, skipped, cancellationToken),
                options,
                cancellationToken
            )
        )
        {
            Totals.Count(DirectionOf(result.Conversation!), OutcomeOf(result));
        }
    }

    /// <summary>Finds the profile of an address, and returns what an agent sees beside the conversation.</summary>
    public async Task<SidebarView?> GetSidebarAsync(string address, CancellationToken cancellationToken) =>
        await profiles.FindAsync(Identity.Email(EmailAddress.Parse(address)), cancellationToken) is { } profile
            ? await profiles.GetSidebarAsync(profile.Id, cancellationToken)
            : null;

    private static bool IsSimultaneous(MailItem.Message message, List<MailItem.Message> others) =>
        others.Count < MaxSimultaneous
        && message.DeliveredAt is { } deliveredAt
        && deliveredAt == others[0].DeliveredAt;

    private async Task ImportAsync(
        List<MailItem.Message> messages,
        Action<ImportedMessage> imported,
        CancellationToken cancellationToken
    )
    {
        if (messages[0].DeliveredAt is { } deliveredAt && deliveredAt <= latest)
        {
            await WaitForPendingChecksAsync(until: deliveredAt, cancellationToken);
            clock.MoveTo(deliveredAt);
        }

        // Messages of one instant are recorded together, as two webhooks would do it.
        var outcomes = await RecordAsync(messages, cancellationToken);
        var anyRequested = false;
        foreach (var message in messages)
        {
            // Mail within the help desk is no conversation with a customer.
            var outcome = message.Direction == MailDirection.Internal ? null : outcomes.Dequeue();
            Totals.Count(message.Direction, outcome);
            if (outcome is { Profile: { } profile } && outcome.Checks.Any(check => check.Requested))
            {
                anyRequested = true;
                await _checkCounter.AddAsync(profile.Id, cancellationToken);
            }

            imported(new ImportedMessage(message, clock.Now, outcome));
        }

        if (anyRequested)
        {
            await RunChecksAsync(cancellationToken);
        }
    }

    /// <returns>The outcomes of the messages that are conversations, in their order.</returns>
    private async Task<Queue<ConversationOutcome>> RecordAsync(
        List<MailItem.Message> messages,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new Queue<ConversationOutcome>();
        var conversations = messages.Select(ConversationOf).OfType<IConversation>().ToAsyncEnumerable();
        var options = new BulkIntakeOptions { RequestChecks = true };
        await foreach (var result in profiles.RecordAllAsync(conversations, options, cancellationToken))
        {
            outcomes.Enqueue(OutcomeOf(result));
        }

        return outcomes;
    }

    /// <summary>The conversations of a mailbox. The clock follows them as they are read.</summary>
    private async IAsyncEnumerable<IConversation> ConversationsAsync(
        MboxReader mailbox,
        Action<MailItem.Skipped> skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var item in mailbox.ReadAsync(cancellationToken))
        {
            if (item is MailItem.Skipped noMessage)
            {
                Totals.Skipped++;
                skipped(noMessage);
            }
            else if (item is MailItem.Message message)
            {
                if (message.DeliveredAt is { } deliveredAt && deliveredAt <= latest)
                {
                    clock.MoveTo(deliveredAt);
                }

                if (ConversationOf(message) is { } conversation)
                {
                    yield return conversation;
                }
                else
                {
                    Totals.Count(message.Direction, outcome: null);
                }
            }
        }
    }

    /// <summary>Null for mail within the help desk, which is no conversation with a customer.</summary>
    private IConversation? ConversationOf(MailItem.Message message) =>
        message.Direction switch
        {
            MailDirection.Received => Received(message),
            MailDirection.Composed => Composed(message),
            _ => null,
        };

    private static MailDirection DirectionOf(IConversation conversation) =>
        conversation is ComposedConversation ? MailDirection.Composed : MailDirection.Received;

    /// <summary>No message of a mailbox has data that a store refuses.</summary>
    private static ConversationOutcome OutcomeOf(BulkIntakeResult result) =>
        result.Outcome
        ?? throw new InvalidOperationException(
            $"The store refuses the conversation {result.Conversation!.Id}.",
            result.Error
        );

    /// <summary>What MimeKit could not take apart, the library reads as the text of an address field.</summary>
    private Conversation Received(MailItem.Message message) =>
        message.Writer is { Field: null } writer
            ? new Conversation(message.ConversationId, writer.Address, writer.Name, TimeOf(message))
            {
                IsAutomatic = message.IsAutomatic,
            }
            : new Conversation(message.ConversationId, message.Writer?.Field, TimeOf(message))
            {
                IsAutomatic = message.IsAutomatic,
            };

    private ComposedConversation Composed(MailItem.Message message)
    {
        var recipient = message.Recipients.FirstOrDefault();
        return recipient is { Field: null }
            ? new ComposedConversation(message.ConversationId, recipient.Address, recipient.Name, TimeOf(message))
            : new ComposedConversation(message.ConversationId, recipient?.Field, TimeOf(message));
    }

    /// <summary>The time of delivery where it is known: a sender's clock may be years off.</summary>
    private Instant TimeOf(MailItem.Message message) => message.DeliveredAt ?? message.SentAt ?? clock.Now;

    /// <summary>Moves the clock by a minute at a time, at most to the next message, while a check is pending.</summary>
    private async Task WaitForPendingChecksAsync(Instant? until, CancellationToken cancellationToken)
    {
        for (var minute = 0; minute < MaxMinutesToWait && _checkCounter.HasPending; minute++)
        {
            var next = clock.Now + Duration.FromMinutes(1);
            if (next > until)
            {
                return;
            }

            clock.MoveTo(next);
            await RunChecksAsync(cancellationToken);
        }
    }

    private async Task RunChecksAsync(CancellationToken cancellationToken)
    {
        await checks.DrainAsync(cancellationToken);
        await _checkCounter.CountCompletedAsync(Totals, cancellationToken);
    }
}
