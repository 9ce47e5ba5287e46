namespace CustomerProfiles;

/// <summary>The closed set of outcomes of calling the handler of events.</summary>
internal static class EventTagValues
{
    /// <summary>The event was delivered.</summary>
    public const string Delivered = "delivered";

    /// <summary>The handler failed, and the event is delivered again later.</summary>
    public const string Failed = "failed";

    /// <summary>The handler failed too often, and the customer's events have stopped.</summary>
    public const string Stopped = "stopped";
}
