using CustomerProfiles;
using NodaTime;

namespace HelpDesk.Web;

/// <summary>The conversations of the help desk, which keeps them itself; the library keeps only their ids.</summary>
internal sealed class ConversationList
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a message to its conversation, which may be new.</summary>
    public void Add(string id, string? subject, CustomerId customer, Instant at)
    {
        lock (_lock)
        {
            _entries[id] = _entries.TryGetValue(id, out var known)
                ? known with
                {
                    Messages = known.Messages + 1,
                    LastMessageAt = Instant.Max(known.LastMessageAt, at),
                }
                : new Entry(id, subject ?? "(no subject)", customer, at, 1);
        }
    }

    /// <summary>The conversations, newest first, each with its customer as they are now.</summary>
    public static async Task<IResult> ShowAsync(
        ConversationList conversations,
        ICustomerProfiles profiles,
        HttpContext context
    )
    {
        var shown = new List<ShownConversation>();
        foreach (var entry in conversations.NewestFirst())
        {
            // Of a customer who was merged it is the one who stays. A conversation of an erased customer is not shown:
            // a help desk erases it with them.
            if (await profiles.GetAsync(entry.Customer, context.RequestAborted) is { } customer)
            {
                shown.Add(
                    new ShownConversation(
                        entry.Id,
                        entry.Subject,
                        $"{customer.Id}",
                        customer.DisplayName,
                        entry.LastMessageAt.ToDateTimeOffset(),
                        entry.Messages
                    )
                );
            }
        }

        return Results.Json(new { User = context.User.Identity!.Name, Conversations = shown });
    }

    private Entry[] NewestFirst()
    {
        lock (_lock)
        {
            return [.. _entries.Values.OrderByDescending(entry => entry.LastMessageAt)];
        }
    }

    private sealed record Entry(string Id, string Subject, CustomerId Customer, Instant LastMessageAt, int Messages);

    private sealed record ShownConversation(
        string Id,
        string Subject,
        string CustomerId,
        string CustomerName,
        DateTimeOffset LastMessageAt,
        int Messages
    );
}
