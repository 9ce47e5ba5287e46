using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The values that <see cref="PersonReader"/> has read, from wherever they stood, and their precedence.
/// </summary>
internal struct CollectedPerson
{
    // Duplicates are searched for in time proportional to the square of this.
    private const int MaxWebsites = 50;

    public List<SocialProfile>? Accounts;
    public List<Uri>? Websites;
    public List<Uri>? Linked;
    public List<Employment>? Employments;
    public string? Twitter;
    public string? Linkedin;
    public string? Facebook;
    public string? FullName;
    public string? DetailsFullName;
    public string? Given;
    public string? Middle;
    public string? Family;
    public string? Title;
    public string? Organization;
    public string? Bio;
    public string? AccountBio;
    public string? Location;
    public string? DetailsLocation;
    public string? FirstLocation;
    public Uri? Avatar;
    public LabelledPhoto Photo;
    public LabelledPhoto AccountPhoto;

    public readonly PublicInformation ToInformation()
    {
        var (organization, title) = Work();
        var accounts = Accounts;
        AddShortcut(ref accounts, "twitter", Twitter);
        AddShortcut(ref accounts, "linkedin", Linkedin);
        AddShortcut(ref accounts, "facebook", Facebook);
        var websites = Websites;
        foreach (var website in Linked ?? [])
        {
            AddWebsite(ref websites, website);
        }

        return new PublicInformation
        {
            Photo = (Avatar ?? Photo.Address ?? AccountPhoto.Address) is { } photo ? new Photo(photo) : null,
            SocialProfiles = [.. accounts ?? []],
            Location = Location ?? DetailsLocation ?? FirstLocation,
            Bio = Bio ?? AccountBio,
            Name = (FullName ?? DetailsFullName ?? Joined(" ", Given, Middle, Family)) is { } full
                ? new PersonName(full, Given, Family)
                : null,
            Company = organization,
            JobTitle = title,
            Websites = [.. websites ?? []],
        };
    }

    /// <summary>
    /// The top level's organization and title. When only one of them is given, the other is taken from a job that
    /// matches it: a title at one company says nothing about another. When neither is given, both come from the current
    /// job.
    /// </summary>
    private readonly (string? Organization, string? Title) Work()
    {
        if (Employments is null || (Organization is not null && Title is not null))
        {
            return (Organization, Title);
        }

        Employment job = default;
        foreach (var candidate in Employments)
        {
            if (
                (
                    Organization is null
                    || string.Equals(candidate.Organization, Organization, StringComparison.OrdinalIgnoreCase)
                )
                && (Title is null || string.Equals(candidate.Title, Title, StringComparison.OrdinalIgnoreCase))
                && (job.IsNone || (candidate.IsMarkedCurrent && !job.IsMarkedCurrent))
            )
            {
                job = candidate;
            }
        }

        return (Organization ?? job.Organization, Title ?? job.Title);
    }

    public static void AddAccount(ref List<SocialProfile>? accounts, string? network, Uri? url, string? username)
    {
        if (network is null || (url is null && username is null))
        {
            return;
        }

        // An open set: FullContact lists some 50 networks and adds more, so unknown names are kept.
        var account = new SocialProfile(network.ToLowerInvariant(), url, username);
        if (accounts?.Contains(account) != true)
        {
            (accounts ??= []).Add(account);
        }
    }

    // An account in "details" has more data than the link of the top level.
    private static void AddShortcut(ref List<SocialProfile>? accounts, string network, string? link)
    {
        if (link is not null && accounts?.Exists(account => account.Network == network) != true)
        {
            var address = Links.ShortcutAddress(link);
            AddAccount(ref accounts, network, address, address is null ? Links.Handle(link) : null);
        }
    }

    public static void AddWebsite(ref List<Uri>? websites, Uri? website)
    {
        if (website is not null && (websites is null || (websites.Count < MaxWebsites && !websites.Contains(website))))
        {
            (websites ??= []).Add(website);
        }
    }

    public static string? Joined(string separator, params ReadOnlySpan<string?> parts)
    {
        string? joined = null;
        foreach (var part in parts)
        {
            joined =
                joined is null ? part
                : part is null ? joined
                : string.Concat(joined, separator, part);
        }

        return joined;
    }
}

/// <summary>What a photo shows. A higher value replaces a lower one; a photo of no person is never taken.</summary>
internal enum PhotoKind
{
    NoPerson,
    Other,
    Avatar,
}

internal readonly record struct LabelledPhoto(Uri? Address, PhotoKind Kind);

internal readonly record struct Employment(string? Organization, string? Title, bool IsMarkedCurrent)
{
    public bool IsNone => Organization is null && Title is null;
}
