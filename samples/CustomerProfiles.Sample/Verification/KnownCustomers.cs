using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>The customers of the mailbox that the store holds at one time, by address.</summary>
internal sealed class KnownCustomers
{
    private readonly Dictionary<string, SidebarView> _views;

    private KnownCustomers(Dictionary<string, SidebarView> views) => _views = views;

    public IReadOnlyCollection<string> Addresses => _views.Keys;

    /// <summary>The latest time in the profiles and their checks; null when there are none.</summary>
    public Instant? Latest => _views.Values.SelectMany(TimesOf).Cast<Instant?>().Max();

    public static async Task<KnownCustomers> FindAsync(
        ICustomerProfiles profiles,
        IEnumerable<string> addresses,
        CancellationToken cancellationToken
    )
    {
        var views = new Dictionary<string, SidebarView>();
        foreach (var address in addresses)
        {
            if (
                EmailAddress.TryParse(address, out var email)
                && await profiles.FindAsync(Identity.Email(email), cancellationToken) is { } profile
                && await profiles.GetSidebarAsync(profile.Id, cancellationToken) is { } view
            )
            {
                views[address] = view;
            }
        }

        return new KnownCustomers(views);
    }

    /// <summary>
    /// Whether an earlier run imported the whole mailbox: everybody has a profile, and no last check is earlier than
    /// the mailbox demands.
    /// </summary>
    public bool IncludeAllOf(MailboxCount mailbox) =>
        mailbox.People.All(person =>
            _views.TryGetValue(person.Key, out var view)
            && (view.IsSuppressed || person.Value.LastCheck is not { } lastCheck || LastCheckOf(view) >= lastCheck)
        );

    /// <summary>The number of the mailbox's people who have a profile.</summary>
    public int CountOf(MailboxCount mailbox) => mailbox.People.Keys.Count(_views.ContainsKey);

    /// <summary>The number of people who should have been checked and never were.</summary>
    public int CountUncheckedOf(MailboxCount mailbox) =>
        mailbox.People.Count(person =>
            person.Value.ChecksCompleted > 0
            && _views.TryGetValue(person.Key, out var view)
            && !view.IsSuppressed
            && view.Providers.Any(provider => provider.IsEnabled && provider.LastCheckAt is null)
        );

    public SidebarView? Find(string address) => _views.GetValueOrDefault(address);

    public SidebarView? Find(CustomerId id) => _views.Values.FirstOrDefault(view => view.Profile.Id == id);

    /// <summary>When the customer was last checked, in UTC; null when never.</summary>
    public static DateTime? LastCheckOf(SidebarView view) =>
        view.Providers.Max(provider => provider.LastCheckAt)?.ToDateTimeUtc();

    private static IEnumerable<Instant> TimesOf(SidebarView view) =>
        view.Providers.Select(provider => provider.LastCheckAt).OfType<Instant>().Append(view.Profile.UpdatedAt);
}
