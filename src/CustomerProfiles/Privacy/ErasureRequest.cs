using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>An erasure as somebody wants it.</summary>
/// <param name="Erasure">Its id.</param>
/// <param name="At">Its time.</param>
/// <param name="By">Who erases.</param>
/// <param name="Options">How.</param>
/// <param name="Inactive">The customer as retention has seen them, who is kept when anything has happened since; null
/// to erase them anyway.</param>
/// <param name="Marks">The marks to keep; null to make them as the options say.</param>
/// <param name="Absorbs">Who may be erased with the customer; null for everybody whom they have absorbed.</param>
internal sealed record ErasureRequest(
    Guid Erasure,
    Instant At,
    Provenance By,
    ErasureOptions Options,
    InactiveCustomer? Inactive = null,
    ImmutableArray<ErasureMark>? Marks = null,
    ImmutableArray<CustomerId>? Absorbs = null
);

/// <summary>A customer as retention has seen them.</summary>
/// <param name="Version">The version of the profile.</param>
/// <param name="IsSuppressed">Whether they are suppressed.</param>
/// <param name="LastConversationAt">The time of the last conversation; null for none.</param>
internal sealed record InactiveCustomer(long Version, bool IsSuppressed, Instant? LastConversationAt);
