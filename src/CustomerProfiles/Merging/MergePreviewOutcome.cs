using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>The outcome of planning a merge: a closed hierarchy of cases.</summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(MergePreviewOutcome.Planned))]
[JsonDerivedType(typeof(MergePreviewOutcome.AlreadyMerged))]
[JsonDerivedType(typeof(MergePreviewOutcome.SameCustomer))]
[JsonDerivedType(typeof(MergePreviewOutcome.InvalidChoice))]
[JsonDerivedType(typeof(MergePreviewOutcome.NotFound))]
public abstract class MergePreviewOutcome
{
    private MergePreviewOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>planned</c>, <c>already-merged</c>, <c>same-customer</c>, <c>invalid-
    /// choice</c> or <c>not-found</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The customers can be merged.</summary>
    public sealed class Planned : MergePreviewOutcome
    {
        internal Planned(MergePreview preview)
            : base("planned")
        {
            Preview = preview;
        }

        /// <summary>What would become of them.</summary>
        public MergePreview Preview { get; }
    }

    /// <summary>The customer who was to be absorbed is absorbed already. Nothing was done.</summary>
    public sealed class AlreadyMerged : MergePreviewOutcome
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
    public sealed class SameCustomer : MergePreviewOutcome
    {
        internal SameCustomer()
            : base("same-customer") { }
    }

    /// <summary>
    /// A choice cannot be made: its customer holds no such entry, or it would drop an identity of the other.
    /// Nothing was done.
    /// </summary>
    public sealed class InvalidChoice : MergePreviewOutcome
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
    public sealed class NotFound : MergePreviewOutcome
    {
        internal NotFound(CustomerId id)
            : base("not-found")
        {
            Id = id;
        }

        /// <summary>The id that is nobody's.</summary>
        public CustomerId Id { get; }
    }
}
