using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Reads what somebody wants a profile to hold, as strictly as an edit.</summary>
internal sealed class ProfileDrafting(EditValidation validation, EmailAddresses addresses)
{
    /// <summary>The changes that make a blank profile hold it, with addresses in the form that this host compares; and
    /// everything that is wrong with them.</summary>
    public (ImmutableArray<FieldChange> Changes, ImmutableArray<FieldError> Errors) Read(
        TenantId tenant,
        NewProfile profile,
        Actor by
    )
    {
        var blank = new CustomerProfile(
            tenant,
            CustomerId.New(NodaConstants.UnixEpoch),
            1,
            NodaConstants.UnixEpoch,
            NodaConstants.UnixEpoch,
            [],
            []
        );
        var changes = addresses.Fold(profile.EditOf(blank, by).Changes);
        return (changes, validation.Check(blank, changes));
    }

    /// <summary>
    /// The identities of a profile with these changes: every e-mail address, and what else the caller names.
    /// </summary>
    /// <param name="changes">The changes.</param>
    /// <param name="named">What the caller names. An e-mail address among them is in the changes.</param>
    public static ImmutableArray<Identity> IdentitiesOf(
        ImmutableArray<FieldChange> changes,
        ImmutableArray<Identity> named
    ) =>
        [
            .. changes
                .Select(change => change.Value)
                .OfType<ProfileEmail>()
                .Where(email => email.Address.Normalized is not null)
                .Select(email => Identity.Email(email.Address))
                .Concat(
                    (named.IsDefault ? [] : named).Where(identity => identity.Kind != IdentityKind.Email)
                )
                .Distinct(),
        ];

    /// <summary>The profile in version 1.</summary>
    public static CustomerProfile Make(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<FieldChange> changes,
        ImmutableArray<Identity> identities,
        Provenance provenance,
        Instant createdAt
    )
    {
        ImmutableArray<FieldValue> values =
        [
            .. changes.Select(change => change.Result(provenance)).OfType<FieldValue>(),
        ];
        return new CustomerProfile(tenant, id, 1, createdAt, provenance.ObservedAt, identities, values);
    }
}
