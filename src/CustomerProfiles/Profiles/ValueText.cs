namespace CustomerProfiles;

/// <summary>How a value of a profile reads as text.</summary>
internal static class ValueText
{
    public static string Of(object value) =>
        value switch
        {
            string text => text,
            PersonName name => name.Full,
            ProfileEmail email => WithLabel(email.Text, email.Label),
            PhoneNumber phone => WithLabel(phone.Number, phone.Label),
            Uri website => website.OriginalString,
            Photo photo => photo.Url.OriginalString,
            SocialProfile social => $"{social.Network}: {social.Url?.OriginalString ?? social.Username}",
            PostalAddress address => string.Join(
                '\n',
                new[]
                {
                    address.Street,
                    $"{address.PostalCode} {address.City}".Trim(),
                    address.Region,
                    address.Country,
                }.Where(part => !string.IsNullOrWhiteSpace(part))
            ),
            _ => "",
        };

    private static string WithLabel(string text, string? label) => label is null ? text : $"{text} ({label})";
}
