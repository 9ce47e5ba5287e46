using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The identifiers of a request that are sent to Person Enrich V3: those that the host allows, in the forms that it
/// accepts. It refuses a request with an invalid value, and silently leaves out an incomplete name or address
/// (docs.fullcontact.com/docs/multi-field-request, and the validation in FullContact's Java and Go clients).
/// </summary>
internal readonly struct EnrichIdentifiers
{
    /// <summary>More values of one kind are refused with 400 (docs.fullcontact.com/docs/multi-field-request).</summary>
    public const int MaxOfAKind = 25;

    private readonly ImmutableArray<EmailAddress> _emails;
    private readonly ImmutableArray<string> _phones;
    private readonly ImmutableArray<SocialProfile> _accounts;
    private readonly (PersonName Name, PostalAddress Address)? _resident;
    private readonly FullContactEmailHash _hash;

    private EnrichIdentifiers(ProviderRequest request, FullContactOptions options)
    {
        _hash = options.HashEmails;
        _emails =
            Allows(options, FullContactIdentifiers.Emails) && !request.Emails.IsDefaultOrEmpty
                ? Most([.. request.Emails.Where(IsAccepted)])
                : [];
        _phones = Allows(options, FullContactIdentifiers.Phones) ? Most(request.Phones) : [];
        _accounts =
            Allows(options, FullContactIdentifiers.SocialProfiles) && !request.SocialProfiles.IsDefaultOrEmpty
                ? Most([.. request.SocialProfiles.Where(IsAccepted)])
                : [];
        if (
            Allows(options, FullContactIdentifiers.NameAndAddress)
            && request is { Name: { } name, Address: { } address }
            && IsWhole(name)
            && IsWhole(address)
        )
        {
            _resident = (name, address);
        }
    }

    /// <summary>Whether there is no identifier to look up.</summary>
    public bool IsEmpty => _emails.IsEmpty && _phones.IsEmpty && _accounts.IsEmpty && _resident is null;

    public static EnrichIdentifiers Of(ProviderRequest request, FullContactOptions options) => new(request, options);

    /// <summary>
    /// Writes the fields into an open object, in the plural forms that FullContact's own Java and Go clients send.
    /// </summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (!_emails.IsEmpty)
        {
            json.WriteStartArray("emails"u8);
            foreach (var email in _emails)
            {
                json.WriteStringValue(Sent(email));
            }

            json.WriteEndArray();
        }

        if (!_phones.IsEmpty)
        {
            json.WriteStartArray("phones"u8);
            foreach (var phone in _phones)
            {
                json.WriteStringValue(phone);
            }

            json.WriteEndArray();
        }

        if (!_accounts.IsEmpty)
        {
            json.WriteStartArray("profiles"u8);
            foreach (var account in _accounts)
            {
                WriteAccount(json, account);
            }

            json.WriteEndArray();
        }

        if (_resident is { } resident)
        {
            WriteName(json, resident.Name);
            WriteAddress(json, resident.Address);
        }
    }

    private static bool Allows(FullContactOptions options, FullContactIdentifiers kind) =>
        (options.LookUpBy & kind) != FullContactIdentifiers.None;

    private static ImmutableArray<T> Most<T>(ImmutableArray<T> values) =>
        values.IsDefaultOrEmpty ? [] : values[..Math.Min(values.Length, MaxOfAKind)];

    /// <summary>
    /// A quoted local part is valid in an address (RFC 5321) but refused by the API, together with all other addresses
    /// of the request.
    /// </summary>
    private static bool IsAccepted(EmailAddress email) => !email.Normalized.Contains('"', StringComparison.Ordinal);

    /// <summary>An address, or a service and a username, except for usernames of Facebook and Instagram.</summary>
    private static bool IsAccepted(SocialProfile account) =>
        account.Url is not null
        || (!string.IsNullOrWhiteSpace(account.Username) && account.Network is not ("facebook" or "instagram"));

    private static bool IsWhole(PersonName name) => !string.IsNullOrWhiteSpace(name.Full);

    private static bool IsWhole(PostalAddress address) =>
        !string.IsNullOrWhiteSpace(address.Street)
        && (
            !string.IsNullOrWhiteSpace(address.PostalCode)
            || (!string.IsNullOrWhiteSpace(address.City) && !string.IsNullOrWhiteSpace(address.Region))
        );

    private static void WriteAccount(Utf8JsonWriter json, SocialProfile account)
    {
        // FullContact refuses an address together with a username.
        json.WriteStartObject();
        if (account.Url is { } url)
        {
            json.WriteString("url"u8, url.AbsoluteUri);
        }
        else
        {
            json.WriteString("service"u8, account.Network);
            json.WriteString("username"u8, account.Username);
        }

        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, PersonName name)
    {
        json.WriteStartObject("name"u8);
        if (!string.IsNullOrWhiteSpace(name.Given) && !string.IsNullOrWhiteSpace(name.Family))
        {
            json.WriteString("given"u8, name.Given);
            json.WriteString("family"u8, name.Family);
        }
        else
        {
            json.WriteString("full"u8, name.Full);
        }

        json.WriteEndObject();
    }

    // No country: only FullContact's MCP server is known to take one.
    private static void WriteAddress(Utf8JsonWriter json, PostalAddress address)
    {
        var lines = address.Street!.Split(
            '\n',
            2,
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        json.WriteStartObject("location"u8);
        json.WriteString("addressLine1"u8, lines[0]);
        WriteIfKnown(json, "addressLine2"u8, lines.Length > 1 ? lines[1].ReplaceLineEndings(", ") : null);
        WriteIfKnown(json, "city"u8, address.City);
        WriteIfKnown(json, "region"u8, address.Region);
        WriteIfKnown(json, "postalCode"u8, address.PostalCode);
        json.WriteEndObject();
    }

    private static void WriteIfKnown(Utf8JsonWriter json, ReadOnlySpan<byte> field, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            json.WriteString(field, value);
        }
    }

    // FullContact expects the hash of the trimmed address in lower case, which is the normalized form. The hash is a
    // format here, not a protection, so its weakness does not matter.
#pragma warning disable CA5350, CA5351
    private string Sent(EmailAddress email) =>
        _hash switch
        {
            FullContactEmailHash.Md5 => Convert.ToHexStringLower(
                MD5.HashData(Encoding.UTF8.GetBytes(email.Normalized))
            ),
            FullContactEmailHash.Sha1 => Convert.ToHexStringLower(
                SHA1.HashData(Encoding.UTF8.GetBytes(email.Normalized))
            ),
            FullContactEmailHash.Sha256 => Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(email.Normalized))
            ),
            _ => email.Normalized,
        };
#pragma warning restore CA5350, CA5351
}
