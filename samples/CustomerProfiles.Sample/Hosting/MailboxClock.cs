using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>
/// A clock that shows the delivery time of the current message, and never runs backwards. Its timers use real time,
/// because the provider is reached over a real connection.
/// </summary>
/// <remarks>Elapsed time is the sum of both: a wait of a minute is over when the mailbox is a minute further.</remarks>
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
