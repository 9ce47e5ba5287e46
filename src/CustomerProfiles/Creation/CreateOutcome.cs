using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// The outcome of making a customer by hand: a closed hierarchy of cases. Unless it is <see cref="Created"/>, nothing
/// was written.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(CreateOutcome.Created))]
[JsonDerivedType(typeof(CreateOutcome.Found))]
[JsonDerivedType(typeof(CreateOutcome.Exists))]
[JsonDerivedType(typeof(CreateOutcome.Rejected))]
[JsonDerivedType(typeof(CreateOutcome.DoNotKeep))]
public abstract class CreateOutcome
{
    private CreateOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>created</c>, <c>found</c>, <c>exists</c>, <c>rejected</c> or <c>do-not-keep</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The customer was created.</summary>
    public sealed class Created : CreateOutcome
    {
        internal Created(CustomerProfile profile)
            : base("created") => Profile = profile;

        /// <summary>The profile.</summary>
        public CustomerProfile Profile { get; }
    }

    /// <summary>
    /// The identity was looked for, and has a customer. Only <c>FindOrCreateAsync</c> returns it.
    /// </summary>
    public sealed class Found : CreateOutcome
    {
        internal Found(CustomerProfile profile)
            : base("found") => Profile = profile;

        /// <summary>The profile as it is; nothing of the new one was written to it.</summary>
        public CustomerProfile Profile { get; }
    }

    /// <summary>There is a customer with the id, or with one of the identities.</summary>
    public sealed class Exists : CreateOutcome
    {
        internal Exists(CustomerId id, Identity? identity)
            : base("exists")
        {
            Id = id;
            Identity = identity;
        }

        /// <summary>The customer.</summary>
        public CustomerId Id { get; }

        /// <summary>The identity that they have; null when it is the id.</summary>
        public Identity? Identity { get; }
    }

    /// <summary>
    /// An identity is that of somebody who was erased and is not to be kept (<see cref="ErasedIdentities.DoNotKeep"/>).
    /// <see cref="IProfilePrivacy.AllowAsync"/> allows it again.
    /// </summary>
    public sealed class DoNotKeep : CreateOutcome
    {
        internal DoNotKeep(ImmutableArray<Identity> identities)
            : base("do-not-keep") => Identities = identities;

        /// <summary>Those identities.</summary>
        public ImmutableArray<Identity> Identities { get; }
    }

    /// <summary>Some of it cannot be saved, so nothing was.</summary>
    public sealed class Rejected : CreateOutcome
    {
        internal Rejected(ImmutableArray<FieldError> errors)
            : base("rejected") => Errors = errors;

        /// <summary>Everything that is wrong, all at once.</summary>
        public ImmutableArray<FieldError> Errors { get; }
    }
}
