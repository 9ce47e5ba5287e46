using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>What a mark that an erasure leaves says of an identity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasureMarkKind>))]
public enum ErasureMarkKind
{
    /// <summary>Whoever has the identity is not looked up.</summary>
    DoNotLookUp,

    /// <summary>Nobody gets the identity, until <see cref="IProfilePrivacy.AllowAsync"/> allows it.</summary>
    DoNotKeep,
}
