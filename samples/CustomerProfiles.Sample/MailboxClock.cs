using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>
/// A clock that shows when the message in hand was delivered. It never runs backwards. Its timers run by the real
/// clock, for the provider is real.
/// </summary>
/// <remarks>
/// Elapsed time is that of both clocks: what waits for a minute has waited when the mailbox is a minute further.
/// </remarks>
internal sealed class MailboxClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public Instant Now => this.GetCurrentInstant();

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)((_now - DateTimeOffset.UnixEpoch).TotalSeconds * TimestampFrequency);

    public void MoveTo(Instant instant)
    {
        var to = instant.ToDateTimeOffset();
        _now = to > _now ? to : _now;
    }
}
