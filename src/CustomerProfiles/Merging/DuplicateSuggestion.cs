using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>A customer who may be the same person as another one.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the score only.</remarks>
public sealed class DuplicateSuggestion
{
    internal DuplicateSuggestion(CustomerProfile profile, int score, ImmutableArray<DuplicateReason> reasons)
    {
        Profile = profile;
        Score = score;
        Reasons = reasons;
    }

    /// <summary>The profile of the customer who is suggested.</summary>
    public CustomerProfile Profile { get; }

    /// <summary>
    /// How likely they are the same person, from 1 to 100: the sum of fixed weights of <see cref="Reasons"/>, at most
    /// 100. It is no probability; compare it with other scores only.
    /// </summary>
    public int Score { get; }

    /// <summary>What both have in common, each once; at least one.</summary>
    public ImmutableArray<DuplicateReason> Reasons { get; }

    /// <summary>The score only.</summary>
    public override string ToString() => $"score {Score}";
}
