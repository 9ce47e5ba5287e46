namespace CustomerProfiles.FullContact;

/// <summary>
/// The settings of the FullContact provider. They are validated when the host starts, or without a generic host when
/// the provider is first used. A change at run time takes effect with the next request; an invalid change is logged,
/// and the previous options stay in effect.
/// </summary>
public sealed class FullContactOptions
{
    /// <summary>
    /// The account's API key. Must be set. It is only sent in the header of each call: no log line, exception or
    /// validation error shows it.
    /// </summary>
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// The address of the API, without <c>v3/person.enrich</c>: https, or http on this machine.
    /// <c>https://api.fullcontact.com/</c> unless set.
    /// </summary>
    public Uri BaseAddress { get; set; } = new("https://api.fullcontact.com/");

    /// <summary>
    /// The identifiers that may be sent. E-mail addresses and telephone numbers unless set; at least one. At most 25
    /// values of each kind are sent, because FullContact refuses more.
    /// </summary>
    public FullContactIdentifiers LookUpBy { get; set; } =
        FullContactIdentifiers.Emails | FullContactIdentifiers.Phones;

    /// <summary>Whether e-mail addresses are sent as hashes. They are not unless set.</summary>
    public FullContactEmailHash HashEmails { get; set; } = FullContactEmailHash.None;

    /// <summary>
    /// The data bundles to request. Unless set, those that the library keeps values of: <c>individual</c>,
    /// <c>professional</c> and <c>social</c>. Never empty, because FullContact would then return every bundle of the
    /// account and charge for it. Assign a new list to request others; binding to a configuration section adds to this
    /// list.
    /// </summary>
    public IList<string> DataFilter { get; set; } = ["individual", "professional", "social"];

    /// <summary>
    /// How certain FullContact must be. Null, the default, leaves it to FullContact, which uses <see
    /// cref="FullContactConfidence.High"/>.
    /// </summary>
    public FullContactConfidence? Confidence { get; set; }

    /// <summary>
    /// The name of the field that carries <see cref="Confidence"/>: <c>confidence</c> unless set. FullContact's own
    /// clients use that; an example in its documentation uses <c>confidenceLevel</c>.
    /// </summary>
    public string ConfidenceField { get; set; } = "confidence";

    /// <summary>
    /// The value of the header <c>Reporting-Key</c>, with which FullContact separates the usage of several parties of
    /// one account; null for none. It must not name a customer.
    /// </summary>
    public string? ReportingKey { get; set; }

    /// <summary>
    /// The time limit of a lookup, including retries: 1 second to 5 minutes, and 20 seconds unless set. It must be less
    /// than <c>CustomerProfilesOptions.CheckTimeout</c>.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The time limit of one call until its response begins: 1 second to less than <see cref="Timeout"/>. Null, the
    /// default, means half of it. FullContact itself delays a call by up to a second when the account is near its rate
    /// limit.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>
    /// How often a call is retried at once that FullContact refused temporarily (429, 500, 502, 503, 504), or that
    /// could not be sent: 0 to 5, and 2 unless set. After that the core retries later, up to
    /// <c>CustomerProfilesOptions.MaxAttempts</c> times.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// Whether a call is retried that was sent but got no response. False unless set, because FullContact may have
    /// processed it, and charges for every match. The budgets count such a lookup once.
    /// </summary>
    public bool RetryWithoutResponse { get; set; }

    /// <summary>
    /// The most calls of this host in a minute: 1 to 60,000, and 3,000 unless set, which is half of the usual limit of
    /// an account. They are spread over the minute, and further calls wait. With several hosts, give each its share.
    /// </summary>
    public int CallsPerMinute { get; set; } = 3_000;

    /// <summary>
    /// The most paid matches in a day, by UTC and over all hosts that share the store; null, the default, for no limit.
    /// </summary>
    public int? DailyBudget { get; set; }

    /// <summary>
    /// The most paid matches in a calendar month, by UTC and over all hosts that share the store; null, the default,
    /// for no limit.
    /// </summary>
    public int? MonthlyBudget { get; set; }

    /// <summary>
    /// How long lookups are paused after an invalid key, a used-up quota or a wrong address, before one is tried: 1
    /// second to 1 day, and 15 minutes unless set. A change of <see cref="ApiKey"/> or <see cref="BaseAddress"/> ends
    /// the pause at once.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether the HTTP client may have a primary handler of another type than <see cref="SocketsHttpHandler"/> and
    /// <see cref="HttpClientHandler"/>. False unless set. In those two the library disables redirects and cookies, and
    /// keeps calls to this machine away from proxies; with another type that is up to the host. A change takes effect
    /// at the next start.
    /// </summary>
    public bool AllowOtherPrimaryHandlers { get; set; }

    /// <summary>
    /// The page on which a person can see, correct and withdraw what FullContact says about them; it is offered to
    /// agents. Null hides it. <c>https://platform.fullcontact.com/your-privacy-choices</c> unless set; the page has
    /// moved several times.
    /// </summary>
    public Uri? ClaimPage { get; set; } = new("https://platform.fullcontact.com/your-privacy-choices");

    /// <summary>
    /// The page on which a person can make FullContact stop selling and sharing their data. Null hides it. The same
    /// page unless set.
    /// </summary>
    public Uri? OptOutPage { get; set; } = new("https://platform.fullcontact.com/your-privacy-choices");

    /// <summary>The time limit of one call.</summary>
    internal TimeSpan CallTimeout => AttemptTimeout ?? (Timeout / 2);

    /// <summary>
    /// The longest response that is read, in bytes: 1 KiB to 16 MiB, and 1 MiB unless set. A longer one counts as an
    /// invalid response.
    /// </summary>
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}
