using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>
/// What an import did with one row, or would do: a closed hierarchy of cases. Unless it is <see cref="Created"/> or
/// <see cref="Updated"/>, nothing of the row was written.
/// </summary>
/// <remarks>Immutable. In JSON it is its code and the properties of its case.</remarks>
[JsonDerivedType(typeof(ImportOutcome.Created))]
[JsonDerivedType(typeof(ImportOutcome.Updated))]
[JsonDerivedType(typeof(ImportOutcome.Unchanged))]
[JsonDerivedType(typeof(ImportOutcome.Ambiguous))]
[JsonDerivedType(typeof(ImportOutcome.Rejected))]
[JsonDerivedType(typeof(ImportOutcome.DoNotKeep))]
[JsonDerivedType(typeof(ImportOutcome.Failed))]
public abstract class ImportOutcome
{
    private ImportOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>created</c>, <c>updated</c>, <c>unchanged</c>, <c>ambiguous</c>, <c>rejected</c>,
    /// <c>do-not-keep</c> or <c>failed</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The row made a customer.</summary>
    public sealed class Created : ImportOutcome
    {
        internal Created(CustomerId id)
            : base("created") => Id = id;

        /// <summary>The customer; of a dry run an id that no import will give.</summary>
        public CustomerId Id { get; }
    }

    /// <summary>The row changed a customer.</summary>
    public sealed class Updated : ImportOutcome
    {
        internal Updated(CustomerId id, ImmutableArray<ProfileField> fields, ImmutableArray<Identity> identities)
            : base("updated")
        {
            Id = id;
            Fields = fields;
            Identities = identities;
        }

        /// <summary>The customer.</summary>
        public CustomerId Id { get; }

        /// <summary>The fields that changed; none when only identities were added.</summary>
        public ImmutableArray<ProfileField> Fields { get; }

        /// <summary>The identities that were added.</summary>
        public ImmutableArray<Identity> Identities { get; }
    }

    /// <summary>The customer holds all that the row may set.</summary>
    public sealed class Unchanged : ImportOutcome
    {
        internal Unchanged(CustomerId id)
            : base("unchanged") => Id = id;

        /// <summary>The customer.</summary>
        public CustomerId Id { get; }
    }

    /// <summary>
    /// The row has identities of several customers. Somebody must say whose it is: no import merges customers.
    /// </summary>
    public sealed class Ambiguous : ImportOutcome
    {
        internal Ambiguous(ImmutableArray<CustomerId> ids)
            : base("ambiguous") => Ids = ids;

        /// <summary>The customers, in the order of their ids.</summary>
        public ImmutableArray<CustomerId> Ids { get; }
    }

    /// <summary>Some of the row cannot be saved. It can be mended and imported again.</summary>
    public sealed class Rejected : ImportOutcome
    {
        internal Rejected(ImmutableArray<FieldError> errors, string? idError)
            : base("rejected")
        {
            Errors = errors;
            IdError = idError;
        }

        /// <summary>Everything that is wrong with its fields, all at once.</summary>
        public ImmutableArray<FieldError> Errors { get; }

        /// <summary>What is wrong with its id, in an English sentence; null when nothing is.</summary>
        public string? IdError { get; }
    }

    /// <summary>
    /// An identity is that of somebody who was erased and is not to be kept (<see cref="ErasedIdentities.DoNotKeep"/>).
    /// <see cref="IProfilePrivacy.AllowAsync"/> allows it again.
    /// </summary>
    public sealed class DoNotKeep : ImportOutcome
    {
        internal DoNotKeep(ImmutableArray<Identity> identities)
            : base("do-not-keep") => Identities = identities;

        /// <summary>Those identities.</summary>
        public ImmutableArray<Identity> Identities { get; }
    }

    /// <summary>The row could not be written, and the others are not concerned.</summary>
    public sealed class Failed : ImportOutcome
    {
        internal Failed(string message, StoreDataException? exception)
            : base("failed")
        {
            Message = message;
            Exception = exception;
        }

        /// <summary>Why, and what to do, in an English sentence.</summary>
        public string Message { get; }

        /// <summary>Why the store refuses the row; null when other writers changed the customer again and
        /// again.</summary>
        [JsonIgnore]
        public StoreDataException? Exception { get; }
    }
}
