namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// The settings of the webhook. They are validated when the host starts, or without a generic host when the webhook is
/// first used. A change takes effect at the next start.
/// </summary>
public sealed class FullContactWebhookOptions
{
    /// <summary>
    /// The public address of the mapped endpoint, including the path, such as
    /// <c>https://helpdesk.example.com/fullcontact/webhook</c>. Must be set: https, or http on this machine; without
    /// query, fragment or user name.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>
    /// The keys that protect the tokens in the addresses given to FullContact, each at least 32 random bytes in base64;
    /// 1 to 10 of them. The first one creates tokens, all of them are accepted.
    /// </summary>
    /// <remarks>
    /// Every host that shares the store needs the same keys, also after a restart: a result whose token is not accepted
    /// is lost, and the lookup is paid for again. To change the key, add the new one in second place on every host,
    /// then move it to the first, and remove the old one after <see cref="Lifetime"/>. No log line, exception or
    /// validation error shows a key. Binding to a configuration section adds to the list.
    /// </remarks>
    public IList<string> SigningKeys { get; set; } = [];

    /// <summary>
    /// How long a check waits for its callback before the request is repeated without the webhook: 1 minute to 1 day,
    /// and 10 minutes unless set.
    /// </summary>
    public TimeSpan CallbackTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a token is accepted: at least <see cref="CallbackTimeout"/>, at most 30 days, and 1 day unless set. A
    /// late result is still recorded unless a host has started the next attempt.
    /// </summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The longest body that is read, in bytes: 1 KiB to 16 MiB, and 1 MiB unless set.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;
}
