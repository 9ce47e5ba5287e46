using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The outcome of defining a custom property: a closed hierarchy of cases. Unless it is <see cref="Defined"/>, nothing
/// was written.
/// </summary>
/// <remarks>Immutable.</remarks>
public abstract class DefineOutcome
{
    private DefineOutcome(string code) => Code = code;

    /// <summary>
    /// A stable name of the case: <c>defined</c>, <c>unchanged</c>, <c>defined-in-code</c>, <c>rejected</c>,
    /// <c>too-many</c> or <c>busy</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The definition holds for the tenant.</summary>
    public sealed class Defined : DefineOutcome
    {
        internal Defined(PropertyDefinition definition)
            : base("defined") => Definition = definition;

        /// <summary>The definition as it is stored, with the options that were archived.</summary>
        public PropertyDefinition Definition { get; }
    }

    /// <summary>The tenant has this definition already.</summary>
    public sealed class Unchanged : DefineOutcome
    {
        internal Unchanged()
            : base("unchanged") { }
    }

    /// <summary>
    /// The property is defined in <see cref="CustomerProfilesOptions.Properties"/>, which holds for every tenant.
    /// </summary>
    public sealed class DefinedInCode : DefineOutcome
    {
        internal DefinedInCode()
            : base("defined-in-code") { }
    }

    /// <summary>The definition is not valid.</summary>
    public sealed class Rejected : DefineOutcome
    {
        internal Rejected(ImmutableArray<string> errors)
            : base("rejected") => Errors = errors;

        /// <summary>Everything that is wrong, all at once: each a sentence for whoever defines the property.</summary>
        public ImmutableArray<string> Errors { get; }
    }

    /// <summary>The tenant has as many definitions as it can have, archived ones among them.</summary>
    public sealed class TooMany : DefineOutcome
    {
        internal TooMany(int limit)
            : base("too-many") => Limit = limit;

        /// <summary>The most definitions of a tenant, beside those in code.</summary>
        public int Limit { get; }
    }

    /// <summary>Others defined properties of this tenant again and again. Call again later.</summary>
    public sealed class Busy : DefineOutcome
    {
        internal Busy()
            : base("busy") { }
    }
}
