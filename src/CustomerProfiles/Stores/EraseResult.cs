using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>The result of <see cref="IErasureStore.EraseAsync"/>: a closed hierarchy.</summary>
public abstract class EraseResult
{
    private EraseResult() { }

    /// <summary>The customer was erased.</summary>
    /// <param name="receipt">The receipt.</param>
    public sealed class Erased(ErasureReceipt receipt) : EraseResult
    {
        /// <summary>The receipt, with the marks that stay.</summary>
        public ErasureReceipt Receipt { get; } = receipt;
    }

    /// <summary>The id was erased before.</summary>
    /// <param name="receipt">The receipt of that erasure.</param>
    public sealed class AlreadyErased(ErasureReceipt receipt) : EraseResult
    {
        /// <summary>The receipt of that erasure.</summary>
        public ErasureReceipt Receipt { get; } = receipt;
    }

    /// <summary>Somebody was merged into the customer, and the merge can still be undone. Nothing was erased.</summary>
    /// <param name="merges">Those merges.</param>
    public sealed class HasMerges(ImmutableArray<MergeId> merges) : EraseResult
    {
        /// <summary>Those merges.</summary>
        public ImmutableArray<MergeId> Merges { get; } = merges;
    }

    /// <summary>
    /// The customer is not as <see cref="ErasureWrite.Version"/>, <see cref="ErasureWrite.IsSuppressed"/> or
    /// <see cref="ErasureWrite.UnlessActiveSince"/> say. Nothing was erased.
    /// </summary>
    public sealed class Changed : EraseResult;

    /// <summary>The tenant has no such customer, or the id is absorbed. Nothing was erased.</summary>
    public sealed class NotFound : EraseResult;
}
