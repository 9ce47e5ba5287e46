using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>Where an id of a customer leads: a closed hierarchy of cases.</summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(CustomerResolution.Live))]
[JsonDerivedType(typeof(CustomerResolution.MergedInto))]
[JsonDerivedType(typeof(CustomerResolution.Erased))]
[JsonDerivedType(typeof(CustomerResolution.Unknown))]
public abstract class CustomerResolution
{
    private CustomerResolution(string code) => Code = code;

    /// <summary>A stable name of the case: <c>live</c>, <c>merged-into</c>, <c>erased</c> or
    /// <c>unknown</c>.</summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The id is that of a customer.</summary>
    public sealed class Live : CustomerResolution
    {
        internal Live()
            : base("live") { }
    }

    /// <summary>The customer was absorbed by another. Every call with the id is about that one.</summary>
    public sealed class MergedInto : CustomerResolution
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

    /// <summary>The customer was erased.</summary>
    public sealed class Erased : CustomerResolution
    {
        internal Erased(ErasureReceipt receipt)
            : base("erased")
        {
            Receipt = receipt;
        }

        /// <summary>The receipt.</summary>
        public ErasureReceipt Receipt { get; }
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class Unknown : CustomerResolution
    {
        internal Unknown()
            : base("unknown") { }
    }
}
