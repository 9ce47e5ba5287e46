using CustomerProfiles;
using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace HelpDesk.Web;

/// <summary>
/// Records each message of the bundled mailbox as a conversation when the help desk starts. A real one would go on
/// reading new mail, as the sample MailWorker does.
/// </summary>
internal sealed class MailIntake(ICustomerProfiles profiles, ConversationList conversations, IClock clock)
    : BackgroundService
{
    public const string OwnDomain = "example.com";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var mailbox = typeof(MailIntake).Assembly.GetManifestResourceStream("support.mbox")!;
        var reader = new MboxReader(mailbox, new OwnAddresses([], [OwnDomain]));
        await foreach (var item in reader.ReadAsync(stoppingToken))
        {
            if (item is not MailItem.Message message)
            {
                continue;
            }

            // The time of delivery where it is known: a sender's clock may be years off.
            var at = message.DeliveredAt ?? message.SentAt ?? clock.GetCurrentInstant();
            if (await RecordAsync(message, at, stoppingToken) is { Profile: { } profile })
            {
                conversations.Add(message.ConversationId, message.Subject, profile.Id, at);
            }
        }
    }

    /// <returns>The outcome; null for mail within the help desk, which is no conversation with a customer.</returns>
    private async ValueTask<ConversationOutcome?> RecordAsync(
        MailItem.Message message,
        Instant at,
        CancellationToken cancellationToken
    ) =>
        message.Direction switch
        {
            MailDirection.Received => await profiles.ConversationReceivedAsync(
                new Conversation(message.ConversationId, message.From, at) { IsAutomatic = message.IsAutomatic },
                cancellationToken
            ),
            MailDirection.Composed => await profiles.ConversationComposedAsync(
                new ComposedConversation(message.ConversationId, message.To.FirstOrDefault(), at),
                cancellationToken
            ),
            _ => null,
        };
}
