using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>How a customer is erased.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ErasureOptions
{
    /// <summary>
    /// Whether customers who were merged into this one, and could still be separated again, are erased too. False
    /// unless set: they may be somebody else.
    /// </summary>
    public bool IncludeAbsorbed { get; init; }

    /// <summary>
    /// With <see cref="IncludeAbsorbed"/>, whom the caller has agreed to erase with the customer. When the customer has
    /// absorbed anybody else by then, nobody is erased, and the outcome is <see cref="EraseOutcome.HasMerges"/>. Null
    /// unless set: everybody.
    /// </summary>
    public ImmutableArray<CustomerId>? OnlyAbsorbed
    {
        get;
        init => field = value is { IsDefault: true } ? [] : value;
    }

    /// <summary>
    /// What is kept of the identities, by keyed hash and with nothing else. Null unless set:
    /// <see cref="ErasedIdentities.DoNotLookUp"/> for a customer who is suppressed, else
    /// <see cref="ErasedIdentities.Forget"/>.
    /// </summary>
    public ErasedIdentities? Identities { get; init; }

    /// <summary>
    /// The host's own reference for the receipt, such as the number of a case; at most
    /// <see cref="ProfileEdit.MaxCaseReferenceLength"/> characters, and no personal data. Null for none.
    /// </summary>
    /// <exception cref="ArgumentException">It is empty, too long, or holds control characters.</exception>
    public string? CaseReference
    {
        get;
        init => field = ProfileEdit.FittingCaseReference(value, nameof(value));
    }
}
