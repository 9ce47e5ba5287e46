namespace CustomerProfiles.AspNetCore;

/// <summary>A value of any field. Which parts it has depends on the field; the others are left out.</summary>
internal sealed class EntryValue
{
    /// <summary>Company, job title, notes, location, bio and custom properties: the text.</summary>
    public string? Text { get; init; }

    /// <summary>The name as it is shown.</summary>
    public string? Full { get; init; }

    /// <summary>The given name.</summary>
    public string? Given { get; init; }

    /// <summary>The family name.</summary>
    public string? Family { get; init; }

    /// <summary>An e-mail address.</summary>
    public string? Address { get; init; }

    /// <summary>A telephone number.</summary>
    public string? Number { get; init; }

    /// <summary>
    /// What an address or a number is for. In a change null leaves the label that is there, and blank removes it.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>The address of a website, a photo or a social profile.</summary>
    public string? Url { get; init; }

    /// <summary>The network of a social profile.</summary>
    public string? Network { get; init; }

    /// <summary>The user name of a social profile.</summary>
    public string? Username { get; init; }

    /// <summary>Street and house of a postal address.</summary>
    public string? Street { get; init; }

    /// <summary>The city of a postal address.</summary>
    public string? City { get; init; }

    /// <summary>The state or province of a postal address.</summary>
    public string? Region { get; init; }

    /// <summary>The postal code.</summary>
    public string? PostalCode { get; init; }

    /// <summary>The country of a postal address.</summary>
    public string? Country { get; init; }

    /// <summary>A value as the core has it.</summary>
    public static EntryValue Of(object value) =>
        value switch
        {
            string text => new EntryValue { Text = text },
            PersonName name => new EntryValue
            {
                Full = name.Full,
                Given = name.Given,
                Family = name.Family,
            },
            PostalAddress address => new EntryValue
            {
                Street = address.Street,
                City = address.City,
                Region = address.Region,
                PostalCode = address.PostalCode,
                Country = address.Country,
            },
            ProfileEmail email => new EntryValue { Address = email.Text, Label = email.Label },
            PhoneNumber phone => new EntryValue { Number = phone.Number, Label = phone.Label },
            SocialProfile social => new EntryValue
            {
                Network = social.Network,
                Url = social.Url?.OriginalString,
                Username = social.Username,
            },
            Photo photo => new EntryValue { Url = photo.Url.OriginalString },
            Uri url => new EntryValue { Url = url.OriginalString },
            _ => throw new NotSupportedException($"The web package does not know the type {value.GetType().Name}."),
        };
}
