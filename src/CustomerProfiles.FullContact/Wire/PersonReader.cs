using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Reads the person of a 200. Every field may be absent, null, empty or of another type than last year: what fits is
/// taken, what does not is left out, and only a body that is no JSON object at all is refused.
/// </summary>
/// <remarks>
/// <para>
/// One pass, forwards, over the bytes. What the library does not keep is skipped where it stands and never becomes a
/// string, an object or a number: contact data, age and gender, demographics, household, finance, interests, surveys.
/// Names of properties are compared as bytes.
/// </para>
/// <para>
/// The shapes are those of FullContact's documentation, the recorded responses in its Python, Java and Go clients, and
/// the drift between them: <c>details</c> null or missing, <c>profiles</c> an object by service or a list, dates as
/// objects. A field that stands in two places is taken from the top level first.
/// </para>
/// <para>
/// Names count whatever their ASCII case: FullContact itself has written <c>dataAddons</c> and <c>dataAddOns</c>,
/// <c>linkedincompany</c> and <c>linkedinCompany</c>, and no two of its names differ in case alone. Of a field that
/// comes more than once, in whichever case, the first value that fits is taken; objects and lists that come more than
/// once are read one after the other.
/// </para>
/// </remarks>
internal ref struct PersonReader
{
    /// <summary>
    /// How deep an answer may nest: a limit against hostile bodies, far beyond the shapes that are documented.
    /// </summary>
    public const int MaxDepth = 64;

    // Names longer than this are none that we know, and none that a network has.
    private const int MaxNameBytes = 200;

    // FullContact has one account a network and some 50 networks; without limits, looking for doubles would take time
    // by the square. Entries that turn out to be of no use count as well: they have to be looked at.
    private const int MaxSocialProfiles = 200;
    private const int MaxLinks = 200;
    private const int MaxJobs = 200;
    private const int MaxWebsites = 50;

    private const int MaxPhotos = 50;

    private const int MaxHandle = 100;

    // What an address in a profile may not hold: such text would be left out as a whole.
    private static readonly SearchValues<char> UnfitForAddresses = SearchValues.Create([
        .. Enumerable.Range(0, 0xa0).Select(unit => (char)unit).Where(char.IsControl),
        .. "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
    ]);

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> AsciiLetters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> AsciiLettersAndDigits = SearchValues.Create(Letters + "0123456789");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(Letters + "0123456789-.");
    private static readonly SearchValues<char> HandleCharacters = SearchValues.Create(Letters + "0123456789-._");

    private Utf8JsonReader _json;
    private byte[]? _unescapedName;
    private List<SocialProfile>? _accounts;
    private List<Uri>? _websites;
    private List<Uri>? _linked;
    private List<Employment>? _employments;
    private int _accountsSeen;
    private int _linksSeen;
    private int _jobsSeen;
    private int _photosSeen;
    private string? _twitter;
    private string? _linkedin;
    private string? _facebook;
    private string? _fullName;
    private string? _detailsFullName;
    private string? _given;
    private string? _middle;
    private string? _family;
    private string? _title;
    private string? _organization;
    private string? _bio;
    private string? _accountBio;
    private string? _location;
    private string? _detailsLocation;
    private string? _firstLocation;
    private Uri? _avatar;
    private LabelledPhoto _photo;
    private LabelledPhoto _accountPhoto;
    private readonly int _longestPhotoAddress;

    private PersonReader(ReadOnlySpan<byte> body, int longestPhotoAddress)
    {
        _json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        _longestPhotoAddress = longestPhotoAddress;
    }

    /// <summary>Reads a person.</summary>
    /// <param name="body">The bytes of the answer.</param>
    /// <param name="information">What the library keeps of it; empty where nothing is of use, which is a match all the
    /// same.</param>
    /// <param name="longestPhotoAddress"> A photo whose address is longer does not fit into a profile, so the next one
    /// is taken. That of <see cref="EditLimits.Default"/> unless given.
    /// </param>
    /// <returns>Whether the body is one JSON object.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out PublicInformation? information,
        int? longestPhotoAddress = null
    )
    {
        information = null;
        try
        {
            var reader = new PersonReader(
                body.StartsWith("\uFEFF"u8) ? body[3..] : body,
                longestPhotoAddress ?? EditLimits.Default.PhotoUrl
            );
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
            if (Is(name, "details"u8))
            {
                ReadDetails();
            }
            else if (Is(name, "fullName"u8))
            {
                Take(ref _fullName);
            }
            else if (Is(name, "title"u8))
            {
                Take(ref _title);
            }
            else if (Is(name, "organization"u8))
            {
                Take(ref _organization);
            }
            else if (Is(name, "bio"u8))
            {
                Take(ref _bio);
            }
            else if (Is(name, "location"u8))
            {
                Take(ref _location);
            }
            else if (Is(name, "avatar"u8))
            {
                TakePhoto(ref _avatar);
            }
            else if (Is(name, "website"u8))
            {
                AddWebsite(ref _websites, WebAddress());
            }
            else if (Is(name, "twitter"u8))
            {
                TakeLink(ref _twitter);
            }
            else if (Is(name, "linkedin"u8))
            {
                TakeLink(ref _linkedin);
            }
            else if (Is(name, "facebook"u8))
            {
                TakeLink(ref _facebook);
            }
            else
            {
                _json.Skip();
            }
        }

        // Nothing may follow, or these are not the bytes of one answer: the reader itself throws at the first that is
        // not a blank.
        return !_json.Read();
    }

    // What the top level has said already is not read again: it counts before what stands here, whichever comes first,
    // and so no text is made for nothing.
    private void ReadDetails()
    {
        if (!IsObject())
        {
            return;
        }

        while (NextProperty(out var name))
        {
            if (Is(name, "name"u8))
            {
                ReadName();
            }
            else if (Is(name, "location"u8) && _location is null)
            {
                Take(ref _detailsLocation);
            }
            else if (Is(name, "locations"u8) && _location is null)
            {
                ReadLocations();
            }
            else if (Is(name, "photos"u8) && _avatar is null)
            {
                ReadPhotos(ref _photo);
            }
            else if (Is(name, "urls"u8))
            {
                ReadUrls();
            }
            else if (Is(name, "employment"u8) && (_organization is null || _title is null))
            {
                ReadEmployments();
            }
            else if (Is(name, "profiles"u8))
            {
                ReadAccounts();
            }
            else
            {
                _json.Skip();
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
            if (Is(name, "given"u8))
            {
                Take(ref _given);
            }
            else if (Is(name, "family"u8))
            {
                Take(ref _family);
            }
            else if (Is(name, "full"u8) && _fullName is null)
            {
                Take(ref _detailsFullName);
            }
            else if (Is(name, "middle"u8) && _fullName is null)
            {
                Take(ref _middle);
            }
            else
            {
                _json.Skip();
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
            if (_firstLocation is not null || !IsObject())
            {
                _json.Skip();
                continue;
            }

            string? city = null,
                region = null,
                regionCode = null,
                country = null,
                countryCode = null;
            while (NextProperty(out var name))
            {
                if (Is(name, "city"u8))
                {
                    Take(ref city);
                }
                else if (Is(name, "region"u8))
                {
                    Take(ref region);
                }
                else if (Is(name, "regionCode"u8))
                {
                    Take(ref regionCode);
                }
                else if (Is(name, "country"u8))
                {
                    Take(ref country);
                }
                else if (Is(name, "countryCode"u8))
                {
                    Take(ref countryCode);
                }
                else
                {
                    _json.Skip();
                }
            }

            _firstLocation = Joined(", ", city, region ?? regionCode, country ?? countryCode);
        }
    }

    // [{"label":...,"value":"https://..."}]. What is said to be the avatar shows the person; a cover never does.
    private void ReadPhotos(ref LabelledPhoto best)
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            if (best.Kind == PhotoKind.Avatar || _photosSeen++ >= MaxPhotos || !IsObject())
            {
                _json.Skip();
                continue;
            }

            Uri? address = null;
            PhotoKind? kind = null;
            while (NextProperty(out var name))
            {
                if (Is(name, "value"u8) && (kind is null || kind > best.Kind))
                {
                    TakePhoto(ref address);
                }
                else if (Is(name, "label"u8) && kind is null)
                {
                    kind = LabelOfPhoto();
                }
                else
                {
                    _json.Skip();
                }
            }

            var photo = new LabelledPhoto(address, kind ?? PhotoKind.Other);
            if (address is not null && photo.Kind > best.Kind)
            {
                best = photo;
            }
        }
    }

    private PhotoKind? LabelOfPhoto()
    {
        if (!IsA(JsonTokenType.String) || _json.ValueIsEscaped)
        {
            return null;
        }

        var label = Ascii.Trim(_json.ValueSpan) is var trim ? _json.ValueSpan[trim] : default;
        return Is(label, "avatar"u8) ? PhotoKind.Avatar
            : Is(label, "cover"u8)
            || Is(label, "banner"u8)
            || Is(label, "background"u8)
            || Is(label, "header"u8)
            || Is(label, "logo"u8)
                ? PhotoKind.NoPerson
            : label.IsEmpty ? null
            : PhotoKind.Other;
    }

    private void ReadUrls()
    {
        if (!IsArray())
        {
            return;
        }

        while (NextItem())
        {
            if (_linksSeen++ < MaxLinks)
            {
                AddWebsite(ref _linked, Link());
            }
            else
            {
                _json.Skip();
            }
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
            if (Is(name, "value"u8))
            {
                Take(ref link);
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
            if (_jobsSeen++ < MaxJobs)
            {
                ReadEmployment();
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void ReadEmployment()
    {
        if (!IsObject())
        {
            return;
        }

        string? organization = null,
            title = null;
        bool? isCurrent = null;
        var hasEnded = false;
        while (NextProperty(out var name))
        {
            if (Is(name, "name"u8))
            {
                Take(ref organization);
            }
            else if (Is(name, "title"u8))
            {
                Take(ref title);
            }
            else if (Is(name, "current"u8))
            {
                isCurrent ??= _json.TokenType switch
                {
                    JsonTokenType.True => true,
                    JsonTokenType.False => false,
                    _ => null,
                };
                _json.Skip();
            }
            else if (Is(name, "end"u8))
            {
                hasEnded |= IsDate();
            }
            else
            {
                _json.Skip();
            }
        }

        // "current" is often missing (29 of 162 in recorded answers); then a job without an end is taken for one that
        // lasts.
        if ((isCurrent ?? !hasEnded) && (organization is not null || title is not null))
        {
            (_employments ??= []).Add(new Employment(organization, title, IsMarkedCurrent: isCurrent is true));
        }
    }

    // By service, {"twitter":{...}}, which is what is documented; or a list, which FullContact's Python client is
    // prepared for.
    private void ReadAccounts()
    {
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            ReadAccountList(network: null);
        }
        else if (IsObject())
        {
            while (NextProperty(out var name))
            {
                if (_accountsSeen >= MaxSocialProfiles)
                {
                    _json.Skip();
                    continue;
                }

                switch (_json.TokenType)
                {
                    case JsonTokenType.String:
                        _accountsSeen++;
                        ReadAccountText(Network(name));
                        break;
                    case JsonTokenType.StartArray:
                        ReadAccountList(Network(name));
                        break;
                    case JsonTokenType.StartObject:
                        _accountsSeen++;
                        ReadAccount(Network(name));
                        break;
                }
            }
        }
    }

    // "https://...", "twitter.com/ada" or "@ada". A bare word may be anything here.
    private void ReadAccountText(string? network)
    {
        if (Text() is { } text)
        {
            AddAccount(ref _accounts, network, ShortcutAddress(text), text.StartsWith('@') ? Handle(text) : null);
        }
    }

    private void ReadAccountList(string? network)
    {
        while (NextItem())
        {
            if (_accountsSeen++ < MaxSocialProfiles)
            {
                ReadAccount(network);
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void ReadAccount(string? network)
    {
        if (!IsObject())
        {
            return;
        }

        string? username = null;
        string? bio = null;
        Uri? url = null;
        var photo = new LabelledPhoto(null, _accountPhoto.Kind);
        while (NextProperty(out var name))
        {
            if (Is(name, "url"u8))
            {
                TakeAccountAddress(ref url);
            }
            else if (Is(name, "username"u8))
            {
                Take(ref username);
            }
            else if (Is(name, "service"u8))
            {
                Take(ref network);
            }
            else if (Is(name, "photos"u8) && _avatar is null && _accountPhoto.Kind != PhotoKind.Avatar)
            {
                ReadPhotos(ref photo);
            }
            else if (Is(name, "bio"u8) && _bio is null && _accountBio is null)
            {
                Take(ref bio);
            }
            else
            {
                _json.Skip();
            }
        }

        // "linkedincompany" is where the person works: it has a logo, and tells of a company.
        if (network?.EndsWith("company", StringComparison.OrdinalIgnoreCase) != true)
        {
            _accountBio ??= bio;
            if (photo.Kind > _accountPhoto.Kind)
            {
                _accountPhoto = photo;
            }
        }

        AddAccount(ref _accounts, network, url, username);
    }

    private readonly PublicInformation Information()
    {
        var (organization, title) = Work();
        var accounts = _accounts;
        AddShortcut(ref accounts, "twitter", _twitter);
        AddShortcut(ref accounts, "linkedin", _linkedin);
        AddShortcut(ref accounts, "facebook", _facebook);
        var websites = _websites;
        foreach (var website in _linked ?? [])
        {
            AddWebsite(ref websites, website);
        }

        return new PublicInformation
        {
            Photo = (_avatar ?? _photo.Address ?? _accountPhoto.Address) is { } photo ? new Photo(photo) : null,
            SocialProfiles = [.. accounts ?? []],
            Location = _location ?? _detailsLocation ?? _firstLocation,
            Bio = _bio ?? _accountBio,
            Name = (_fullName ?? _detailsFullName ?? Joined(" ", _given, _middle, _family)) is { } full
                ? new PersonName(full, _given, _family)
                : null,
            Company = organization,
            JobTitle = title,
            Websites = [.. websites ?? []],
        };
    }

    /// <summary>
    /// The top level's organization and title. Where only one of them is there, the other comes from a job that agrees
    /// with it and from no other: nobody said that the person has this title at that company. Where neither is, the
    /// current job.
    /// </summary>
    private readonly (string? Organization, string? Title) Work()
    {
        if (_employments is null || (_organization is not null && _title is not null))
        {
            return (_organization, _title);
        }

        Employment job = default;
        foreach (var candidate in _employments)
        {
            if (
                (
                    _organization is null
                    || string.Equals(candidate.Organization, _organization, StringComparison.OrdinalIgnoreCase)
                )
                && (_title is null || string.Equals(candidate.Title, _title, StringComparison.OrdinalIgnoreCase))
                && (job.IsNone || (candidate.IsMarkedCurrent && !job.IsMarkedCurrent))
            )
            {
                job = candidate;
            }
        }

        return (_organization ?? job.Organization, _title ?? job.Title);
    }

    private static void AddAccount(ref List<SocialProfile>? accounts, string? network, Uri? url, string? username)
    {
        if (network is null || (url is null && username is null))
        {
            return;
        }

        // An open set: FullContact lists some 50 networks and adds more, so the name is kept as it comes.
        var account = new SocialProfile(network.ToLowerInvariant(), url, username);
        if (accounts?.Contains(account) != true)
        {
            (accounts ??= []).Add(account);
        }
    }

    // What "details" says of an account says more than the link at the top.
    private static void AddShortcut(ref List<SocialProfile>? accounts, string network, string? link)
    {
        if (link is not null && accounts?.Exists(account => account.Network == network) != true)
        {
            var address = ShortcutAddress(link);
            AddAccount(ref accounts, network, address, address is null ? Handle(link) : null);
        }
    }

    private static void AddWebsite(ref List<Uri>? websites, Uri? website)
    {
        if (website is not null && (websites is null || (websites.Count < MaxWebsites && !websites.Contains(website))))
        {
            (websites ??= []).Add(website);
        }
    }

    private static string? Joined(string separator, params ReadOnlySpan<string?> parts)
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

    // Below: one value each. The reader stands on the value's first token before and on its last one after.

    /// <summary>Moves to the value of the next property. An empty name stands for one that we cannot know.</summary>
    private bool NextProperty(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        if (_json.ValueSpan.Length <= MaxNameBytes)
        {
            name = _json.ValueIsEscaped ? Unescaped() : _json.ValueSpan;
        }

        _json.Read();
        return true;
    }

    /// <summary>
    /// The name that the reader stands on, in a buffer that the next such name overwrites. Hardly any name is written
    /// with escapes.
    /// </summary>
    private ReadOnlySpan<byte> Unescaped()
    {
        if (!IsUnicode())
        {
            return default;
        }

        _unescapedName ??= new byte[MaxNameBytes];
        return _unescapedName.AsSpan(0, _json.CopyString(_unescapedName));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) =>
        name.Length == known.Length && Ascii.EqualsIgnoreCase(name, known);

    private bool NextItem() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    private bool IsObject() => IsA(JsonTokenType.StartObject);

    private bool IsArray() => IsA(JsonTokenType.StartArray);

    private bool IsA(JsonTokenType type)
    {
        if (_json.TokenType == type)
        {
            return true;
        }

        _json.Skip();
        return false;
    }

    private void Take(ref string? text)
    {
        if (text is null)
        {
            text = Text();
        }
        else
        {
            _json.Skip();
        }
    }

    private void Take(ref Uri? address)
    {
        if (address is null)
        {
            address = WebAddress();
        }
        else
        {
            _json.Skip();
        }
    }

    private void TakePhoto(ref Uri? address)
    {
        if (address is null && LinkText() is { } text)
        {
            address =
                text.Length <= _longestPhotoAddress && text.AsSpan().IndexOfAny(UnfitForAddresses) < 0
                    ? WebAddress(text)
                    : null;
        }
        else if (address is not null)
        {
            _json.Skip();
        }
    }

    private void TakeAccountAddress(ref Uri? address)
    {
        if (address is null)
        {
            address = Text() is { } text ? AccountAddress(text) : null;
        }
        else
        {
            _json.Skip();
        }
    }

    private void TakeLink(ref string? link)
    {
        if (link is null)
        {
            link =
                Text() is { } text && (HasScheme(text) || WithoutScheme(text) is not null || Handle(text) is not null)
                    ? text
                    : null;
        }
        else
        {
            _json.Skip();
        }
    }

    private string? Text() =>
        IsA(JsonTokenType.String)
        && IsUnicode()
        && _json.GetString()!.Trim() is { Length: > 0 } text
        && VisibleText.IsVisible(text)
            ? text
            : null;

    /// <summary>The name of a network, from that of a property.</summary>
    private static string? Network(ReadOnlySpan<byte> name) =>
        Utf8.IsValid(name)
        && Encoding.UTF8.GetString(name).Trim() is { Length: > 0 } network
        && VisibleText.IsVisible(network)
            ? network
            : null;

    /// <summary>
    /// Whether a date is given at all, as text, as a number or as <c>{"year":...}</c>, any part of which may be
    /// missing. Zeros are no date: they are what becomes of absent parts in FullContact's Java client.
    /// </summary>
    private bool IsDate()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            var isDate =
                _json.TokenType is JsonTokenType.String or JsonTokenType.Number
                && _json.ValueSpan.ContainsAnyInRange((byte)'1', (byte)'9');
            _json.Skip();
            return isDate;
        }

        var hasPart = false;
        while (NextProperty(out _))
        {
            hasPart |=
                _json.TokenType is JsonTokenType.String or JsonTokenType.Number
                && _json.ValueSpan.ContainsAnyInRange((byte)'1', (byte)'9');
            _json.Skip();
        }

        return hasPart;
    }

    /// <summary>
    /// An absolute http or https address. One with a user name before the host is left out: it is how a link is made to
    /// look like another one, and an agent will follow it.
    /// </summary>
    private static Uri? WebAddress(string? link) =>
        Uri.TryCreate(link, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && !(link.Contains('@') && address.UserInfo.Length > 0)
            ? address
            : null;

    private Uri? WebAddress() =>
        Text() is { } text
            ? HasScheme(text)
                ? WebAddress(text)
                : WithoutScheme(text)
            : null;

    private static bool HasScheme(string text) =>
        text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && text.Contains("://", StringComparison.Ordinal);

    private static Uri? AccountAddress(string text) => HasScheme(text) ? WebAddress(text) : WithoutScheme(text);

    // Where it may be a name as well, "j.smith" is one, and "j.smith.example.com" or "example.com/j.smith" is an
    // address.
    private static Uri? ShortcutAddress(string text) =>
        HasScheme(text) || text.Contains('/') || text.AsSpan().Count('.') > 1 ? AccountAddress(text) : null;

    /// <summary>
    /// "twitter.com/ada" and "//twitter.com/ada" as https. Only what begins like the name of a host in the internet: no
    /// e-mail address, no file, no sentence.
    /// </summary>
    private static Uri? WithoutScheme(string text)
    {
        var rest = text.AsSpan();
        if (rest.StartsWith("//"))
        {
            rest = rest[2..];
        }

        var end = rest.IndexOfAny('/', '?', '#');
        var host = end < 0 ? rest : rest[..end];
        var lastDot = host.LastIndexOf('.');
        return
            lastDot > 0
            && host.Length - lastDot > 2
            && host.Length <= 253
            && !host.ContainsAnyExcept(HostCharacters)
            && !host.Contains("..", StringComparison.Ordinal)
            && char.IsAsciiLetterOrDigit(host[0])
            && !host[(lastDot + 1)..].ContainsAnyExcept(AsciiLetters)
            && rest.IndexOfAny(UnfitForAddresses) < 0
            && !rest.Contains(' ')
            ? WebAddress($"https://{rest}")
            : null;
    }

    /// <summary>
    /// The name of an account, with or without the "@" before it; null where it is something else, such as an address,
    /// a sentence or "n/a".
    /// </summary>
    private static string? Handle(string text)
    {
        var handle = text.AsSpan().TrimStart('@');
        return
            text.Length - handle.Length <= 1
            && handle.Length is > 0 and <= MaxHandle
            && !handle.ContainsAnyExcept(HandleCharacters)
            && handle.ContainsAny(AsciiLettersAndDigits)
            && !(
                handle.Length == text.Length
                && (
                    handle.Equals("null", StringComparison.OrdinalIgnoreCase)
                    || handle.Equals("none", StringComparison.OrdinalIgnoreCase)
                    || handle.Equals("unknown", StringComparison.OrdinalIgnoreCase)
                    || handle.Equals("undefined", StringComparison.OrdinalIgnoreCase)
                )
            )
            ? handle.ToString()
            : null;
    }

    private string? LinkText() =>
        Text() is { } text && text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? text : null;

    /// <summary>
    /// Whether the token is text: not broken UTF-8 and not half a surrogate pair, which JSON's grammar lets through.
    /// Asked beforehand, as an exception for each broken token would make a hostile body slow.
    /// </summary>
    private readonly bool IsUnicode() =>
        Utf8.IsValid(_json.ValueSpan) && (!_json.ValueIsEscaped || EscapedText.HasWholePairs(_json.ValueSpan));

    // What a photo shows, the better the higher. Nothing that is no person is ever better than no photo.
    private enum PhotoKind
    {
        NoPerson,
        Other,
        Avatar,
    }

    private readonly record struct LabelledPhoto(Uri? Address, PhotoKind Kind);

    private readonly record struct Employment(string? Organization, string? Title, bool IsMarkedCurrent)
    {
        public bool IsNone => Organization is null && Title is null;
    }
}
