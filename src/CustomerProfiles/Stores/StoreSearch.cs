namespace CustomerProfiles.Stores;

/// <summary>The search of the host's store.</summary>
internal static class StoreSearch
{
    /// <summary>The store as one that searches.</summary>
    /// <exception cref="NotSupportedException">It is none.</exception>
    public static ISearchStore Of(ICustomerProfileStore store) =>
        store as ISearchStore ?? throw new NotSupportedException(Missing(store));

    /// <summary>What to do about a store that does not search.</summary>
    public static string Missing(ICustomerProfileStore store) =>
        $"{store.GetType()} does not search, because it does not implement {typeof(ISearchStore)}. Implement it on the "
        + "same class, use a store that does, or list profiles by id.";
}
