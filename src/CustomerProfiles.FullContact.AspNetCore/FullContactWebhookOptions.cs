namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// The settings of the webhook. They are validated when the host starts, and without a generic host when the webhook is
/// first used. A change takes effect with the next start.
/// </summary>
public sealed class FullContactWebhookOptions
{
    /// <summary>
    /// The whole address at which FullContact reaches the mapped endpoint, as seen from the internet and with the path,
    /// such as <c>https://helpdesk.example.com/fullcontact/webhook</c>. Must be set: https, or http on this machine; no
    /// query, fragment or user name.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>
    /// The keys that protect the tokens in the addresses given to FullContact, each at least 32 random bytes in base64;
    /// 1 to 10 of them. The first makes tokens, all are accepted.
    /// </summary>
    /// <remarks>
    /// Every host that shares the store needs the same keys, and after a restart the same as before: an answer whose
    /// token is not accepted is lost, and the question is paid for a second time. To change the key, put the new one
    /// second on every host, then first, and take the old one away when <see cref="Lifetime"/> is over. No log line,
    /// exception or error of validation shows a key. Binding to a configuration section adds to the list.
    /// </remarks>
    public IList<string> SigningKeys { get; set; } = [];

    /// <summary>
    /// How long an answer is waited for before the question is put again, without the webhook: 1 minute to 1 day, and
    /// 10 minutes unless set.
    /// </summary>
    public TimeSpan CallbackTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a token is accepted: at least <see cref="CallbackTimeout"/>, at most 30 days, and 1 day unless set. A
    /// late answer is still taken as long as no host has taken the check up again.
    /// </summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The longest body that is read, in bytes: 1 KiB to 16 MiB, and 1 MiB unless set.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;
}
