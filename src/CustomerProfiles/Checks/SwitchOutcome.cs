using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>What came of switching a provider: a closed hierarchy to switch on.</summary>
public abstract record SwitchOutcome
{
    private SwitchOutcome(string code) => Code = code;

    /// <summary>A stable name of the case: <c>switched</c>, <c>unchanged</c> or <c>unknown-provider</c>.</summary>
    public string Code { get; }

    /// <summary>The code only.</summary>
    public sealed override string ToString() => Code;

    /// <summary>The provider is in the other position now.</summary>
    public sealed record Switched : SwitchOutcome
    {
        internal Switched()
            : base("switched") { }
    }

    /// <summary>The provider was in this position already.</summary>
    public sealed record Unchanged : SwitchOutcome
    {
        internal Unchanged()
            : base("unchanged") { }
    }

    /// <summary>This host has no such provider. Nothing was written.</summary>
    public sealed record UnknownProvider : SwitchOutcome
    {
        internal UnknownProvider(ImmutableArray<string> known)
            : base("unknown-provider") => Known = known;

        /// <summary>The names of the providers that there are.</summary>
        public ImmutableArray<string> Known { get; }
    }
}
