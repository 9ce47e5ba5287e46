using CustomerProfiles.Providers;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>Creates an address at this host's endpoint for each check.</summary>
internal sealed class FullContactWebhook(
    IOptions<FullContactWebhookOptions> options,
    CallbackTokenProtector protector,
    IClock clock
) : IFullContactWebhook
{
    /// <summary>The name of the token in the query.</summary>
    public const string TokenParameter = "token";

    private readonly string _address = options.Value.PublicAddress!.AbsoluteUri;
    private readonly Duration _lifetime = Duration.FromTimeSpan(options.Value.Lifetime);

    public TimeSpan Timeout { get; } = options.Value.CallbackTimeout;

    public Uri AddressFor(CallbackReference callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new Uri(
            $"{_address}?{TokenParameter}={protector.Protect(callback, clock.GetCurrentInstant() + _lifetime)}"
        );
    }
}
