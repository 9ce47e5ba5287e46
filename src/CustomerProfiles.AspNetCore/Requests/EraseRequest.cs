using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>Erases a customer for good.</summary>
internal sealed class EraseRequest
{
    /// <summary>
    /// What is kept of the identities: <c>forget</c>, <c>do-not-look-up</c> or <c>do-not-keep</c>; null for
    /// <c>do-not-look-up</c> if the customer is suppressed, else <c>forget</c>.
    /// </summary>
    public KeptIdentities? Identities { get; init; }

    /// <summary>
    /// Whether those are erased too who were merged into the customer and could still be separated again.
    /// </summary>
    public bool IncludeAbsorbed { get; init; }

    /// <summary>The host's reference for the receipt, such as the number of a case; null for none.</summary>
    public string? CaseReference { get; init; }

    /// <summary>The options.</summary>
    /// <param name="absorbed">Whom the caller may erase with the customer, if those are to be erased too.</param>
    public ErasureOptions Read(ImmutableArray<CustomerId> absorbed) =>
        new()
        {
            Identities = Identities switch
            {
                null => null,
                KeptIdentities.Forget => ErasedIdentities.Forget,
                KeptIdentities.DoNotLookUp => ErasedIdentities.DoNotLookUp,
                _ => ErasedIdentities.DoNotKeep,
            },
            IncludeAbsorbed = IncludeAbsorbed,
            OnlyAbsorbed = absorbed,
            CaseReference = CaseReference,
        };
}

/// <summary>What erasing keeps of the identities.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeptIdentities>))]
internal enum KeptIdentities
{
    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("forget")]
    Forget,

    /// <summary>Hashes, so that nobody with the identities is looked up.</summary>
    [JsonStringEnumMemberName("do-not-look-up")]
    DoNotLookUp,

    /// <summary>Hashes, so that nobody with the identities is kept.</summary>
    [JsonStringEnumMemberName("do-not-keep")]
    DoNotKeep,
}
