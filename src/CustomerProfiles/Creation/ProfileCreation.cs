using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Makes customers without a conversation. It starts no check: the first conversation does.</summary>
internal sealed class ProfileCreation(
    ICustomerProfileStore store,
    ProfileDrafting drafting,
    TenantTerms terms,
    ChangeRecorder recorder,
    ErasedPeople erased,
    EmailAddresses addresses,
    IClock clock
)
{
    /// <summary>Creates a customer as a whole or not at all.</summary>
    public ValueTask<CreateOutcome> CreateAsync(
        TenantId tenant,
        NewProfile profile,
        Actor by,
        CancellationToken cancellationToken
    ) => CreateAsync(tenant, profile, profile.Identities, by, cancellationToken);

    private async ValueTask<CreateOutcome> CreateAsync(
        TenantId tenant,
        NewProfile profile,
        ImmutableArray<Identity> identities,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        var validation = (await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false)).Validation;
        var (changes, errors) = drafting.Read(tenant, profile, identities, by, validation, acceptsMisfits: false);
        if (!errors.IsEmpty)
        {
            return new CreateOutcome.Rejected(errors);
        }

        var now = clock.GetCurrentInstant().ToMicroseconds();
        var values = ProfileDrafting.ValuesOf(changes, by.At(now));
        var made = new CustomerProfile(
            tenant,
            profile.Id ?? CustomerId.New(now),
            1,
            now,
            now,
            ProfileDrafting.IdentitiesOf(values, identities),
            values
        );
        if (await erased.CheckAsync(made, made.Identities, cancellationToken).ConfigureAwait(false) is { } refused)
        {
            return refused.Taken is { } owned
                ? new CreateOutcome.Exists(owned.Owner, owned.Identity)
                : new CreateOutcome.DoNotKeep(refused.Forbidden);
        }

        var added = await store
            .AddAsync(tenant, [made], recorder.DescribeCreation(by.At(now)), cancellationToken)
            .ConfigureAwait(false);
        return added[0] switch
        {
            AddResult.Added => new CreateOutcome.Created(made),
            AddResult.IdentityTaken taken => new CreateOutcome.Exists(taken.Owner, taken.Identity),
            _ => new CreateOutcome.Exists(made.Id, identity: null),
        };
    }

    /// <summary>
    /// Finds the customer of an identity, or creates one who has it. Of several callers at once one creates, and the
    /// others find.
    /// </summary>
    public async ValueTask<CreateOutcome> FindOrCreateAsync(
        TenantId tenant,
        Identity identity,
        NewProfile profile,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        identity = addresses.Fold(identity);
        ImmutableArray<Identity> identities = [.. profile.Identities.IsDefault ? [] : profile.Identities, identity];
        for (var race = 0; ; race++)
        {
            if (await store.FindAsync(tenant, identity, cancellationToken).ConfigureAwait(false) is { } customer)
            {
                return new CreateOutcome.Found(customer.Profile);
            }

            // Lost to another caller who has just created the customer, they are found in the next round.
            var outcome = await CreateAsync(tenant, profile, identities, by, cancellationToken).ConfigureAwait(false);
            if (
                race == ProfileWriter.MaxRaces
                || outcome is not CreateOutcome.Exists { Identity: { } taken }
                || taken != identity
            )
            {
                return outcome;
            }
        }
    }
}
