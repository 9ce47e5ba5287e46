namespace CustomerProfiles.FullContact;

/// <summary>
/// The settings of the FullContact provider. They are validated when the host starts, and without a generic host when
/// the provider is first used. A change at run time takes effect with the next question; one that is not valid is
/// logged, and what stood before goes on.
/// </summary>
public sealed class FullContactOptions
{
    /// <summary>
    /// The account's API key. Must be set. It goes into the header of each call and nowhere else: no log line,
    /// exception or error of validation shows it.
    /// </summary>
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// Where the API is, without <c>v3/person.enrich</c>: https, or http on this machine.
    /// <c>https://api.fullcontact.com/</c> unless set.
    /// </summary>
    public Uri BaseAddress { get; set; } = new("https://api.fullcontact.com/");

    /// <summary>
    /// By what FullContact may be asked. E-mail addresses and telephone numbers unless set; at least one. Of each kind
    /// 25 values are sent at the most, for FullContact refuses more.
    /// </summary>
    public FullContactIdentifiers LookUpBy { get; set; } =
        FullContactIdentifiers.Emails | FullContactIdentifiers.Phones;

    /// <summary>Whether e-mail addresses are sent as hashes. They are not unless set.</summary>
    public FullContactEmailHash HashEmails { get; set; } = FullContactEmailHash.None;

    /// <summary>
    /// The data bundles that are asked for. Unless set, those of which the library keeps something: <c>individual</c>,
    /// <c>professional</c> and <c>social</c>. Never empty, for FullContact would then return every bundle of the
    /// account and charge for it. Assign a new list to ask for others; binding to a configuration section adds to the
    /// one that stands here.
    /// </summary>
    public IList<string> DataFilter { get; set; } = ["individual", "professional", "social"];

    /// <summary>
    /// How sure FullContact must be. Null, which it is unless set, leaves it to FullContact, which takes
    /// <see cref="FullContactConfidence.High"/>.
    /// </summary>
    public FullContactConfidence? Confidence { get; set; }

    /// <summary>
    /// The field in which <see cref="Confidence"/> is sent: <c>confidence</c> unless set. FullContact's own clients
    /// send that; an example in its documentation sends <c>confidenceLevel</c>.
    /// </summary>
    public string ConfidenceField { get; set; } = "confidence";

    /// <summary>
    /// The value of the header <c>Reporting-Key</c>, by which FullContact tells the usage of several parties of one
    /// account apart; null for none. It must not name a customer.
    /// </summary>
    public string? ReportingKey { get; set; }

    /// <summary>
    /// How long a question may take, with everything that is tried again: 1 second to 5 minutes, and 20 seconds unless
    /// set. Below <c>CustomerProfilesOptions.CheckTimeout</c>, which would cut it off.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long one call may take until its answer begins: 1 second to less than <see cref="Timeout"/>. Null, which it
    /// is unless set, for half of it. FullContact itself holds a call back for up to a second when the account asks too
    /// fast.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>
    /// How often a call that FullContact refused for now (429, 500, 502, 503, 504), or that could not be made, is tried
    /// again at once: 0 to 5, and 2 unless set. What then still fails is asked again later by the core, for
    /// <c>CustomerProfilesOptions.MaxAttempts</c> times.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// Whether a call that was sent and not answered is tried again. False unless set, for FullContact may have
    /// answered it, and charges for every match. The budgets count such a question once.
    /// </summary>
    public bool RetryUnanswered { get; set; }

    /// <summary>
    /// The most calls of this host in a minute: 1 to 60,000, and 3,000 unless set, half of what FullContact allows an
    /// account unless agreed otherwise. They are spread over the minute. With several hosts, give each its part.
    /// Further calls wait.
    /// </summary>
    public int CallsPerMinute { get; set; } = 3_000;

    /// <summary>
    /// How many matches may be paid for in a day, by UTC and over all hosts that share the store; null, which it is
    /// unless set, for any number.
    /// </summary>
    public int? DailyBudget { get; set; }

    /// <summary>
    /// How many matches may be paid for in a calendar month, by UTC and over all hosts that share the store; null,
    /// which it is unless set, for any number.
    /// </summary>
    public int? MonthlyBudget { get; set; }

    /// <summary>
    /// After a wrong key, a used-up quota or a wrong address nobody is asked about any more; after this time one
    /// question is tried: 1 second to 1 day, and 15 minutes unless set. A change of <see cref="ApiKey"/> or
    /// <see cref="BaseAddress"/> ends the wait at once.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether the HTTP client may have a primary handler of another type than <see cref="SocketsHttpHandler"/> and
    /// <see cref="HttpClientHandler"/>. False unless set: the library switches redirects and cookies off in those two,
    /// and keeps calls to this machine away from proxies. It cannot do that in a handler of another type, so whoever
    /// sets this vouches for it. A change takes effect with the next start.
    /// </summary>
    public bool AllowOtherPrimaryHandlers { get; set; }

    /// <summary>
    /// Where a person can see, correct and withdraw what FullContact says of them; it is offered to agents. Null hides
    /// it. The page has moved several times: <c>https://platform.fullcontact.com/your-privacy-choices</c> unless set.
    /// </summary>
    public Uri? ClaimPage { get; set; } = new("https://platform.fullcontact.com/your-privacy-choices");

    /// <summary>
    /// Where a person can have FullContact stop selling and sharing what it knows of them. Null hides it. The same page
    /// unless set.
    /// </summary>
    public Uri? OptOutPage { get; set; } = new("https://platform.fullcontact.com/your-privacy-choices");

    /// <summary>How long one call may take.</summary>
    internal TimeSpan TimeOfOneCall => AttemptTimeout ?? (Timeout / 2);

    /// <summary>
    /// The longest answer that is read, in bytes: 1 KiB to 16 MiB, and 1 MiB unless set. Whatever is longer counts as
    /// unreadable.
    /// </summary>
    public int MaxResponseBytes { get; set; } = 1024 * 1024;
}
