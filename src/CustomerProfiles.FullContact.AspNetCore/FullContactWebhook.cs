using CustomerProfiles.Providers;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Gives each check an address of its own at this host's endpoint.</summary>
internal sealed class FullContactWebhook(
    IOptions<FullContactWebhookOptions> options,
    CallbackTokenProtector seal,
    IClock clock
) : IFullContactWebhook
{
    /// <summary>The name of the token in the query.</summary>
    public const string TokenParameter = "answer";

    private readonly string _address = options.Value.PublicAddress!.AbsoluteUri;
    private readonly Duration _lifetime = Duration.FromTimeSpan(options.Value.Lifetime);

    public TimeSpan Timeout { get; } = options.Value.CallbackTimeout;

    public Uri AddressFor(CallbackReference callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new Uri($"{_address}?{TokenParameter}={seal.Protect(callback, clock.GetCurrentInstant() + _lifetime)}");
    }
}
