using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A clock that shows what it is set to. Timers run as ever.</summary>
internal sealed class SetClock : TimeProvider
{
    public Instant Now { get; set; }

    public void Pass() => Now += Duration.FromHours(1);

    public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
}
