using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>
/// The default policy. It declines senders with one of the host's own addresses, no-reply addresses, and automatic
/// mail.
/// </summary>
/// <remarks>Immutable and safe for any number of threads.</remarks>
public sealed class CreationPolicy : ICreationPolicy
{
    private readonly FrozenSet<string> _ownAddresses;
    private readonly FrozenSet<string> _ownDomains;

    /// <summary>Makes the policy with the host's options.</summary>
    /// <param name="options"><see cref="CustomerProfilesOptions.OwnAddresses"/> and
    /// <see cref="CustomerProfilesOptions.OwnDomains"/>.</param>
    public CreationPolicy(IOptions<CustomerProfilesOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ownAddresses = options
            .Value.OwnAddresses.Select(address => EmailAddress.Parse(address).Normalized)
            .ToFrozenSet(StringComparer.Ordinal);
        _ownDomains = options
            .Value.OwnDomains.Select(EmailAddress.NormalizedDomain)
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public CreationDecision Decide(in CreationRequest request)
    {
        // A help desk tags its own addresses (support+4711@) to find the conversation of a reply.
        if (
            request.Email is { } email
            && (
                _ownDomains.Contains(email.Domain)
                || _ownAddresses.Contains(email.Normalized)
                || _ownAddresses.Contains(email.WithoutPlusTag().Normalized)
            )
        )
        {
            return CreationDecision.Decline(DeclineReason.OwnAddress, "The address is the host's own.");
        }

        if (request.AddressKind == EmailAddressKind.NoReply)
        {
            return CreationDecision.Decline(DeclineReason.NoReply, "Nobody reads the address.");
        }

        return request.IsAutomatic
            ? CreationDecision.Decline(DeclineReason.Automatic, "A machine sent it, as the host found.")
            : CreationDecision.Create;
    }
}
