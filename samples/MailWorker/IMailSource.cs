using MimeKit;
using NodaTime;

namespace MailWorker;

/// <summary>Where mail comes from. Replace it to read IMAP or the API of a mail service.</summary>
internal interface IMailSource
{
    /// <summary>Reads the messages that are not acknowledged yet, the oldest first.</summary>
    IAsyncEnumerable<IncomingMail> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Acknowledges a message that is recorded. After a crash in between, it is read once more: a conversation that is
    /// known already changes nothing.
    /// </summary>
    void Acknowledge(IncomingMail mail);
}

/// <param name="Name">The name of the message in its source.</param>
/// <param name="DeliveredAt">When it was delivered. The Date field shows the sender's clock.</param>
/// <param name="Message">The message.</param>
internal sealed record IncomingMail(string Name, Instant DeliveredAt, MimeMessage Message);
