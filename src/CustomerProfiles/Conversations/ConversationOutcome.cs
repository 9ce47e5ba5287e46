using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>The outcome of a conversation: a closed hierarchy of cases.</summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(ConversationOutcome.Created))]
[JsonDerivedType(typeof(ConversationOutcome.Existing))]
[JsonDerivedType(typeof(ConversationOutcome.Declined))]
public abstract record ConversationOutcome
{
    private ConversationOutcome(
        string code,
        CustomerProfile? profile,
        ImmutableArray<CheckDecision> checks,
        ImmutableArray<IntakeWarning> warnings
    )
    {
        Code = code;
        Profile = profile;
        Checks = checks;
        Warnings = warnings;
    }

    /// <summary>A stable name of the case: <c>created</c>, <c>existing</c> or <c>declined</c>.</summary>
    public string Code { get; }

    /// <summary>
    /// The customer's profile, without anything that a provider may yet add; null exactly when it was
    /// <see cref="Declined"/>.
    /// </summary>
    public CustomerProfile? Profile { get; }

    /// <summary>
    /// What was decided for each provider, and why; empty when it was <see cref="Declined"/> or no provider is
    /// registered.
    /// </summary>
    public ImmutableArray<CheckDecision> Checks { get; }

    /// <summary>What did not fit and was left out or changed.</summary>
    public ImmutableArray<IntakeWarning> Warnings { get; }

    /// <summary>Whether two outcomes are of the same case and have equal content.</summary>
    /// <param name="other">The other one, or null.</param>
    /// <returns>Whether they are of one case and have equal content; lists are compared entry by entry.</returns>
    public virtual bool Equals(ConversationOutcome? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && EqualityContract == other.EqualityContract
            && Equals(Profile, other.Profile)
            && Checks.SequenceEqual(other.Checks)
            && Warnings.SequenceEqual(other.Warnings)
        );

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Profile);

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The customer was unknown and has a profile now.</summary>
    public sealed record Created : ConversationOutcome
    {
        internal Created(
            CustomerProfile profile,
            ImmutableArray<CheckDecision> checks,
            ImmutableArray<IntakeWarning> warnings
        )
            : base("created", profile, checks, warnings) { }

        /// <summary>The customer's profile.</summary>
        public new CustomerProfile Profile => base.Profile!;
    }

    /// <summary>
    /// The customer was known. That includes a redelivered conversation, and another message that was a moment faster.
    /// </summary>
    public sealed record Existing : ConversationOutcome
    {
        internal Existing(
            CustomerProfile profile,
            ImmutableArray<CheckDecision> checks,
            ImmutableArray<IntakeWarning> warnings
        )
            : base("existing", profile, checks, warnings) { }

        /// <summary>The customer's profile.</summary>
        public new CustomerProfile Profile => base.Profile!;
    }

    /// <summary>
    /// The customer is unknown and gets no profile. Nothing was kept; the conversation itself is the host's and is not
    /// lost.
    /// </summary>
    public sealed record Declined : ConversationOutcome
    {
        internal Declined(DeclineReason reason, string explanation, ImmutableArray<IntakeWarning> warnings)
            : base("declined", null, [], warnings)
        {
            Reason = reason;
            Explanation = explanation;
        }

        /// <summary>Why.</summary>
        public DeclineReason Reason { get; }

        /// <summary>Why, in a sentence without personal data.</summary>
        public string Explanation { get; }
    }
}
