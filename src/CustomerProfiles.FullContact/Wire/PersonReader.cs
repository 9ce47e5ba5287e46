using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CustomerProfiles.Providers;
using static CustomerProfiles.FullContact.JsonCursor;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Maps the body of a 200 to <see cref="PublicInformation"/>. Any field may be absent, null, empty or of another type.
/// A value that fits is taken, any other is left out. Only a body that is not one JSON object is refused.
/// </summary>
/// <remarks>
/// <para>
/// The body is read once, forwards. What the library does not keep (contact data, age, gender, demographics, household,
/// finance, interests, surveys) is skipped without becoming a string, a number or an object.
/// </para>
/// <para>
/// The shapes are those of FullContact's documentation and of the responses recorded in its Python, Java and Go
/// clients, with their differences: <c>details</c> null or missing, <c>profiles</c> an object by service or a list,
/// dates as objects. A field of the top level has precedence over the same field in <c>details</c>.
/// </para>
/// <para>
/// Names are compared without regard to ASCII case: FullContact itself has written <c>dataAddons</c> and
/// <c>dataAddOns</c>, <c>linkedincompany</c> and <c>linkedinCompany</c>, and no two of its names differ in case alone.
/// Of a repeated field the first value that fits is taken. Repeated objects and lists are all read.
/// </para>
/// </remarks>
internal ref struct PersonReader
{
    // FullContact lists one account for each of some 50 networks. Duplicates are searched for in time proportional to
    // the square of these limits. Entries that are left out count too, because they take time to read.
    private const int MaxSocialProfiles = 200;
    private const int MaxLinks = 200;
    private const int MaxJobs = 200;
    private const int MaxPhotos = 50;

    private readonly int _longestPhotoAddress;
    private JsonCursor _json;
    private CollectedPerson _person;
    private int _accountsSeen;
    private int _linksSeen;
    private int _jobsSeen;
    private int _photosSeen;

    private PersonReader(ReadOnlySpan<byte> body, int longestPhotoAddress)
    {
        _json = new JsonCursor(body);
        _longestPhotoAddress = longestPhotoAddress;
    }

    /// <summary>Reads a person.</summary>
    /// <param name="body">The body of the response.</param>
    /// <param name="information">
    /// What the library keeps of it. Empty when the person has none of it, which is a match all the same.
    /// </param>
    /// <param name="longestPhotoAddress">
    /// A photo with a longer address does not fit into a profile, so the next one is taken. The limit of
    /// <see cref="EditLimits.Default"/> unless given.
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

            information = reader._person.ToInformation();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool ReadPerson()
    {
        if (!_json.ReadStart())
        {
            return false;
        }

        while (_json.NextProperty(out var name))
        {
            if (Is(name, "details"u8))
            {
                ReadDetails();
            }
            else if (Is(name, "fullName"u8))
            {
                _json.Take(ref _person.FullName);
            }
            else if (Is(name, "title"u8))
            {
                _json.Take(ref _person.Title);
            }
            else if (Is(name, "organization"u8))
            {
                _json.Take(ref _person.Organization);
            }
            else if (Is(name, "bio"u8))
            {
                _json.Take(ref _person.Bio);
            }
            else if (Is(name, "location"u8))
            {
                _json.Take(ref _person.Location);
            }
            else if (Is(name, "avatar"u8))
            {
                TakePhoto(ref _person.Avatar);
            }
            else if (Is(name, "website"u8))
            {
                CollectedPerson.AddWebsite(ref _person.Websites, Address());
            }
            else if (Is(name, "twitter"u8))
            {
                TakeLink(ref _person.Twitter);
            }
            else if (Is(name, "linkedin"u8))
            {
                TakeLink(ref _person.Linkedin);
            }
            else if (Is(name, "facebook"u8))
            {
                TakeLink(ref _person.Facebook);
            }
            else
            {
                _json.Skip();
            }
        }

        // The cursor throws when anything but white space follows.
        return _json.IsAtEnd();
    }

    // The top level has precedence, in whichever order the two come. What it has provided is not read here.
    private void ReadDetails()
    {
        if (!_json.IsObject())
        {
            return;
        }

        while (_json.NextProperty(out var name))
        {
            if (Is(name, "name"u8))
            {
                ReadName();
            }
            else if (Is(name, "location"u8) && _person.Location is null)
            {
                _json.Take(ref _person.DetailsLocation);
            }
            else if (Is(name, "locations"u8) && _person.Location is null)
            {
                ReadLocations();
            }
            else if (Is(name, "photos"u8) && _person.Avatar is null)
            {
                ReadPhotos(ref _person.Photo);
            }
            else if (Is(name, "urls"u8))
            {
                ReadUrls();
            }
            else if (Is(name, "employment"u8) && (_person.Organization is null || _person.Title is null))
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
        if (!_json.IsObject())
        {
            return;
        }

        while (_json.NextProperty(out var name))
        {
            if (Is(name, "given"u8))
            {
                _json.Take(ref _person.Given);
            }
            else if (Is(name, "family"u8))
            {
                _json.Take(ref _person.Family);
            }
            else if (Is(name, "full"u8) && _person.FullName is null)
            {
                _json.Take(ref _person.DetailsFullName);
            }
            else if (Is(name, "middle"u8) && _person.FullName is null)
            {
                _json.Take(ref _person.Middle);
            }
            else
            {
                _json.Skip();
            }
        }
    }

    // City, region and country only: "formatted" and "addressLine1" may be the person's home address.
    private void ReadLocations()
    {
        if (!_json.IsArray())
        {
            return;
        }

        while (_json.NextItem())
        {
            if (_person.FirstLocation is not null || !_json.IsObject())
            {
                _json.Skip();
                continue;
            }

            string? city = null,
                region = null,
                regionCode = null,
                country = null,
                countryCode = null;
            while (_json.NextProperty(out var name))
            {
                if (Is(name, "city"u8))
                {
                    _json.Take(ref city);
                }
                else if (Is(name, "region"u8))
                {
                    _json.Take(ref region);
                }
                else if (Is(name, "regionCode"u8))
                {
                    _json.Take(ref regionCode);
                }
                else if (Is(name, "country"u8))
                {
                    _json.Take(ref country);
                }
                else if (Is(name, "countryCode"u8))
                {
                    _json.Take(ref countryCode);
                }
                else
                {
                    _json.Skip();
                }
            }

            _person.FirstLocation = CollectedPerson.Joined(", ", city, region ?? regionCode, country ?? countryCode);
        }
    }

    // [{"label":...,"value":"https://..."}]. An avatar shows the person, a cover never does.
    private void ReadPhotos(ref LabelledPhoto best)
    {
        if (!_json.IsArray())
        {
            return;
        }

        while (_json.NextItem())
        {
            if (best.Kind == PhotoKind.Avatar || _photosSeen++ >= MaxPhotos || !_json.IsObject())
            {
                _json.Skip();
                continue;
            }

            Uri? address = null;
            PhotoKind? kind = null;
            while (_json.NextProperty(out var name))
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
        var label = _json.ReadPlainText();
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
        if (!_json.IsArray())
        {
            return;
        }

        while (_json.NextItem())
        {
            if (_linksSeen++ < MaxLinks)
            {
                CollectedPerson.AddWebsite(ref _person.Linked, Link());
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private Uri? Link()
    {
        if (!_json.IsObject())
        {
            return null;
        }

        Uri? link = null;
        while (_json.NextProperty(out var name))
        {
            if (Is(name, "value"u8))
            {
                TakeAddress(ref link);
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
        if (!_json.IsArray())
        {
            return;
        }

        while (_json.NextItem())
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
        if (!_json.IsObject())
        {
            return;
        }

        string? organization = null,
            title = null;
        bool? isCurrent = null;
        var hasEnded = false;
        while (_json.NextProperty(out var name))
        {
            if (Is(name, "name"u8))
            {
                _json.Take(ref organization);
            }
            else if (Is(name, "title"u8))
            {
                _json.Take(ref title);
            }
            else if (Is(name, "current"u8))
            {
                var value = _json.ReadBoolean();
                isCurrent ??= value;
            }
            else if (Is(name, "end"u8))
            {
                hasEnded |= _json.ReadIsDate();
            }
            else
            {
                _json.Skip();
            }
        }

        // "current" is often missing (in 29 of 162 recorded responses). Then a job without an end is a current one.
        if ((isCurrent ?? !hasEnded) && (organization is not null || title is not null))
        {
            (_person.Employments ??= []).Add(new Employment(organization, title, IsMarkedCurrent: isCurrent is true));
        }
    }

    // {"twitter":{...}} as documented, or a list, which FullContact's Python client also accepts.
    private void ReadAccounts()
    {
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            ReadAccountList(network: null);
        }
        else if (_json.IsObject())
        {
            while (_json.NextProperty(out var name))
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

    // "https://...", "twitter.com/ada" or "@ada". A single word without "@" could be anything, so it is left out.
    private void ReadAccountText(string? network)
    {
        if (_json.ReadText() is { } text)
        {
            CollectedPerson.AddAccount(
                ref _person.Accounts,
                network,
                Links.ShortcutAddress(text),
                text.StartsWith('@') ? Links.Handle(text) : null
            );
        }
    }

    private void ReadAccountList(string? network)
    {
        while (_json.NextItem())
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
        if (!_json.IsObject())
        {
            return;
        }

        string? username = null;
        string? bio = null;
        Uri? url = null;
        var photo = new LabelledPhoto(null, _person.AccountPhoto.Kind);
        while (_json.NextProperty(out var name))
        {
            if (Is(name, "url"u8))
            {
                TakeAddress(ref url);
            }
            else if (Is(name, "username"u8))
            {
                _json.Take(ref username);
            }
            else if (Is(name, "service"u8))
            {
                _json.Take(ref network);
            }
            else if (Is(name, "photos"u8) && _person.Avatar is null && _person.AccountPhoto.Kind != PhotoKind.Avatar)
            {
                ReadPhotos(ref photo);
            }
            else if (Is(name, "bio"u8) && _person.Bio is null && _person.AccountBio is null)
            {
                _json.Take(ref bio);
            }
            else
            {
                _json.Skip();
            }
        }

        // "linkedincompany" is the employer's account: its photo is a logo and its bio describes a company.
        if (network?.EndsWith("company", StringComparison.OrdinalIgnoreCase) != true)
        {
            _person.AccountBio ??= bio;
            if (photo.Kind > _person.AccountPhoto.Kind)
            {
                _person.AccountPhoto = photo;
            }
        }

        CollectedPerson.AddAccount(ref _person.Accounts, network, url, username);
    }

    private Uri? Address() => Links.Address(_json.ReadText());

    private void TakeAddress(ref Uri? address)
    {
        if (address is null)
        {
            address = Address();
        }
        else
        {
            _json.Skip();
        }
    }

    private void TakePhoto(ref Uri? address)
    {
        if (address is null)
        {
            address = Links.PhotoAddress(_json.ReadText(), _longestPhotoAddress);
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
            link = _json.ReadText() is { } text && Links.IsAccount(text) ? text : null;
        }
        else
        {
            _json.Skip();
        }
    }

    /// <summary>The name of a network, from that of a property.</summary>
    private static string? Network(ReadOnlySpan<byte> name) =>
        Utf8.IsValid(name)
        && Encoding.UTF8.GetString(name).Trim() is { Length: > 0 } network
        && VisibleText.IsVisible(network)
            ? network
            : null;
}
