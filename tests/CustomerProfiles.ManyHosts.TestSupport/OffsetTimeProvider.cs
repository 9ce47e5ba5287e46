namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>A clock that is set wrong and runs at normal speed.</summary>
internal sealed class OffsetTimeProvider(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
