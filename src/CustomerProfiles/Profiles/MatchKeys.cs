using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace CustomerProfiles;

/// <summary>
/// The keys by which duplicates of a profile are found, for a store that implements <c>IDuplicateStore</c> and takes
/// this class as a constructor parameter. Two profiles with a key in common may be the same person.
/// </summary>
/// <remarks>Immutable, safe for any number of threads.</remarks>
public sealed class MatchKeys
{
    /// <summary>The most keys of a profile.</summary>
    public const int MostKeys = 12;

    /// <summary>How many digits of a telephone number are compared, from its end: the country code may be
    /// missing.</summary>
    private const int PhoneDigits = 9;

    private readonly EmailAddresses _addresses;
    private readonly FrozenSet<string> _freeMail;

    /// <summary>Makes the keys of a host.</summary>
    /// <param name="addresses">The host's roles.</param>
    /// <param name="freeMailDomains">More domains of free-mail providers, beside the usual ones.</param>
    internal MatchKeys(EmailAddresses addresses, IEnumerable<string> freeMailDomains)
        : this(
            addresses,
            FreeMail
                .Domains.Concat(freeMailDomains.Select(EmailAddress.NormalizedDomain))
                .ToFrozenSet(StringComparer.Ordinal),
            isOn: true
        ) { }

    private MatchKeys(EmailAddresses addresses, FrozenSet<string> freeMail, bool isOn)
    {
        _addresses = addresses;
        _freeMail = freeMail;
        IsOn = isOn;
    }

    /// <summary>No profile has any key: duplicates are not suggested.</summary>
    public static MatchKeys Off { get; } = new(new EmailAddresses([], [], []), FrozenSet<string>.Empty, isOn: false);

    /// <summary>The keys of a host that has set nothing else.</summary>
    public static MatchKeys Default { get; } = new(new EmailAddresses([], [], []), []);

    /// <summary>Whether duplicates are suggested.</summary>
    public bool IsOn { get; }

    /// <summary>The keys of a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>Each key once, the best ones first: at most <see cref="MostKeys"/>. Empty when it has none.</returns>
    public ImmutableArray<long> Of(CustomerProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return [.. Read(profile).Select(key => key.Hash)];
    }

    /// <summary>The keys of a profile, each with its reason.</summary>
    internal ImmutableArray<(DuplicateReason Reason, long Hash)> Read(CustomerProfile profile)
    {
        if (!IsOn)
        {
            return [];
        }

        var found = new List<(DuplicateReason Reason, long Hash)>();
        var seen = new HashSet<long>();
        foreach (var (reason, text) in TextsOf(profile))
        {
            var hash = BinaryPrimitives.ReadInt64BigEndian(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{reason}\n{text}"))
            );
            if (seen.Add(hash))
            {
                found.Add((reason, hash));
                if (found.Count == MostKeys)
                {
                    break;
                }
            }
        }

        return [.. found];
    }

    private IEnumerable<(DuplicateReason Reason, string Text)> TextsOf(CustomerProfile profile)
    {
        var addresses = AddressesOf(profile);
        foreach (var address in addresses.Where(IsPersonal))
        {
            yield return (DuplicateReason.EmailAddress, address.WithoutPlusTag().Normalized);
        }

        foreach (var number in NumbersOf(profile))
        {
            var digits = string.Concat(number.Where(char.IsAsciiDigit));
            if (digits.Length >= PhoneDigits)
            {
                yield return (DuplicateReason.PhoneNumber, digits[^PhoneDigits..]);
            }
        }

        foreach (var account in profile.Values.Where(value => value.Field.Equals(ProfileField.SocialProfiles)))
        {
            if (!account.IsCleared)
            {
                yield return (DuplicateReason.SocialProfile, account.Key);
            }
        }

        if (FullName(profile) is not { } name)
        {
            yield break;
        }

        if (profile.Company is { } company && SearchFolding.FoldWords(company) is { Length: > 0 } folded)
        {
            yield return (DuplicateReason.NameAndCompany, $"{name}\n{folded}");
        }

        foreach (var domain in addresses.Select(address => address.Domain).Where(domain => !_freeMail.Contains(domain)))
        {
            yield return (DuplicateReason.NameAndDomain, $"{name}\n{domain}");
        }
    }

    private bool IsPersonal(EmailAddress address) => _addresses.KindOf(address) == EmailAddressKind.Personal;

    /// <summary>The addresses that agents see, and those that only identify the customer.</summary>
    private static List<EmailAddress> AddressesOf(CustomerProfile profile)
    {
        var addresses = new List<EmailAddress>();
        addresses.AddRange(
            profile.Emails.Select(email => email.Address).Where(address => address.Normalized is not null)
        );
        foreach (var identity in profile.Identities.Where(identity => identity.Kind == IdentityKind.Email))
        {
            if (EmailAddress.TryParse(identity.Value, out var address))
            {
                addresses.Add(address);
            }
        }

        return addresses;
    }

    private static IEnumerable<string> NumbersOf(CustomerProfile profile) =>
        profile
            .Phones.Select(phone => phone.Number)
            .Concat(
                profile
                    .Identities.Where(identity => identity.Kind == IdentityKind.Phone)
                    .Select(identity => identity.Value)
            );

    /// <summary>
    /// The words of the name in one order, because "Lovelace, Ada" is Ada Lovelace; null when it is one word, which
    /// many people share. In a script without spaces between words, one word is a full name.
    /// </summary>
    private static string? FullName(CustomerProfile profile)
    {
        if (profile.Name is not { } name)
        {
            return null;
        }

        var words = SearchFolding
            .WordsOf(name.Full)
            .Select(word => word.Trim(',', '.'))
            .Where(word => word.Length > 0)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return words.Length > 1 || (words.Length == 1 && words[0].Length > 1 && words[0].All(IsOfScriptWithoutSpaces))
            ? string.Join(' ', words)
            : null;
    }

    /// <summary>Kana, CJK ideographs and Hangul: in names of these scripts no space need stand.</summary>
    private static bool IsOfScriptWithoutSpaces(char letter) =>
        letter
            is (>= '\u3040' and <= '\u30FF')
                or (>= '\u3400' and <= '\u9FFF')
                or (>= '\uAC00' and <= '\uD7AF')
                or (>= '\uF900' and <= '\uFAFF');
}
