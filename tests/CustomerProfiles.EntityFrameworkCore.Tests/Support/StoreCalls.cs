using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Short forms of store calls for the tests.</summary>
internal static class StoreCalls
{
    public const string Provider = "one";

    public static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    public static readonly Duration Lease = Duration.FromMinutes(2);

    public static Identity IdentityOf(string address) => Identity.Email(EmailAddress.Parse(address));

    public static ConversationRecord Record(string id, Instant? at = null) =>
        new(id, ConversationDirection.Received, at ?? Now);

    public static CustomerProfile NewProfile(string address, TenantId tenant = default) =>
        new(
            tenant,
            CustomerId.New(Now),
            version: 1,
            Now,
            Now,
            [IdentityOf(address)],
            [
                new FieldValue(
                    ProfileField.Emails,
                    EmailAddress.Parse(address).Normalized,
                    new ProfileEmail(EmailAddress.Parse(address)),
                    new Provenance(ProvenanceSource.Conversation, "c", Now)
                ),
            ]
        );

    public static async Task<CustomerProfile> CreateAsync(
        this ICustomerProfileStore store,
        string address,
        params string[] checks
    ) => (
            await store.CreateAsync(
                new NewCustomer
                {
                    Profile = NewProfile(address),
                    Conversation = Record("first"),
                    Checks = [.. checks],
                },
                default
            )
        )!.Customer.Profile;

    /// <summary>The next version, with notes and the given identities.</summary>
    public static CustomerProfile WithNotes(this CustomerProfile profile, string notes, params Identity[] more) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version + 1,
            profile.CreatedAt,
            Now,
            [.. profile.Identities, .. more],
            [
                .. profile.Values.Where(value => !ProfileField.Notes.Equals(value.Field)),
                new FieldValue(ProfileField.Notes, "", notes, new Provenance(ProvenanceSource.Agent, "kim", Now)),
            ]
        );

    public static ValueTask<CheckClaim?> ClaimAsync(this ICustomerProfileStore store) =>
        store.ClaimNextCheckAsync([Provider], Now, Lease, default);

    public static ValueTask<CompleteResult> CompleteAsync(
        this ICustomerProfileStore store,
        CheckClaim claim,
        CustomerProfile? profile = null,
        CheckOutcome outcome = CheckOutcome.NoMatch
    ) => store.CompleteCheckAsync(claim, outcome, profile, change: null, Now, default);
}
