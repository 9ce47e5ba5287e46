using System.Globalization;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The settings of a host. They are validated when the host starts, and without a generic host when the library is
/// first used.
/// </summary>
public sealed class CustomerProfilesOptions
{
    /// <summary>
    /// How long after a check the next one may be made. Two calendar months unless set; days, weeks, months and years,
    /// above zero.
    /// </summary>
    public Period RecheckAfter { get; set; } = Period.FromMonths(2);

    /// <summary>The zone in which <see cref="RecheckAfter"/> is counted. UTC unless set.</summary>
    public DateTimeZone RecheckZone { get; set; } = DateTimeZone.Utc;

    /// <summary>
    /// The host's own e-mail addresses. Nobody who writes from one becomes a customer. None unless set.
    /// </summary>
    public ICollection<string> OwnAddresses { get; } = [];

    /// <summary>
    /// The host's own domains, such as <c>example.com</c>, without their subdomains. Nobody who writes from one becomes
    /// a customer. None unless set.
    /// </summary>
    public ICollection<string> OwnDomains { get; } = [];

    /// <summary>
    /// The domains at which <c>ada+shop</c> is the same person as <c>ada</c>. None unless set, because most domains do
    /// not say.
    /// </summary>
    public ICollection<string> FoldPlusTagsFor { get; } = [];

    /// <summary>
    /// More names of role addresses (the part before the at sign), beside those of RFC 2142 and the usual ones.
    /// </summary>
    public ICollection<string> RoleNames { get; } = [];

    /// <summary>More names of addresses that nobody reads, beside the usual ones.</summary>
    public ICollection<string> NoReplyNames { get; } = [];

    /// <summary>
    /// The region to which telephone numbers without a country code belong, by its two letters, such as <c>GB</c>. None
    /// unless set: then only a number with its country code is an identity. An unknown region, or one whose numbers can
    /// be read in two ways, is refused at start.
    /// </summary>
    public string? PhoneRegion { get; set; }

    /// <summary>
    /// The same for single tenants, by the tenant's id; an empty region is none. Takes precedence over
    /// <see cref="PhoneRegion"/>.
    /// </summary>
    public IDictionary<string, string> PhoneRegions { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The definitions of the custom properties, each key once, in the order in which the sidebar shows them. None
    /// unless set.
    /// </summary>
    public ICollection<PropertyDefinition> Properties { get; } = [];

    /// <summary>
    /// Whether more properties can be defined for each tenant, by <see cref="IProfileProperties.DefineAsync"/>. False
    /// unless set: then the store is not read for them. Set it on all hosts or on none.
    /// </summary>
    public bool DefinePropertiesPerTenant { get; set; }

    /// <summary>
    /// Whether agents may set custom properties without a definition; they hold any text. True unless set.
    /// When false, existing values of other properties stay, and may be cleared only.
    /// </summary>
    public bool AllowUnknownProperties { get; set; } = true;

    /// <summary>
    /// How long the store remembers a conversation, by which a redelivery and a reply in an old thread are recognised:
    /// two years unless set; seven days to 100 years, made of days, weeks, months and years, counted in UTC. Null for
    /// ever. <see cref="IProfilePrivacy.ApplyRetentionAsync"/> removes what is older; nothing does by itself. A
    /// customer's newest conversation is always remembered.
    /// </summary>
    public Period? KeepConversationsFor { get; set; } = Period.FromYears(2);

    /// <summary>
    /// How long a merge of two customers can be undone: 90 days unless set; one day to 100 years, made of days, weeks,
    /// months and years, counted in UTC.
    /// </summary>
    public Period UnmergeWithin { get; set; } = Period.FromDays(90);

    /// <summary>
    /// How long after an erasure a conversation of the erased customer makes nobody again, when a queue delivers it
    /// once more; conversations older than that at the time of erasing are not kept in mind. 7 days unless set.
    /// <see cref="Period.Zero"/> for not at all.
    /// </summary>
    public Period RedeliveryWindow { get; set; } = Period.FromDays(7);

    /// <summary>
    /// The keys for the marks that erasing leaves, the newest last: new marks are made with it. Keep an old one as long
    /// as the store has marks of it; a host that lacks one does not start. Empty unless set: erasing then keeps nothing
    /// of an identity.
    /// </summary>
    public IList<ErasureKey> ErasureKeys { get; } = [];

    /// <summary>
    /// How long after their last conversation, or the last edit by a person or an import, customers are kept by the
    /// default <see cref="IRetentionPolicy"/>, in calendar periods; null for as long as nobody erases them, which is so
    /// unless set. <see cref="IProfilePrivacy.ApplyRetentionAsync"/> applies it.
    /// </summary>
    public Period? EraseInactiveAfter { get; set; }

    /// <summary>
    /// The key of a custom property that keeps a customer from being erased by the default
    /// <see cref="IRetentionPolicy"/> whatever their age, as long as it has a value other than <c>false</c>; null for
    /// none.
    /// </summary>
    public string? LegalHoldProperty { get; set; }

    /// <summary>
    /// Whether the store keeps match keys of each profile, by which
    /// <see cref="IProfileMerging.FindDuplicatesAsync"/> suggests duplicates. False unless set. Profiles that were
    /// stored before get theirs when they next change, or by <see cref="IProfileMerging.IndexDuplicatesAsync"/>.
    /// </summary>
    public bool SuggestDuplicates { get; set; }

    /// <summary>
    /// More domains at which anybody can have an e-mail address, such as <c>example.com</c>, beside the usual ones: to
    /// share one makes nobody a duplicate. Only read with <see cref="SuggestDuplicates"/>.
    /// </summary>
    public ICollection<string> FreeMailDomains { get; } = [];

    /// <summary>
    /// How many changes of a customer the history keeps: 0 to 10,000, and 200 unless set; 0 for no history. The oldest
    /// ones beyond that number are removed when the customer next changes.
    /// </summary>
    public int HistoryEntries { get; set; } = 200;

    /// <summary>
    /// What agents may put into a profile, and where incoming values are cut. <see cref="EditLimits.Default"/> unless
    /// set.
    /// </summary>
    public EditLimits Limits { get; set; } = EditLimits.Default;

    /// <summary>
    /// Whether agents may edit the photo. False unless set: the photo is the provider's, and agents can only clear it.
    /// </summary>
    public bool AgentsEditPhoto { get; set; }

    /// <summary>
    /// What to call a field in a culture, for the sidebar and for errors of an edit; null from it means the English
    /// label, <see cref="ProfileField.Label"/>. Null unless set. A host with resources passes
    /// <c>(field, culture) => Resources.ResourceManager.GetString(field.Code, culture)</c>. Called on any thread.
    /// </summary>
    public Func<ProfileField, CultureInfo, string?>? FieldLabels { get; set; }

    /// <summary>
    /// What to do with a provider's information when the provider no longer knows the person:
    /// <see cref="LostMatchAction.Keep"/> unless set. The provider may have deleted them at their request.
    /// </summary>
    public LostMatchAction OnLostMatch { get; set; } = LostMatchAction.Keep;

    /// <summary>
    /// How long no check of a customer is requested after an attempt that failed and may be charged for: a timeout, a
    /// broken connection, an invalid response, an exception of the provider's code. From zero to 60 days; 1 day unless
    /// set. Without it every new conversation would pay again, and fail again.
    /// </summary>
    public TimeSpan PauseAfterPaidFailure { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How many first checks received conversations may request for one tenant within an hour, on this host: 1 to
    /// 1,000,000, or null for no limit; 1,000 unless set. Above it customers are still created, without a check,
    /// and the next new conversation that is received from them requests it. So a flood of forged senders costs no more
    /// lookups than this. Composed conversations are neither counted nor limited. The limit is kept in memory: with
    /// several hosts, give each its part.
    /// </summary>
    public int? MaxFirstChecksPerHour { get; set; } = 1_000;

    /// <summary>
    /// Whether a received conversation that a machine sent (<c>Conversation.IsAutomatic</c>) requests no check. False
    /// unless set: every new conversation that is received requests one that is due.
    /// </summary>
    public bool SkipChecksForAutomaticConversations { get; set; }

    /// <summary>How many checks this host runs at once: 1 to 1000, and 4 unless set.</summary>
    public int MaxConcurrentChecks { get; set; } = 4;

    /// <summary>
    /// How long a lookup may take: above zero and below <see cref="LeaseDuration"/>; 30 seconds unless set.
    /// </summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a host holds a check. When a host dies, another claims the check after this time: longer than
    /// <see cref="CheckTimeout"/>, at most one day; 2 minutes unless set.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How often the runner claims checks that another host requested or left behind; its own run at once. 1 second to
    /// 1 day; 30 seconds unless set. It never makes a check due.
    /// </summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of attempts before a check counts as failed, when the provider asks for a retry or hosts die while
    /// they hold it: 1 to 100, and 5 unless set.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;
}
