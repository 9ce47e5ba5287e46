using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles;

/// <summary>The first checks of a customer who is about to be created.</summary>
internal readonly struct FirstCheckPlan
{
    /// <summary>The tenant for which the plan counts.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The direction of the conversation; a composed one counts nothing.</summary>
    public required ConversationDirection Direction { get; init; }

    /// <summary>When the plan was counted.</summary>
    public required Instant Now { get; init; }

    /// <summary>The names of the providers from which a check is requested.</summary>
    public required ImmutableArray<string> Providers { get; init; }

    /// <summary>Why none is requested although some are due; null otherwise.</summary>
    public required CheckReason? SkipReason { get; init; }
}
