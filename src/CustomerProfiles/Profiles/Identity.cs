using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// Identifies a customer: a kind and a normalised value. Within a tenant it belongs to exactly one customer; the store
/// ensures that.
/// </summary>
/// <remarks>
/// Immutable and safe for any number of threads. Compared ordinally on the normalised value. In JSON it is a string,
/// such as <c>email:ada@example.com</c>, <c>phone:+442079460000</c>, <c>chat:irc:ada</c> or <c>external:4711</c>.
/// </remarks>
[JsonConverter(typeof(PlainTextJsonConverter<Identity>))]
public readonly record struct Identity : IParsable<Identity>, IPlainText
{
    /// <summary>The longest value of an identity, in UTF-16 code units.</summary>
    public const int MaxLength = 400;

    private Identity(IdentityKind kind, string value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>The kind.</summary>
    public IdentityKind Kind { get; }

    /// <summary>The normalised value, which is the key in a store. Null only in <c>default(Identity)</c>.</summary>
    public string Value { get; }

    string? IPlainText.Text => Value is null ? null : $"{PrefixOf(Kind)}:{Value}";

    /// <summary>The identity of an e-mail address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException"><paramref name="address"/> is <c>default</c>.</exception>
    public static Identity Email(EmailAddress address) =>
        address.Normalized is null
            ? throw new ArgumentException("default(EmailAddress) is nobody's address.", nameof(address))
            : new Identity(IdentityKind.Email, address.Normalized);

    /// <summary>The identity of a telephone number in international form, however it is spelt.</summary>
    /// <param name="number">
    /// The number with a plus sign and its country code, such as <c>+44 20 7946 0000</c>, <c>+44 (0)20 7946 0000</c>,
    /// <c>tel:+44-20-7946-0000</c> or <c>+44 20 7946 0000 ext. 12</c>. A number with an extension is another identity
    /// than the one without.
    /// </param>
    /// <returns>
    /// The identity. Its value is the number by E.164, such as <c>+442079460000</c> or <c>+442079460000;ext=12</c>.
    /// </returns>
    /// <remarks>
    /// For a number that a channel reports, see <see cref="TryPhone(string?, out Identity)"/> and
    /// <c>Conversation.FromPhone</c>. A number without its country code is read by
    /// <c>ICustomerProfiles.TryReadPhone</c> where the host has set the region of the tenant's numbers.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// It is not such a number: no plus sign, letters, an unknown country code, or too few or too many digits.
    /// </exception>
    public static Identity Phone(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return TryPhone(number, out var identity)
            ? identity
            : throw new ArgumentException(
                "This is not a telephone number in international form: a plus sign, an assigned country code, at most "
                    + "15 digits, no letters but an extension's. Use TryPhone for a number that may be withheld, and "
                    + "Identity.Chat for a sender that is a name.",
                nameof(number)
            );
    }

    /// <summary>The identity of a telephone number that may be withheld, a name, or without its country code.</summary>
    /// <param name="number">The number as a channel reports it, or null.</param>
    /// <param name="identity">The identity as by <see cref="Phone"/>, or <c>default</c>.</param>
    /// <returns>Whether it is a telephone number in international form.</returns>
    public static bool TryPhone([NotNullWhen(true)] string? number, out Identity identity) =>
        TryPhone(number, region: null, out identity);

    /// <summary>The same for a channel whose numbers without a country code belong to a region.</summary>
    internal static bool TryPhone([NotNullWhen(true)] string? number, PhoneRegion? region, out Identity identity)
    {
        var read = PhoneNumberReader.Read(number, region);
        identity = read is null ? default : new Identity(IdentityKind.Phone, read);
        return read is not null;
    }

    /// <summary>The identity of an account in a chat service.</summary>
    /// <param name="service">The service's name, such as <c>irc</c>; its case does not matter.</param>
    /// <param name="account">The account's name or number there; its case matters.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException">A part is empty, the two together are too long or not fit for text, or the
    /// service holds a colon.</exception>
    public static Identity Chat(string service, string account)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentException.ThrowIfNullOrWhiteSpace(account);
        if (service.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("The name of a chat service cannot hold a colon.", nameof(service));
        }

        return new Identity(
            IdentityKind.Chat,
            Fit($"{service.Trim().ToLowerInvariant()}:{account.Trim()}", nameof(account))
        );
    }

    /// <summary>The identity that a customer has in a system of the host.</summary>
    /// <param name="id">The id; its case matters.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException">The id is empty, too long, or not fit for text.</exception>
    public static Identity External(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return new Identity(IdentityKind.External, Fit(id.Trim(), nameof(id)));
    }

    /// <summary>An identity as a store kept it.</summary>
    /// <param name="kind">What <see cref="Kind"/> was.</param>
    /// <param name="value">What <see cref="Value"/> was; it is not normalised again.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, or <paramref name="kind"/> is
    /// none.</exception>
    public static Identity FromStore(IdentityKind kind, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        return Enum.IsDefined(kind)
            ? new Identity(kind, value)
            : throw new ArgumentException($"{(int)kind} is not a kind of identity.", nameof(kind));
    }

    /// <inheritdoc/>
    public bool Equals(Identity other) =>
        Kind == other.Kind && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is null ? 0 : Value.GetHashCode(StringComparison.Ordinal) ^ (int)Kind;

    /// <summary>
    /// The kind, and of an e-mail address the domain, so that an identity never reaches a log by accident.
    /// </summary>
    public override string ToString() =>
        Value is null ? ""
        : Kind == IdentityKind.Email ? $"email:*@{Value[(Value.LastIndexOf('@') + 1)..]}"
        : $"{Kind.ToString().ToLowerInvariant()}:*";

    static Identity IParsable<Identity>.Parse(string s, IFormatProvider? provider) =>
        TryRead(s, out var identity) ? identity : throw new FormatException("This is not the text of an identity.");

    static bool IParsable<Identity>.TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out Identity result
    ) => TryRead(s, out result);

    /// <summary>Reads the text form. It is validated as if each part had been passed by itself.</summary>
    private static bool TryRead([NotNullWhen(true)] string? text, out Identity identity)
    {
        identity = default;
        if (text?.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
        {
            return false;
        }

        var value = text[(colon + 1)..];
        try
        {
            switch (text[..colon])
            {
                case "email" when EmailAddress.TryParse(value, out var address):
                    identity = Email(address);
                    break;
                case "phone":
                    return TryPhone(value, out identity);
                case "chat" when value.IndexOf(':', StringComparison.Ordinal) is > 0 and var service:
                    identity = Chat(value[..service], value[(service + 1)..]);
                    break;
                case "external":
                    identity = External(value);
                    break;
                default:
                    break;
            }
        }
        catch (ArgumentException)
        {
            return false;
        }

        return identity != default;
    }

    private static string PrefixOf(IdentityKind kind) =>
        kind switch
        {
            IdentityKind.Email => "email",
            IdentityKind.Phone => "phone",
            IdentityKind.Chat => "chat",
            _ => "external",
        };

    private static string Fit(string value, string parameter)
    {
        if (PlainText.IndexOfUnfit(value, lines: false) >= 0)
        {
            throw new ArgumentException(
                "An identity cannot hold control or text-reordering characters, or broken text.",
                parameter
            );
        }

        value = value.Normalize(NormalizationForm.FormC);
        return value.Length <= MaxLength
            ? value
            : throw new ArgumentException(
                $"An identity has at most {MaxLength} characters; this one has {value.Length}.",
                parameter
            );
    }
}
