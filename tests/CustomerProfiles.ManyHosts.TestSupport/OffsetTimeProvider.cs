namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>The clock of a machine that is set wrong. Time passes as fast as anywhere.</summary>
internal sealed class OffsetTimeProvider(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
