using CustomerProfiles;
using NodaTime;

namespace HelpDesk.Web;

/// <summary>Receives a conversation from each of a few invented customers when the help desk starts.</summary>
internal sealed class FirstConversations(ICustomerProfiles profiles, IClock clock) : BackgroundService
{
    private static readonly string[] Senders =
    [
        "Ada Lovelace <ada@example.com>",
        "Ada King <ada.king@example.org>",
        "Grace Hopper <grace@example.org>",
        "Adam Muster <adam@example.net>",
        "support.requests@example.com",
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var sender in Senders)
        {
            await profiles.ConversationReceivedAsync(
                new Conversation($"first-{sender}", sender, clock.GetCurrentInstant()),
                stoppingToken
            );
        }
    }
}
