using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What erasing a customer keeps of the identities.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasedIdentities>))]
public enum ErasedIdentities
{
    /// <summary>Nothing. Whoever writes again is a new customer as any other.</summary>
    Forget,

    /// <summary>Keyed hashes. Whoever writes again is a new customer who is never looked up.</summary>
    DoNotLookUp,

    /// <summary>
    /// Keyed hashes. Nobody with these identities is kept: a conversation is declined, an edit or an import that adds
    /// one is rejected, until <see cref="IProfilePrivacy.AllowAsync"/> allows it.
    /// </summary>
    DoNotKeep,
}
