using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// The outcome of saving: a closed hierarchy of cases. Unless it is <see cref="Saved"/>, nothing was written.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(SaveOutcome.Saved))]
[JsonDerivedType(typeof(SaveOutcome.Rejected))]
[JsonDerivedType(typeof(SaveOutcome.Conflict))]
[JsonDerivedType(typeof(SaveOutcome.IdentityTaken))]
[JsonDerivedType(typeof(SaveOutcome.DoNotKeep))]
[JsonDerivedType(typeof(SaveOutcome.Erased))]
[JsonDerivedType(typeof(SaveOutcome.NotFound))]
[JsonDerivedType(typeof(SaveOutcome.Busy))]
public abstract class SaveOutcome
{
    private SaveOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>saved</c>, <c>rejected</c>, <c>conflict</c>, <c>identity-taken</c>,
    /// <c>do-not-keep</c>, <c>erased</c>, <c>not-found</c> or <c>busy</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The changes are in the profile, together with what others changed meanwhile.</summary>
    public sealed class Saved : SaveOutcome
    {
        internal Saved(CustomerProfile profile)
            : base("saved") => Profile = profile;

        /// <summary>The profile as it is now.</summary>
        public CustomerProfile Profile { get; }
    }

    /// <summary>Some changes cannot be saved, so none were.</summary>
    public sealed class Rejected : SaveOutcome
    {
        internal Rejected(ImmutableArray<FieldError> errors)
            : base("rejected") => Errors = errors;

        /// <summary>Everything that is wrong, all at once.</summary>
        public ImmutableArray<FieldError> Errors { get; }
    }

    /// <summary>
    /// Somebody else changed the same fields meanwhile. Show both values, and save again what the agent decides:
    /// <see cref="ProfileEdit.Rebase"/> makes the edit one of <see cref="Current"/>.
    /// </summary>
    public sealed class Conflict : SaveOutcome
    {
        internal Conflict(ImmutableArray<FieldConflict> fields, CustomerProfile current)
            : base("conflict")
        {
            Fields = fields;
            Current = current;
        }

        /// <summary>The fields, each with both values.</summary>
        public ImmutableArray<FieldConflict> Fields { get; }

        /// <summary>The profile as it is now.</summary>
        public CustomerProfile Current { get; }
    }

    /// <summary>An e-mail address that the edit adds belongs to another customer.</summary>
    public sealed class IdentityTaken : SaveOutcome
    {
        internal IdentityTaken(Identity identity, CustomerId owner)
            : base("identity-taken")
        {
            Identity = identity;
            Owner = owner;
        }

        /// <summary>The address.</summary>
        public Identity Identity { get; }

        /// <summary>The customer to whom it belongs.</summary>
        public CustomerId Owner { get; }
    }

    /// <summary>
    /// An identity is that of somebody who was erased and is not to be kept (<see cref="ErasedIdentities.DoNotKeep"/>).
    /// <see cref="IProfilePrivacy.AllowAsync"/> allows it again.
    /// </summary>
    public sealed class DoNotKeep : SaveOutcome
    {
        internal DoNotKeep(ImmutableArray<Identity> identities)
            : base("do-not-keep") => Identities = identities;

        /// <summary>Those identities.</summary>
        public ImmutableArray<Identity> Identities { get; }
    }

    /// <summary>The customer was erased. Nothing can be written to them any more.</summary>
    public sealed class Erased : SaveOutcome
    {
        internal Erased(ErasureReceipt receipt)
            : base("erased") => Receipt = receipt;

        /// <summary>The receipt of the erasure.</summary>
        public ErasureReceipt Receipt { get; }
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class NotFound : SaveOutcome
    {
        internal NotFound()
            : base("not-found") { }
    }

    /// <summary>
    /// Other writers changed the profile again and again while this save was being written. Save again.
    /// </summary>
    public sealed class Busy : SaveOutcome
    {
        internal Busy()
            : base("busy") { }
    }
}
