using CustomerProfiles.Enrichment;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Gives each check an address of its own at this host's endpoint.</summary>
internal sealed class FullContactWebhook(IOptions<FullContactWebhookOptions> options, TicketSeal seal, IClock clock) : IFullContactWebhook
{
    /// <summary>The name of the token in the query.</summary>
    public const string TokenParameter = "answer";

    private readonly string _address = options.Value.PublicAddress!.AbsoluteUri;
    private readonly Duration _lifetime = Duration.FromTimeSpan(options.Value.Lifetime);

    public TimeSpan Patience { get; } = options.Value.Patience;

    public Uri AddressFor(CheckTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return new Uri($"{_address}?{TokenParameter}={seal.Seal(ticket, clock.GetCurrentInstant() + _lifetime)}");
    }
}
