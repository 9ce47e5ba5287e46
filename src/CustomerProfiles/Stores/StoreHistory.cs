namespace CustomerProfiles.Stores;

/// <summary>The history of the host's store.</summary>
internal static class StoreHistory
{
    /// <summary>The store as one that keeps history.</summary>
    /// <exception cref="NotSupportedException">It is none.</exception>
    public static IHistoryStore Of(ICustomerProfileStore store) =>
        store as IHistoryStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} keeps no history, because it does not implement {typeof(IHistoryStore)}. Implement it "
                + "on the same class, or use a store that does."
        );
}
