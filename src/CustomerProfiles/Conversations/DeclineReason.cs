using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Why somebody gets no profile.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeclineReason>))]
public enum DeclineReason
{
    /// <summary>There is no address, or none that can be read.</summary>
    NoAddress,

    /// <summary>The address is the host's own.</summary>
    OwnAddress,

    /// <summary>Nobody reads the address.</summary>
    NoReply,

    /// <summary>A machine sent it, as the host found.</summary>
    Automatic,

    /// <summary>The host's own creation policy declined.</summary>
    HostPolicy,

    /// <summary>
    /// The channel reports no identity: the telephone number is withheld, is a name, or cannot be read for certain.
    /// </summary>
    NoIdentity,

    /// <summary>
    /// The customer was erased, and is not to be kept (<see cref="ErasedIdentities.DoNotKeep"/>), or the conversation
    /// is one of theirs that was delivered again within <see cref="CustomerProfilesOptions.RedeliveryWindow"/>.
    /// </summary>
    Erased,
}
