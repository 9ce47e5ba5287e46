using System.Text.Json.Serialization;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The outcome of requesting a check now: a closed hierarchy of cases. Unless it is <see cref="Requested"/>, nothing
/// was requested.
/// </summary>
/// <remarks>
/// Immutable. In JSON it is its code and the properties of its case. For times, configure the serializer with
/// <c>ConfigureForNodaTime</c> of the package NodaTime.Serialization.SystemTextJson.
/// </remarks>
[JsonDerivedType(typeof(CheckNowOutcome.Requested))]
[JsonDerivedType(typeof(CheckNowOutcome.AlreadyPending))]
[JsonDerivedType(typeof(CheckNowOutcome.TooSoon))]
[JsonDerivedType(typeof(CheckNowOutcome.ProviderDisabled))]
[JsonDerivedType(typeof(CheckNowOutcome.Suppressed))]
[JsonDerivedType(typeof(CheckNowOutcome.NothingToLookUpBy))]
[JsonDerivedType(typeof(CheckNowOutcome.UnknownProvider))]
[JsonDerivedType(typeof(CheckNowOutcome.NotFound))]
public abstract class CheckNowOutcome
{
    private CheckNowOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>requested</c>, <c>already-pending</c>, <c>too-soon</c>, <c>provider-disabled</c>,
    /// <c>suppressed</c>, <c>nothing-to-look-up-by</c>, <c>unknown-provider</c> or <c>not-found</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>
    /// A check was requested. It runs as soon as a runner is free, the provider takes calls and its budget allows it.
    /// </summary>
    public sealed class Requested : CheckNowOutcome
    {
        internal Requested()
            : base("requested") { }
    }

    /// <summary>A check is waiting or running already, and its result will do.</summary>
    public sealed class AlreadyPending : CheckNowOutcome
    {
        internal AlreadyPending()
            : base("already-pending") { }
    }

    /// <summary>The last check, or the last attempt, was less than ten minutes ago.</summary>
    public sealed class TooSoon : CheckNowOutcome
    {
        internal TooSoon(Instant from)
            : base("too-soon") => From = from;

        /// <summary>From when on the provider can be asked again.</summary>
        public Instant From { get; }
    }

    /// <summary>The provider is disabled for the tenant.</summary>
    public sealed class ProviderDisabled : CheckNowOutcome
    {
        internal ProviderDisabled()
            : base("provider-disabled") { }
    }

    /// <summary>The customer is suppressed: they are not looked up at any provider.</summary>
    public sealed class Suppressed : CheckNowOutcome
    {
        internal Suppressed()
            : base("suppressed") { }
    }

    /// <summary>
    /// The profile holds nothing that the provider can look up by, such as a person's e-mail address.
    /// </summary>
    public sealed class NothingToLookUpBy : CheckNowOutcome
    {
        internal NothingToLookUpBy()
            : base("nothing-to-look-up-by") { }
    }

    /// <summary>This host has registered no provider of that name.</summary>
    public sealed class UnknownProvider : CheckNowOutcome
    {
        internal UnknownProvider()
            : base("unknown-provider") { }
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class NotFound : CheckNowOutcome
    {
        internal NotFound()
            : base("not-found") { }
    }
}
