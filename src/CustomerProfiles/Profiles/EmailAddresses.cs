using System.Collections.Frozen;

namespace CustomerProfiles;

/// <summary>
/// The host's settings for addresses: at which domains to fold plus-tags, and which names are roles or read by nobody.
/// </summary>
internal sealed class EmailAddresses
{
    /// <summary>The mailbox names of RFC 2142, and the most common ones in help desks.</summary>
    private static readonly string[] RoleNames =
    [
        "abuse",
        "accounting",
        "accounts",
        "admin",
        "administrator",
        "billing",
        "careers",
        "compliance",
        "contact",
        "customercare",
        "customerservice",
        "enquiries",
        "feedback",
        "finance",
        "hello",
        "help",
        "helpdesk",
        "hostmaster",
        "hr",
        "info",
        "inquiries",
        "invoices",
        "it",
        "jobs",
        "legal",
        "mail",
        "marketing",
        "media",
        "newsletter",
        "noc",
        "office",
        "orders",
        "postmaster",
        "press",
        "privacy",
        "purchasing",
        "reception",
        "reservations",
        "returns",
        "root",
        "sales",
        "security",
        "service",
        "staff",
        "support",
        "team",
        "tech",
        "usenet",
        "webmaster",
        "www",
    ];

    /// <summary>Compared without separators, so that no-reply, no_reply and no.reply are one.</summary>
    private static readonly string[] NoReplyNames =
    [
        "noreply",
        "donotreply",
        "dontreply",
        "noanswer",
        "nepasrepondre",
        "nichtantworten",
        "noresponder",
        "mailerdaemon",
        "bounce",
        "bounces",
        "autoreply",
        "autoresponder",
        "nobody",
        "devnull",
    ];

    /// <summary>
    /// Words that may be part of a real name, as in bounce-house; with a number they are a machine's, as in
    /// bounce-4711.
    /// </summary>
    private static readonly FrozenSet<string> EverydayWords = FrozenSet.Create(
        StringComparer.Ordinal,
        "bounce",
        "nobody"
    );

    private static ReadOnlySpan<char> Separators => ['-', '_', '.'];

    private readonly FrozenSet<string> _foldPlusTagsFor;
    private readonly FrozenSet<string> _roles;
    private readonly FrozenSet<string> _noReply;

    /// <summary>Makes the rules of a host.</summary>
    /// <param name="foldPlusTagsFor">The domains at which a plus tag is no part of the address.</param>
    /// <param name="roleNames">More names of roles, beside the usual ones.</param>
    /// <param name="noReplyNames">More names of addresses that nobody reads, beside the usual ones.</param>
    public EmailAddresses(
        IEnumerable<string> foldPlusTagsFor,
        IEnumerable<string> roleNames,
        IEnumerable<string> noReplyNames
    )
    {
        _foldPlusTagsFor = foldPlusTagsFor.Select(EmailAddress.NormalizedDomain).ToFrozenSet(StringComparer.Ordinal);
        _roles = RoleNames.Concat(roleNames).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _noReply = NoReplyNames
            .Concat(noReplyNames.Select(name => WithoutSeparators(name, new char[name.Length]).ToString()))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The address with its plus-tag folded, when the host has opted in for its domain.</summary>
    public EmailAddress Fold(EmailAddress address) =>
        _foldPlusTagsFor.Count > 0 && address.LocalPart.Contains('+') && _foldPlusTagsFor.Contains(address.Domain)
            ? address.WithoutPlusTag()
            : address;

    /// <summary>The identity in the form that this host compares.</summary>
    public Identity Fold(Identity identity) =>
        identity.Kind == IdentityKind.Email && EmailAddress.TryParse(identity.Value, out var address)
            ? Identity.Email(Fold(address))
            : identity;

    /// <summary>The kind of the address, by its name alone.</summary>
    public EmailAddressKind KindOf(EmailAddress address)
    {
        // What follows a plus sign is a tag: info+shop is info, bounce+4711 is bounce.
        var name = address.LocalPart;
        if (name.IndexOf('+') is > 0 and var plus)
        {
            name = name[..plus];
        }

        if (IsNoReply(name))
        {
            return EmailAddressKind.NoReply;
        }

        return IsRole(name) ? EmailAddressKind.Role : EmailAddressKind.Personal;
    }

    private bool IsRole(ReadOnlySpan<char> name)
    {
        var roles = _roles.GetAlternateLookup<ReadOnlySpan<char>>();
        if (roles.Contains(name))
        {
            return true;
        }

        // customer-service is customerservice; the parts of a short name may be initials, as in h.r.
        if (name.IndexOfAny(Separators) <= 0)
        {
            return false;
        }

        var joined = WithoutSeparators(
            name,
            name.Length <= EmailAddress.MaxLength ? stackalloc char[name.Length] : new char[name.Length]
        );
        return joined.Length > 5 && roles.Contains(joined);
    }

    private bool IsNoReply(ReadOnlySpan<char> name)
    {
        var noReply = _noReply.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> whole = name.Length <= EmailAddress.MaxLength ? stackalloc char[name.Length] : new char[name.Length];
        var joined = WithoutSeparators(name, whole);
        if (noReply.Contains(joined))
        {
            return true;
        }

        // One word of the name is enough: "noreply-orders", "billing.noreply", "notifications_no-reply".
        Span<char> part = name.Length <= EmailAddress.MaxLength ? stackalloc char[name.Length] : new char[name.Length];
        foreach (var separator in Separators)
        {
            if (!name.Contains(separator))
            {
                continue;
            }

            foreach (var range in name.Split(separator))
            {
                var word = WithoutSeparators(name[range], part);
                if (
                    word.Length > 5
                    && noReply.Contains(word)
                    && (
                        !EverydayWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)
                        || name.ContainsAnyInRange('0', '9')
                    )
                )
                {
                    return true;
                }
            }
        }

        return joined.StartsWith("noreply", StringComparison.Ordinal)
            || joined.EndsWith("noreply", StringComparison.Ordinal)
            || joined.StartsWith("donotreply", StringComparison.Ordinal)
            || joined.EndsWith("donotreply", StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> WithoutSeparators(ReadOnlySpan<char> name, Span<char> into)
    {
        var length = 0;
        foreach (var c in name)
        {
            if (!Separators.Contains(c))
            {
                into[length++] = c;
            }
        }

        return into[..length];
    }
}
