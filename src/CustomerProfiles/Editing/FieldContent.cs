namespace CustomerProfiles;

/// <summary>
/// What a value of each field may hold. <see cref="Check"/> is strict, for edits;
/// <see cref="Fit(ProfileField, object?, EditLimits)"/> is lenient, for conversations and providers.
/// </summary>
internal static class FieldContent
{
    /// <summary>
    /// A value as a person means it: without blanks around it, with one form of line ends, in one line without what
    /// cannot be seen and so cannot be taken out by hand; null when nothing is left.
    /// </summary>
    public static object? Tidy(ProfileField field, object? value) =>
        value switch
        {
            string text => HasLines(field) ? Tidy(text) : TidyLine(text),
            PersonName name => TidyLine(name.Full) is { } full
                ? name with
                {
                    Full = full,
                    Given = TidyLine(name.Given),
                    Family = TidyLine(name.Family),
                }
            : TidyLine($"{TidyLine(name.Given)} {TidyLine(name.Family)}") is { } parts
                ? new PersonName(parts, TidyLine(name.Given), TidyLine(name.Family))
            : null,
            PostalAddress address => new PostalAddress(
                Tidy(address.Street),
                TidyLine(address.City),
                TidyLine(address.Region),
                TidyLine(address.PostalCode),
                TidyLine(address.Country)
            )
                is var tidy
            && tidy != new PostalAddress()
                ? tidy
                : null,
            ProfileEmail { Label: { } label } email when label != TidyLine(label) => email with
            {
                Label = TidyLine(label),
            },
            PhoneNumber { Label: { } label } phone when label != TidyLine(label) => phone with
            {
                Label = TidyLine(label),
            },
            SocialProfile { Username: { } user } social when InvisibleText.IsIn(user) => social with
            {
                Username = TidyLine(user),
            },
            _ => value,
        };

    /// <summary>
    /// A value with the parts of the one that is there, where it says nothing of them: the same full name keeps given
    /// and family name, and a label of null keeps the label.
    /// </summary>
    public static object Completed(object value, object? held) =>
        (value, held) switch
        {
            (PersonName { Given: null, Family: null } name, PersonName known)
                when TidyLine(name.Full) is { } full && full == TidyLine(known.Full) => known,
            (ProfileEmail { Label: null } email, ProfileEmail known) when email.Address == known.Address => email with
            {
                Label = known.Label,
            },
            (PhoneNumber { Label: null } phone, PhoneNumber known) => phone with { Label = known.Label },
            _ => value,
        };

    /// <summary>Everything that is wrong with a value.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The value.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="labels">What the host calls the fields, to tell custom properties apart.</param>
    /// <returns>The faults; none when the field can hold the value.</returns>
    public static IEnumerable<ContentFault> Check(
        ProfileField field,
        object value,
        EditLimits limits,
        FieldLabels labels
    )
    {
        foreach (var (part, name, text, limit, lines) in Parts(field, value, limits, labels))
        {
            if (text is null)
            {
                continue;
            }

            if (PlainText.IndexOfUnfit(text, lines) is >= 0 and var index)
            {
                yield return new ContentFault(
                    part,
                    FieldErrorCode.UnfitCharacters,
                    $"The {name} cannot hold the character U+{(int)text[index]:X4} at place {index + 1}; take it out."
                );
            }

            if (!PlainText.Fits(text, limit))
            {
                yield return new ContentFault(
                    part,
                    FieldErrorCode.TooLong,
                    $"The {name} has at most {limit} characters; shorten it.",
                    limit
                );
            }
        }

        if (Malformation(value) is { } malformation)
        {
            yield return new ContentFault(Part: null, FieldErrorCode.Malformed, malformation);
        }
    }

    /// <summary>
    /// The value with everything cut and left out that does not fit; null when nothing of use is left.
    /// </summary>
    public static object? Fit(ProfileField field, object? value, EditLimits limits)
    {
        var fitted = value switch
        {
            string text => Fit(text, LimitOf(field, limits), HasLines(field)),
            PersonName name => Fit(name.Full, limits.FullName) is { } full
                ? new PersonName(full, Fit(name.Given, limits.NamePart), Fit(name.Family, limits.NamePart))
                : null,
            SocialProfile social => Fit(social.Network, limits.SocialName) is { } network
                ? new SocialProfile(
                    network,
                    IsWebAddress(social.Url) ? social.Url : null,
                    Fit(social.Username, limits.SocialName)
                )
                : null,
            _ => value,
        };

        // What cannot be cut without changing its meaning, such as a web address, is left out as a whole.
        return fitted is null || Check(field, fitted, limits, FieldLabels.English).Any() ? null : fitted;
    }

    /// <summary>Text with everything cut and left out that does not fit; null when nothing is left.</summary>
    public static string? Fit(string? text, int limit, bool lines = false) =>
        Tidy(text is null ? null : PlainText.Truncate(PlainText.Clean(PlainText.WithUnixLineEnds(text), lines), limit))
            is { } fitted
        && PlainText.IsVisible(fitted)
            ? fitted
            : null;

    private static string? Tidy(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : PlainText.WithUnixLineEnds(text).Trim();

    private static string? TidyLine(string? text) => Tidy(text is null ? null : InvisibleText.Remove(text));

    private static string? Malformation(object value) =>
        value switch
        {
            PersonName name when !PlainText.IsVisible(name.Full) => "A name has at least one letter that can be seen.",
            Photo photo when !IsWebAddress(photo.Url) => "The address of a photo is an absolute http or https address.",
            Uri website when !IsWebAddress(website) =>
                "A website is an absolute http or https address, such as https://www.example.com/.",
            ProfileEmail { Address.Normalized: null, Text: "" } => "The e-mail address is missing.",
            ProfileEmail { Address.Normalized: null } =>
                "An e-mail address has a name, an @ and a domain, such as ada@example.com.",
            PhoneNumber phone when !PhoneNumber.HasFitDigits(phone.Number) => "A telephone number has 3 to 20 digits.",
            SocialProfile { Network: null or "" } => "A social profile names its network.",
            SocialProfile { Url: null, Username: null or "" } => "A social profile has an address or a user name.",
            SocialProfile { Url: { } url } when !IsWebAddress(url) =>
                "The address of a social profile is an absolute http or https address.",
            _ => null,
        };

    private static bool IsWebAddress(Uri? url) =>
        url is { IsAbsoluteUri: true } && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);

    private static IEnumerable<(string? Part, string Name, string? Text, int Limit, bool Lines)> Parts(
        ProfileField field,
        object value,
        EditLimits limits,
        FieldLabels labels
    ) =>
        value switch
        {
            string text => [(null, NameOf(field, labels), text, LimitOf(field, limits), HasLines(field))],
            PersonName name =>
            [
                ("full", "name", name.Full, limits.FullName, false),
                ("given", "given name", name.Given, limits.NamePart, false),
                ("family", "family name", name.Family, limits.NamePart, false),
            ],
            PostalAddress address =>
            [
                ("street", "street", address.Street, limits.AddressPart, true),
                ("city", "city", address.City, limits.AddressPart, false),
                ("region", "region", address.Region, limits.AddressPart, false),
                ("postal-code", "postal code", address.PostalCode, limits.AddressPart, false),
                ("country", "country", address.Country, limits.AddressPart, false),
            ],
            Photo photo => [(null, "address of the photo", photo.Url?.OriginalString, limits.PhotoUrl, false)],
            Uri website => [(null, "address of the website", website.OriginalString, limits.Url, false)],
            ProfileEmail email => [("label", "label", email.Label, limits.Label, false)],
            PhoneNumber phone =>
            [
                ("number", "telephone number", phone.Number, limits.Phone, false),
                ("label", "label", phone.Label, limits.Label, false),
            ],
            SocialProfile social =>
            [
                ("network", "network", social.Network, limits.SocialName, false),
                ("username", "user name", social.Username, limits.SocialName, false),
                ("url", "address of the social profile", social.Url?.OriginalString, limits.Url, false),
            ],
            _ => [],
        };

    /// <summary>What to call a field within an English sentence.</summary>
    public static string NameOf(ProfileField field, FieldLabels labels) =>
        field.CustomKey is null ? field.Label.ToLowerInvariant() : $"custom property \"{labels.LabelOf(field)}\"";

    private static bool HasLines(ProfileField field) =>
        ProfileField.Notes.Equals(field) || ProfileField.Bio.Equals(field) || field.CustomKey is not null;

    private static int LimitOf(ProfileField field, EditLimits limits) =>
        ProfileField.Company.Equals(field) ? limits.Company
        : ProfileField.JobTitle.Equals(field) ? limits.JobTitle
        : ProfileField.Location.Equals(field) ? limits.Location
        : ProfileField.Bio.Equals(field) ? limits.Bio
        : ProfileField.Notes.Equals(field) ? limits.Notes
        : limits.CustomValue;
}
