using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The identities and values of a profile as one JSON document, as <see cref="ProfileSerializer"/> writes it.
/// </summary>
internal static class ProfileDocument
{
    /// <summary>The member by which statements find the identities in the document.</summary>
    public const string Identities = ProfileSerializer.IdentitiesMember;

    /// <summary>Writes the document.</summary>
    public static string Write(CustomerProfile profile) => ProfileSerializer.Serialize(profile);

    /// <summary>Reads the document.</summary>
    /// <exception cref="ProfileDatabaseException">It holds what this version does not know.</exception>
    public static CustomerProfile Read(
        string document,
        TenantId tenant,
        CustomerId id,
        long version,
        Instant createdAt,
        Instant updatedAt
    )
    {
        try
        {
            return ProfileSerializer.Deserialize(document, tenant, id, version, createdAt, updatedAt);
        }
        catch (FormatException fault)
        {
            throw Refused(fault);
        }
    }

    /// <summary>Reads the document as UTF-8.</summary>
    /// <exception cref="ProfileDatabaseException">It holds what this version does not know.</exception>
    public static CustomerProfile Read(
        ReadOnlySpan<byte> document,
        TenantId tenant,
        CustomerId id,
        long version,
        Instant createdAt,
        Instant updatedAt
    )
    {
        try
        {
            return ProfileSerializer.Deserialize(document, tenant, id, version, createdAt, updatedAt);
        }
        catch (FormatException fault)
        {
            throw Refused(fault);
        }
    }

    private static ProfileDatabaseException Refused(FormatException fault) => new(fault.Message, fault);
}
