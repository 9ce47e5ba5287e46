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
    private long _ticks = DateTimeOffset.UnixEpoch.Ticks;

    public Instant Now => this.GetCurrentInstant();

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)((GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds * TimestampFrequency);

    public void MoveTo(Instant instant)
    {
        Volatile.Write(ref _ticks, Math.Max(_ticks, instant.ToDateTimeOffset().UtcTicks));
    }
}
