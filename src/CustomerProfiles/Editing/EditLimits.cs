using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The limits of the fields: lengths in text elements (what a person counts as characters), and numbers of entries.
/// </summary>
/// <remarks>
/// Immutable; change it with a <c>with</c> expression. An agent's edit beyond a limit is rejected; a value from a
/// conversation or a provider is cut to it.
/// </remarks>
public sealed record EditLimits
{
    /// <summary>Limits that no real profile reaches, and that keep hostile input small.</summary>
    public static EditLimits Default { get; } = new();

    /// <summary>
    /// The limits that Help Scout publishes for its customers (Inbox API 2.0, "Create customer": given and family name
    /// 40, job title, organization and location 60, background 200, photo address 200, text property 255). For a host
    /// that keeps both in step. What Help Scout does not publish stays as in <see cref="Default"/>.
    /// </summary>
    public static EditLimits HelpScout { get; } =
        new()
        {
            FullName = 81,
            NamePart = 40,
            Company = 60,
            JobTitle = 60,
            Location = 60,
            Notes = 200,
            PhotoUrl = 200,
            CustomValue = 255,
        };

    /// <summary>The longest full name. 256 unless set.</summary>
    public int FullName { get; init; } = 256;

    /// <summary>The longest given or family name. 128 unless set.</summary>
    public int NamePart { get; init; } = 128;

    /// <summary>The longest company. 256 unless set.</summary>
    public int Company { get; init; } = 256;

    /// <summary>The longest job title. 256 unless set.</summary>
    public int JobTitle { get; init; } = 256;

    /// <summary>The longest location. 256 unless set.</summary>
    public int Location { get; init; } = 256;

    /// <summary>The longest bio. 4,000 unless set.</summary>
    public int Bio { get; init; } = 4_000;

    /// <summary>The longest notes. 20,000 unless set.</summary>
    public int Notes { get; init; } = 20_000;

    /// <summary>The longest part of a postal address. 500 unless set.</summary>
    public int AddressPart { get; init; } = 500;

    /// <summary>The longest label of an e-mail address or telephone number. 40 unless set.</summary>
    public int Label { get; init; } = 40;

    /// <summary>The longest telephone number as written. 60 unless set.</summary>
    public int Phone { get; init; } = 60;

    /// <summary>The longest address of a photo. 2,000 unless set.</summary>
    public int PhotoUrl { get; init; } = 2_000;

    /// <summary>The longest address of a website or social profile. 2,000 unless set.</summary>
    public int Url { get; init; } = 2_000;

    /// <summary>The longest network or user name of a social profile. 100 unless set.</summary>
    public int SocialName { get; init; } = 100;

    /// <summary>The longest value of a custom property. 4,000 unless set.</summary>
    public int CustomValue { get; init; } = 4_000;

    /// <summary>
    /// The most entries in one list. 50 unless set. When the entries and the marks of removed ones together are more,
    /// the marks become one on the list as a whole.
    /// </summary>
    public int Entries { get; init; } = 50;

    /// <summary>
    /// The most custom properties. 200 unless set. When the properties and the marks of cleared ones together are more,
    /// the marks become one on <see cref="ProfileField.CustomProperties"/>.
    /// </summary>
    public int CustomProperties { get; init; } = 200;

    /// <summary>How many values a list may hold.</summary>
    internal int MostIn(ProfileField list) => ProfileField.CustomProperties.Equals(list) ? CustomProperties : Entries;

    /// <summary>Every limit with its name, for validation.</summary>
    internal ImmutableArray<(string Name, int Value)> All =>
        [
            (nameof(FullName), FullName),
            (nameof(NamePart), NamePart),
            (nameof(Company), Company),
            (nameof(JobTitle), JobTitle),
            (nameof(Location), Location),
            (nameof(Bio), Bio),
            (nameof(Notes), Notes),
            (nameof(AddressPart), AddressPart),
            (nameof(Label), Label),
            (nameof(Phone), Phone),
            (nameof(PhotoUrl), PhotoUrl),
            (nameof(Url), Url),
            (nameof(SocialName), SocialName),
            (nameof(CustomValue), CustomValue),
            (nameof(Entries), Entries),
            (nameof(CustomProperties), CustomProperties),
        ];
}
