using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Reads what somebody wants a profile to hold, as strictly as an edit.</summary>
internal sealed class ProfileDrafting(EmailAddresses addresses)
{
    /// <summary>
    /// The changes that make a blank profile hold it, with addresses in the form that this host compares; and
    /// everything that is wrong with them.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="profile">What it is to hold.</param>
    /// <param name="identities">The identities, those of the profile among them.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="validation">The rules of the tenant's fields.</param>
    /// <param name="acceptsMisfits">Whether a custom property may hold what does not fit its definition.</param>
    public (ImmutableArray<FieldChange> Changes, ImmutableArray<FieldError> Errors) Read(
        TenantId tenant,
        NewProfile profile,
        ImmutableArray<Identity> identities,
        Actor by,
        EditValidation validation,
        bool acceptsMisfits
    )
    {
        var blank = Blank(tenant);
        var changes = addresses.Fold(profile.EditOf(blank, identities, by).Changes);
        return (changes, validation.Check(blank, changes, acceptsMisfits));
    }

    /// <summary>A profile that holds nothing yet.</summary>
    public static CustomerProfile Blank(TenantId tenant) =>
        new(
            tenant,
            CustomerId.New(NodaConstants.UnixEpoch),
            1,
            NodaConstants.UnixEpoch,
            NodaConstants.UnixEpoch,
            [],
            []
        );

    /// <summary>The values that the changes set.</summary>
    public static ImmutableArray<FieldValue> ValuesOf(ImmutableArray<FieldChange> changes, Provenance provenance) =>
        [.. changes.Select(change => change.Result(provenance)).OfType<FieldValue>()];

    /// <summary>The identities of a profile with these values: every e-mail address, and what else the caller
    /// names.</summary>
    /// <param name="values">The values.</param>
    /// <param name="named">What the caller names. An e-mail address among them is in the values.</param>
    public static ImmutableArray<Identity> IdentitiesOf(
        ImmutableArray<FieldValue> values,
        ImmutableArray<Identity> named
    ) =>
        [
            .. values
                .Select(value => value.Value)
                .OfType<ProfileEmail>()
                .Where(email => email.Address.Normalized is not null)
                .Select(email => Identity.Email(email.Address))
                .Concat((named.IsDefault ? [] : named).Where(identity => identity.Kind != IdentityKind.Email))
                .Distinct(),
        ];
}
