using CustomerProfiles;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace MailWorker;

/// <summary>Polls the mail source and records each message as a conversation.</summary>
internal sealed class MailIntake(
    ICustomerProfiles profiles,
    IMailSource source,
    MailOptions options,
    TimeProvider time,
    ILogger<MailIntake> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, time);
        do
        {
            try
            {
                await PollAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The message stays in its source. The next poll reads it again.
                logger.LogError("Mail was not recorded: {Exception}.", exception.GetType().Name);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        await foreach (var mail in source.ReadAsync(cancellationToken))
        {
            var outcome = await RecordAsync(mail, cancellationToken);
            source.Acknowledge(mail);
            logger.LogInformation("Message recorded: {Outcome}.", outcome.Code);
        }
    }

    private async ValueTask<ConversationOutcome> RecordAsync(IncomingMail mail, CancellationToken cancellationToken)
    {
        var message = mail.Message;
        var from = message.From.Mailboxes.FirstOrDefault();
        if (from?.Domain.Equals(options.OwnDomain, StringComparison.OrdinalIgnoreCase) == true)
        {
            var to = message.To.Mailboxes.FirstOrDefault();
            return await profiles.ConversationComposedAsync(
                new ComposedConversation(ThreadOf(mail), to?.Address, to?.Name, mail.DeliveredAt),
                cancellationToken
            );
        }

        return await profiles.ConversationReceivedAsync(
            new Conversation(ThreadOf(mail), from?.Address, from?.Name, mail.DeliveredAt)
            {
                IsAutomatic = IsAutomatic(message),
            },
            cancellationToken
        );
    }

    /// <summary>The conversation is the thread: its first message, else this message.</summary>
    private static string ThreadOf(IncomingMail mail)
    {
        var thread = mail.Message.References.FirstOrDefault() ?? mail.Message.InReplyTo ?? mail.Message.MessageId;
        return thread is { Length: > 0 and <= Conversation.MaxIdLength } ? thread : mail.Name;
    }

    /// <summary>The most important signs only. The page on reading mail lists the others.</summary>
    private static bool IsAutomatic(MimeMessage message) =>
        message.Headers[HeaderId.AutoSubmitted] is { } submitted
            ? !submitted.StartsWith("no", StringComparison.OrdinalIgnoreCase)
            : message.Headers[HeaderId.Precedence] is "bulk" or "list" or "junk" or "auto_reply";
}
