using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.FullContact.Wire;

/// <summary>
/// Reads the person of a 200. Every field may be absent, null, empty or of another type than last year: what fits is taken, what does not is left out,
/// and only a body that is no JSON object at all is refused.
/// </summary>
/// <remarks>
/// <para>One pass, forwards, over the bytes. What the library does not keep is skipped where it stands and never becomes a string, an object or a number: contact data,
/// age and gender, demographics, household, finance, interests, surveys.</para>
/// <para>The shapes are those of FullContact's documentation, the recorded responses in its Python, Java and Go clients, and the drift between them: <c>details</c> null or
/// missing, <c>profiles</c> an object by service or a list, dates as objects. A field that stands in two places is taken from the top level first.</para>
/// </remarks>
internal ref struct PersonReader
{
    /// <summary>How deep an answer may nest: a limit against hostile bodies, far beyond the shapes that are documented.</summary>
    public const int MaxDepth = 64;

    // Names longer than this are none that we know, and none that a network has.
    private const int MaxNameBytes = 200;

    // FullContact has one account a network and some 50 networks; without a limit, looking for doubles would take time by the square.
    private const int MaxSocialProfiles = 200;
    private const int MaxWebsites = 50;

    private readonly List<SocialProfile> _accounts = [];
    private readonly List<SocialProfile> _shortcuts = [];
    private readonly List<Uri> _websites = [];
    private readonly List<Uri> _linked = [];
    private readonly List<Employment> _employments = [];

    private Utf8JsonReader _json;
    private string? _fullName;
    private string? _detailsFullName;
    private string? _given;
    private string? _middle;
    private string? _family;
    private string? _title;
    private string? _organization;
    private string? _bio;
    private string? _location;
    private string? _detailsLocation;
    private string? _firstLocation;
    private Uri? _avatar;
    private Uri? _photo;
    private Uri? _accountPhoto;

    private PersonReader(ReadOnlySpan<byte> body) => _json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Reads a person.</summary>
    /// <param name="body">The bytes of the answer.</param>
    /// <param name="information">What the library keeps of it; empty where nothing is of use, which is a match all the same.</param>
    /// <returns>Whether the body is one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PublicInformation? information)
    {
        information = null;
        try
        {
            var reader = new PersonReader(body.StartsWith("\uFEFF"u8) ? body[3..] : body);
            if (!reader.ReadPerson())
            {
                return false;
            }

            information = reader.Information();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadPerson()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (NextProperty(out var name))
        {
            switch (name)
            {
                case "fullName":
                    _fullName ??= Text();
                    break;
                case "title":
                    _title ??= Text();
                    break;
                case "organization":
                    _organization ??= Text();
                    break;
                case "bio":
                    _bio ??= Text();
                    break;
                case "location":
                    _location ??= Text();
                    break;
                case "avatar":
                    _avatar ??= WebAddress();
                    break;
                case "website":
                    AddWebsite(_websites, WebAddress());
                    break;
                case "twitter" or "linkedin" or "facebook":
                    AddAccount(_shortcuts, name, WebAddress(), username: null);
                    break;
                case "details":
                    ReadDetails();
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        // Nothing may follow, or these are not the bytes of one answer: the reader itself throws at the first that is not a blank.
        return !_json.Read();
    }

    private void ReadDetails()
    {
        if (!IsObject())
        {
            return;
        }

        while (NextProperty(out var name))
        {
            switch (name)
            {
                case "name":
                    ReadName();
                    break;
                case "location":
                    _detailsLocation ??= Text();
                    break;
                case "locations":
                    ReadLocations();
                    break;
                case "photos":
                    ReadLinks(ref _photo);
                    break;
                case "urls":
                    ReadUrls();
                    break;
                case "employment":
                    ReadEmployments();
                    break;
                case "profiles":
                    ReadAccounts();
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }
    }

    private void ReadName()
    {
        if (!IsObject())
        {
            return;
        }

        while (NextProperty(out var name))
        {
            switch (name)
            {
                case "full":
                    _detailsFullName ??= Text();
                    break;
                case "given":
                    _given ??= Text();
                    break;
                case "middle":
                    _middle ??= Text();
                    break;
                case "family":
                    _family ??= Text();
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }
    }

    // Town and country only: "formatted" and "addressLine1" may be where the person lives.
    private void ReadLocations()
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            if (!IsObject())
            {
                continue;
            }

            string? city = null, region = null, regionCode = null, country = null, countryCode = null;
            while (NextProperty(out var name))
            {
                switch (name)
                {
                    case "city":
                        city ??= Text();
                        break;
                    case "region":
                        region ??= Text();
                        break;
                    case "regionCode":
                        regionCode ??= Text();
                        break;
                    case "country":
                        country ??= Text();
                        break;
                    case "countryCode":
                        countryCode ??= Text();
                        break;
                    default:
                        _json.Skip();
                        break;
                }
            }

            if (_firstLocation is null && Joined(", ", city, region ?? regionCode, country ?? countryCode) is { Length: > 0 } location)
            {
                _firstLocation = location;
            }
        }
    }

    // [{"label":...,"value":"https://..."}], of which the first of use counts.
    private void ReadLinks(ref Uri? first)
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            var link = Link();
            first ??= link;
        }
    }

    private void ReadUrls()
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            AddWebsite(_linked, Link());
        }
    }

    private Uri? Link()
    {
        if (!IsObject())
        {
            return null;
        }

        Uri? link = null;
        while (NextProperty(out var name))
        {
            if (name == "value")
            {
                link ??= WebAddress();
            }
            else
            {
                _json.Skip();
            }
        }

        return link;
    }

    private void ReadEmployments()
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            if (!IsObject())
            {
                continue;
            }

            string? organization = null, title = null;
            bool? isCurrent = null;
            var hasEnded = false;
            while (NextProperty(out var name))
            {
                switch (name)
                {
                    case "name":
                        organization ??= Text();
                        break;
                    case "title":
                        title ??= Text();
                        break;
                    case "current":
                        isCurrent ??= Flag();
                        break;
                    case "end":
                        hasEnded |= SaysAnything();
                        break;
                    default:
                        _json.Skip();
                        break;
                }
            }

            // "current" is often missing (29 of 162 in recorded answers); then a job without an end is taken for one that lasts.
            if ((isCurrent ?? !hasEnded) && (organization ?? title) is not null)
            {
                _employments.Add(new Employment(organization, title, IsSaidToBeCurrent: isCurrent is true));
            }
        }
    }

    // By service, {"twitter":{...}}, which is what is documented; or a list, which FullContact's Python client is prepared for.
    private void ReadAccounts()
    {
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            ReadAccountList(network: null);
        }
        else if (IsObject())
        {
            while (NextProperty(out var network))
            {
                switch (_json.TokenType)
                {
                    case JsonTokenType.String:
                        AddAccount(_accounts, network, WebAddress(), username: null);
                        break;
                    case JsonTokenType.StartArray:
                        ReadAccountList(network);
                        break;
                    default:
                        ReadAccount(network);
                        break;
                }
            }
        }
    }

    private void ReadAccountList(string? network)
    {
        while (NextItem())
        {
            ReadAccount(network);
        }
    }

    private void ReadAccount(string? network)
    {
        if (!IsObject())
        {
            return;
        }

        string? service = null, username = null;
        Uri? url = null;
        while (NextProperty(out var name))
        {
            switch (name)
            {
                case "service":
                    service ??= Text();
                    break;
                case "username":
                    username ??= Text();
                    break;
                case "url":
                    url ??= WebAddress();
                    break;
                case "photos":
                    ReadLinks(ref _accountPhoto);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        AddAccount(_accounts, string.IsNullOrWhiteSpace(network) ? service : network, url, username);
    }

    private PublicInformation Information()
    {
        var (organization, title) = Work();
        foreach (var shortcut in _shortcuts)
        {
            if (!_accounts.Exists(account => account.Network == shortcut.Network))
            {
                _accounts.Add(shortcut);
            }
        }

        foreach (var website in _linked)
        {
            AddWebsite(_websites, website);
        }

        return new PublicInformation
        {
            Photo = (_avatar ?? _photo ?? _accountPhoto) is { } photo ? new Photo(photo) : null,
            SocialProfiles = [.. _accounts],
            Location = _location ?? _detailsLocation ?? _firstLocation,
            Bio = _bio,
            Name = (_fullName ?? _detailsFullName ?? Joined(" ", _given, _middle, _family)) is { Length: > 0 } full ? new PersonName(full, _given, _family) : null,
            Company = organization,
            JobTitle = title,
            Websites = [.. _websites],
        };
    }

    /// <summary>
    /// The top level's organization and title. Where only one of them is there, the other comes from a job that agrees with it and from no other: nobody said that
    /// the person has this title at that company. Where neither is, the current job.
    /// </summary>
    private readonly (string? Organization, string? Title) Work()
    {
        if (_organization is not null && _title is not null)
        {
            return (_organization, _title);
        }

        var organization = _organization;
        var title = _title;
        var job = _employments
            .Where(job => (organization is null || string.Equals(job.Organization, organization, StringComparison.OrdinalIgnoreCase))
                && (title is null || string.Equals(job.Title, title, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(job => job.IsSaidToBeCurrent)
            .FirstOrDefault();
        return (organization ?? job.Organization, title ?? job.Title);
    }

    private static void AddAccount(List<SocialProfile> accounts, string? network, Uri? url, string? username)
    {
        if (string.IsNullOrWhiteSpace(network) || (url is null && username is null) || accounts.Count == MaxSocialProfiles)
        {
            return;
        }

        // An open set: FullContact lists some 50 networks and adds more, so the name is kept as it comes.
        var account = new SocialProfile(network.Trim().ToLowerInvariant(), url, username);
        if (!accounts.Contains(account))
        {
            accounts.Add(account);
        }
    }

    private static void AddWebsite(List<Uri> websites, Uri? website)
    {
        if (website is not null && websites.Count < MaxWebsites && !websites.Contains(website))
        {
            websites.Add(website);
        }
    }

    private static string Joined(string separator, params ReadOnlySpan<string?> parts)
    {
        var joined = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            if (part is not null)
            {
                joined.Add(part);
            }
        }

        return string.Join(separator, joined);
    }

    // Below: one value each. The reader stands on the value's first token before and on its last one after.

    /// <summary>Moves to the value of the next property. An empty name stands for one that we cannot know.</summary>
    private bool NextProperty(out string name)
    {
        name = "";
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        name = _json.ValueSpan.Length <= MaxNameBytes ? Unicode() ?? "" : "";
        _json.Read();
        return true;
    }

    private bool NextItem() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    private bool IsObject() => Is(JsonTokenType.StartObject);

    private bool IsArray() => Is(JsonTokenType.StartArray);

    private bool Is(JsonTokenType type)
    {
        if (_json.TokenType == type)
        {
            return true;
        }

        _json.Skip();
        return false;
    }

    private string? Text()
    {
        if (Is(JsonTokenType.String) && Unicode()?.Trim() is { Length: > 0 } text)
        {
            return text;
        }

        return null;
    }

    private bool? Flag()
    {
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return _json.GetBoolean();
        }

        _json.Skip();
        return null;
    }

    /// <summary>Whether a date is given at all, as text or as <c>{"year":...}</c>.</summary>
    private bool SaysAnything()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.String:
                return _json.ValueSpan.Length > 0;
            case JsonTokenType.StartObject:
                var says = false;
                while (NextProperty(out _))
                {
                    says |= _json.TokenType != JsonTokenType.Null;
                    _json.Skip();
                }

                return says;
            default:
                _json.Skip();
                return false;
        }
    }

    /// <summary>
    /// An absolute http or https address. One with a user name before the host is left out: it is how a link is made to look like another one, and an agent will
    /// follow it.
    /// </summary>
    private Uri? WebAddress() =>
        Text() is { } text
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address.Host.Length > 0
        && address.UserInfo.Length == 0
            ? address
            : null;

    /// <summary>The token's text; null where it is broken UTF-8 or half a surrogate pair, which JSON's grammar lets through.</summary>
    private readonly string? Unicode()
    {
        try
        {
            return _json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private readonly record struct Employment(string? Organization, string? Title, bool IsSaidToBeCurrent);
}
