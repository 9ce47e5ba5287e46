using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// The outcome of erasing a customer: a closed hierarchy of cases. Unless it is <see cref="Erased"/>, nothing was
/// erased.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(EraseOutcome.Erased))]
[JsonDerivedType(typeof(EraseOutcome.AlreadyErased))]
[JsonDerivedType(typeof(EraseOutcome.HasMerges))]
[JsonDerivedType(typeof(EraseOutcome.MergedInto))]
[JsonDerivedType(typeof(EraseOutcome.NeedsKey))]
[JsonDerivedType(typeof(EraseOutcome.Busy))]
[JsonDerivedType(typeof(EraseOutcome.NotFound))]
public abstract class EraseOutcome
{
    private EraseOutcome(string code) => Code = code;

    /// <summary>A stable name of the case: <c>erased</c>, <c>already-erased</c>, <c>has-merges</c>, <c>merged-into</c>,
    /// <c>needs-key</c>, <c>busy</c> or <c>not-found</c>.</summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The customer is erased.</summary>
    public sealed class Erased : EraseOutcome
    {
        internal Erased(ErasureReceipt receipt)
            : base("erased")
        {
            Receipt = receipt;
        }

        /// <summary>What is left of them: no personal data.</summary>
        public ErasureReceipt Receipt { get; }
    }

    /// <summary>The customer was erased before.</summary>
    public sealed class AlreadyErased : EraseOutcome
    {
        internal AlreadyErased(ErasureReceipt receipt)
            : base("already-erased")
        {
            Receipt = receipt;
        }

        /// <summary>The receipt of that erasure.</summary>
        public ErasureReceipt Receipt { get; }
    }

    /// <summary>
    /// Somebody was merged into the customer who may be another person, and the merge can still be undone. Undo it,
    /// or say that they are to be erased too (<see cref="ErasureOptions.IncludeAbsorbed"/>).
    /// </summary>
    public sealed class HasMerges : EraseOutcome
    {
        internal HasMerges(ImmutableArray<MergeId> merges)
            : base("has-merges")
        {
            Merges = merges;
        }

        /// <summary>Those merges.</summary>
        public ImmutableArray<MergeId> Merges { get; }
    }

    /// <summary>
    /// The id was absorbed by a merge. Erase the customer who stays, or undo the merge first.
    /// </summary>
    public sealed class MergedInto : EraseOutcome
    {
        internal MergedInto(CustomerId into, MergeId merge)
            : base("merged-into")
        {
            Into = into;
            Merge = merge;
        }

        /// <summary>The customer who stays.</summary>
        public CustomerId Into { get; }

        /// <summary>The merge that absorbed the id.</summary>
        public MergeId Merge { get; }
    }

    /// <summary>
    /// Marks are to be kept of the identities, for the customer is suppressed or the caller says so, and the host has
    /// no key to hash them with. Set <see cref="CustomerProfilesOptions.ErasureKeys"/>, or choose
    /// <see cref="ErasedIdentities.Forget"/>.
    /// </summary>
    public sealed class NeedsKey : EraseOutcome
    {
        internal NeedsKey()
            : base("needs-key") { }
    }

    /// <summary>Other writers changed the customer again and again. Call again.</summary>
    public sealed class Busy : EraseOutcome
    {
        internal Busy()
            : base("busy") { }
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class NotFound : EraseOutcome
    {
        internal NotFound()
            : base("not-found") { }
    }
}
