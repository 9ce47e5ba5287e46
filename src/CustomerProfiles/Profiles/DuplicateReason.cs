using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What two customers have in common, so that they may be the same person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DuplicateReason>))]
public enum DuplicateReason
{
    /// <summary>An e-mail address, apart from a plus tag. Role addresses do not count.</summary>
    EmailAddress,

    /// <summary>The last nine digits of a telephone number.</summary>
    PhoneNumber,

    /// <summary>An account at a social network.</summary>
    SocialProfile,

    /// <summary>The full name and the company.</summary>
    NameAndCompany,

    /// <summary>The full name and the domain of an e-mail address, which is no free-mail provider's.</summary>
    NameAndDomain,
}
