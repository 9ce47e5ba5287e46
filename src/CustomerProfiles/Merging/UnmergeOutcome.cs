using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// The outcome of undoing a merge: a closed hierarchy of cases. Unless it is <see cref="Unmerged"/>, nothing was
/// written.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(UnmergeOutcome.Unmerged))]
[JsonDerivedType(typeof(UnmergeOutcome.Superseded))]
[JsonDerivedType(typeof(UnmergeOutcome.Lapsed))]
[JsonDerivedType(typeof(UnmergeOutcome.AlreadyUnmerged))]
[JsonDerivedType(typeof(UnmergeOutcome.NotFound))]
[JsonDerivedType(typeof(UnmergeOutcome.Busy))]
public abstract class UnmergeOutcome
{
    private UnmergeOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>unmerged</c>, <c>superseded</c>, <c>lapsed</c>, <c>already-unmerged</c>,
    /// <c>not-found</c> or <c>busy</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The merge is undone: there are two customers again.</summary>
    public sealed class Unmerged : UnmergeOutcome
    {
        internal Unmerged(
            CustomerProfile from,
            CustomerProfile into,
            ImmutableArray<FieldValue> unsplit,
            ImmutableArray<Identity> notReturned
        )
            : base("unmerged")
        {
            From = from;
            Into = into;
            Unsplit = unsplit;
            NotReturned = notReturned;
        }

        /// <summary>The customer who was absorbed, under their own id.</summary>
        public CustomerProfile From { get; }

        /// <summary>The customer who had absorbed them.</summary>
        public CustomerProfile Into { get; }

        /// <summary>Values that were changed since the merge. They stay with the customer who had absorbed the
        /// other.</summary>
        public ImmutableArray<FieldValue> Unsplit { get; }

        /// <summary>Identities that the absorbed customer had, and that were removed since.</summary>
        public ImmutableArray<Identity> NotReturned { get; }
    }

    /// <summary>The merged customer has been merged again since. Undo that merge first.</summary>
    public sealed class Superseded : UnmergeOutcome
    {
        internal Superseded(MergeId merge)
            : base("superseded")
        {
            Merge = merge;
        }

        /// <summary>That merge.</summary>
        public MergeId Merge { get; }
    }

    /// <summary>The merge is older than <c>CustomerProfilesOptions.UnmergeWithin</c>.</summary>
    public sealed class Lapsed : UnmergeOutcome
    {
        internal Lapsed()
            : base("lapsed") { }
    }

    /// <summary>The merge is undone already.</summary>
    public sealed class AlreadyUnmerged : UnmergeOutcome
    {
        internal AlreadyUnmerged()
            : base("already-unmerged") { }
    }

    /// <summary>The tenant has no such merge.</summary>
    public sealed class NotFound : UnmergeOutcome
    {
        internal NotFound()
            : base("not-found") { }
    }

    /// <summary>Other calls changed one of the two again and again. Nothing was done; the call can be
    /// repeated.</summary>
    public sealed class Busy : UnmergeOutcome
    {
        internal Busy()
            : base("busy") { }
    }
}
