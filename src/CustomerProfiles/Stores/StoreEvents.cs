namespace CustomerProfiles.Stores;

/// <summary>The events of the host's store.</summary>
internal static class StoreEvents
{
    /// <summary>The store as one that writes events.</summary>
    /// <exception cref="NotSupportedException">It is none.</exception>
    public static IEventStore Of(ICustomerProfileStore store) =>
        store as IEventStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} writes no events, because it does not implement {typeof(IEventStore)}. Implement it on "
                + "the same class, use a store that does, or do not call AddEvents."
        );
}
