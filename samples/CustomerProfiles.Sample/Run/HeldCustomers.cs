using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample.Run;

/// <summary>Which of a mailbox's people the store holds at one time, by address.</summary>
internal sealed class HeldCustomers
{
    private readonly Dictionary<string, SidebarView> _views;

    private HeldCustomers(Dictionary<string, SidebarView> views) => _views = views;

    /// <summary>The addresses that somebody has.</summary>
    public IReadOnlyCollection<string> Addresses => _views.Keys;

    /// <summary>The latest time that stands in what is held; null when nothing is.</summary>
    public Instant? Latest => _views.Values.SelectMany(TimesOf).Cast<Instant?>().Max();

    /// <summary>Asks for each address whose it is.</summary>
    public static async Task<HeldCustomers> FindAsync(
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

        return new HeldCustomers(views);
    }

    /// <summary>
    /// Whether a mailbox has been taken in before, to its end: everybody has a profile, and nobody was last checked
    /// before the mailbox has them checked.
    /// </summary>
    public bool HaveAllOf(ExpectedTotals mailbox) =>
        mailbox.People.All(person =>
            _views.TryGetValue(person.Key, out var view)
            && (view.IsSuppressed || person.Value.LastCheck is not { } lastCheck || LastCheckOf(view) >= lastCheck)
        );

    /// <summary>How many of a mailbox's people are held.</summary>
    public int CountOf(ExpectedTotals mailbox) => mailbox.People.Keys.Count(_views.ContainsKey);

    /// <summary>How many of a mailbox's people were never checked although they should have been.</summary>
    public int CountUncheckedOf(ExpectedTotals mailbox) =>
        mailbox.People.Count(person =>
            person.Value.ChecksCompleted > 0
            && _views.TryGetValue(person.Key, out var view)
            && !view.IsSuppressed
            && view.Providers.Any(provider => provider.IsEnabled && provider.LastCheckAt is null)
        );

    /// <summary>A customer as they were when this was read; null when they were not held.</summary>
    public SidebarView? Find(string address) => _views.GetValueOrDefault(address);

    /// <summary>The same, by id.</summary>
    public SidebarView? Find(CustomerId id) => _views.Values.FirstOrDefault(view => view.Profile.Id == id);

    /// <summary>When the provider last answered about a customer; null when never.</summary>
    public static DateTime? LastCheckOf(SidebarView view) =>
        view.Providers.Max(provider => provider.LastCheckAt)?.ToDateTimeUtc();

    private static IEnumerable<Instant> TimesOf(SidebarView view) =>
        view.Providers.Select(provider => provider.LastCheckAt).OfType<Instant>().Append(view.Profile.UpdatedAt);
}
