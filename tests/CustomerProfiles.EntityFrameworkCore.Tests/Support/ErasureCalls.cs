using System.Security.Cryptography;
using System.Text;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Short forms of what erases and forgets.</summary>
internal static class ErasureCalls
{
    public const string Key = "2026";

    public static ErasureKey NewKey => new() { Id = Key, Secret = Convert.ToBase64String(new byte[32]) };

    /// <summary>An erasure of a customer as they were read.</summary>
    public static ErasureWrite Write(
        CustomerProfile profile,
        bool includesAbsorbed = false,
        bool isSuppressed = false,
        Instant? activeSince = null,
        ErasureMark[]? marks = null,
        Duration? guardFor = null,
        EventWrite? write = null
    ) =>
        new()
        {
            Tenant = profile.Tenant,
            Id = profile.Id,
            Erasure = Guid.CreateVersion7(),
            At = StoreCalls.Now,
            By = "kim",
            IncludesAbsorbed = includesAbsorbed,
            Version = profile.Version,
            IsSuppressed = isSuppressed,
            UnlessActiveSince = activeSince,
            Marks = [.. marks ?? []],
            GuardSince = StoreCalls.Now - guardFor,
            GuardUntil = StoreCalls.Now + (guardFor ?? Duration.Zero),
            Event = write,
        };

    /// <summary>Erases a customer as they are, as the library does: reads again when they have changed.</summary>
    public static async Task<EraseResult> EraseAsync(
        this ICustomerProfileStore store,
        CustomerProfile profile,
        bool includesAbsorbed = false,
        Func<Task>? afterFirstRead = null
    )
    {
        for (var reads = 0; ; reads++)
        {
            var read = await store.GetAsync(profile.Tenant, profile.Id, default);
            if (reads == 0 && afterFirstRead is not null)
            {
                await afterFirstRead();
            }

            var write = Write(read?.Profile ?? profile, includesAbsorbed, read?.IsSuppressed ?? false);
            if (await store.Erasing().EraseAsync(write, default) is not EraseResult.Changed and var result)
            {
                return result;
            }
        }
    }

    public static IErasureStore Erasing(this ICustomerProfileStore store) => (IErasureStore)store;

    /// <summary>A mark with a hash of its own for each text.</summary>
    public static ErasureMark Mark(string text, ErasureMarkKind kind = ErasureMarkKind.DoNotLookUp, string key = Key) =>
        new()
        {
            Hash = HashOf(text),
            KeyId = key,
            Kind = kind,
        };

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Another journal, and an absorbed profile without values.</summary>
    public static MergeRedaction Redaction(MergeWrite merge, CustomerProfile from) =>
        new()
        {
            Tenant = merge.Tenant,
            Merge = merge.Merge.Id,
            Read = merge.Journal!,
            Journal = "less",
            From = new CustomerProfile(
                from.Tenant,
                from.Id,
                from.Version,
                from.CreatedAt,
                from.UpdatedAt,
                from.Identities,
                values: []
            ),
        };
}
