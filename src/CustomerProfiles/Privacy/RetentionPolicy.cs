using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// The default policy: a customer is erased when their last conversation, the last edit by a person or an import, and
/// their creation are all longer ago than <see cref="CustomerProfilesOptions.EraseInactiveAfter"/>, unless
/// <see cref="CustomerProfilesOptions.LegalHoldProperty"/> holds them.
/// </summary>
/// <remarks>Immutable and safe for any number of threads. Periods are calendar periods in UTC.</remarks>
public sealed class RetentionPolicy : IRetentionPolicy
{
    private readonly Period? _eraseAfter;
    private readonly ProfileField<string>? _hold;

    /// <summary>Makes the policy with the host's options.</summary>
    /// <param name="options">The options.</param>
    public RetentionPolicy(IOptions<CustomerProfilesOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _eraseAfter = options.Value.EraseInactiveAfter;
        _hold = options.Value.LegalHoldProperty is { } key ? ProfileField.Custom(key) : null;
    }

    /// <inheritdoc/>
    public RetentionDecision Decide(in RetentionRequest request)
    {
        if (_eraseAfter is null)
        {
            return RetentionDecision.Keep("nobody is erased by age");
        }

        if (
            _hold is not null
            && request.Profile.Get(_hold) is { } hold
            && !string.Equals(hold, "false", StringComparison.OrdinalIgnoreCase)
        )
        {
            return RetentionDecision.Keep("legal hold");
        }

        var lastActive = Instant.Max(
            request.Profile.CreatedAt,
            Instant.Max(request.LastConversationAt ?? Instant.MinValue, request.LastEditAt ?? Instant.MinValue)
        );
        var dueAt = lastActive.Plus(_eraseAfter);
        return dueAt <= request.Now
            ? RetentionDecision.Erase("inactive", dueAt)
            : RetentionDecision.Keep("active", dueAt);
    }
}
