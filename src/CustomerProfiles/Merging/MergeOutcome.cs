using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// The outcome of merging two customers: a closed hierarchy of cases. Unless it is <see cref="Merged"/>, nothing was
/// written.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(MergeOutcome.Merged))]
[JsonDerivedType(typeof(MergeOutcome.Changed))]
[JsonDerivedType(typeof(MergeOutcome.AlreadyMerged))]
[JsonDerivedType(typeof(MergeOutcome.SameCustomer))]
[JsonDerivedType(typeof(MergeOutcome.InvalidChoice))]
[JsonDerivedType(typeof(MergeOutcome.NotFound))]
[JsonDerivedType(typeof(MergeOutcome.Busy))]
public abstract class MergeOutcome
{
    private MergeOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>merged</c>, <c>changed</c>, <c>already-merged</c>, <c>same-customer</c>,
    /// <c>invalid-choice</c>, <c>not-found</c> or <c>busy</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The customers are one.</summary>
    public sealed class Merged : MergeOutcome
    {
        internal Merged(MergeId merge, CustomerProfile profile)
            : base("merged")
        {
            Merge = merge;
            Profile = profile;
        }

        /// <summary>The id of the merge, by which it can be undone.</summary>
        public MergeId Merge { get; }

        /// <summary>The merged profile.</summary>
        public CustomerProfile Profile { get; }
    }

    /// <summary>One of the two is no longer in the version that the request names. Nothing was done.</summary>
    public sealed class Changed : MergeOutcome
    {
        internal Changed(MergePreview preview)
            : base("changed")
        {
            Preview = preview;
        }

        /// <summary>What merging them would make of them now.</summary>
        public MergePreview Preview { get; }
    }

    /// <summary>The customer who was to be absorbed is absorbed already. Nothing was done.</summary>
    public sealed class AlreadyMerged : MergeOutcome
    {
        internal AlreadyMerged(CustomerId into, MergeId merge)
            : base("already-merged")
        {
            Into = into;
            Merge = merge;
        }

        /// <summary>The customer to whom the id leads.</summary>
        public CustomerId Into { get; }

        /// <summary>The merge that absorbed them.</summary>
        public MergeId Merge { get; }
    }

    /// <summary>Both ids are those of one customer. Nothing was done.</summary>
    public sealed class SameCustomer : MergeOutcome
    {
        internal SameCustomer()
            : base("same-customer") { }
    }

    /// <summary>
    /// A choice cannot be made: its customer holds no such entry, or it would drop an identity of the other.
    /// Nothing was done.
    /// </summary>
    public sealed class InvalidChoice : MergeOutcome
    {
        internal InvalidChoice(MergeChoice choice)
            : base("invalid-choice")
        {
            Choice = choice;
        }

        /// <summary>The first such choice.</summary>
        public MergeChoice Choice { get; }
    }

    /// <summary>The tenant has no such customer. Nothing was done.</summary>
    public sealed class NotFound : MergeOutcome
    {
        internal NotFound(CustomerId id)
            : base("not-found")
        {
            Id = id;
        }

        /// <summary>The id that is nobody's.</summary>
        public CustomerId Id { get; }
    }

    /// <summary>Other calls changed one of the two again and again. Nothing was done; the call can be
    /// repeated.</summary>
    public sealed class Busy : MergeOutcome
    {
        internal Busy()
            : base("busy") { }
    }
}
