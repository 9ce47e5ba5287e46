using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What the text of a custom property is read as. The text itself is stored as given.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PropertyType>))]
public enum PropertyType
{
    /// <summary>Any text, of one line or several.</summary>
    Text,

    /// <summary>
    /// A number in invariant form, such as <c>-1234.5</c>: digits, a point before decimals, no thousands separators and
    /// no exponent; within the range of <see cref="decimal"/>.
    /// </summary>
    Number,

    /// <summary>A day of the ISO calendar, such as <c>2024-02-29</c>; of the years 0001 to 9999.</summary>
    Date,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>An absolute http or https address.</summary>
    Url,

    /// <summary>The code of one of the definition's options.</summary>
    Option,
}
