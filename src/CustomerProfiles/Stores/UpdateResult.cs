namespace CustomerProfiles.Stores;

/// <summary>What came of an update: a closed hierarchy.</summary>
public abstract record UpdateResult
{
    private UpdateResult() { }

    /// <summary>The profile was written.</summary>
    public sealed record Updated : UpdateResult;

    /// <summary>The profile had another version by then; nothing was written.</summary>
    /// <param name="Current">The profile as it is now.</param>
    public sealed record Stale(CustomerProfile Current) : UpdateResult;

    /// <summary>An identity that the update adds belongs to another customer; nothing was written.</summary>
    /// <param name="Identity">The identity.</param>
    /// <param name="Owner">Whose it is.</param>
    public sealed record IdentityTaken(Identity Identity, CustomerId Owner) : UpdateResult;

    /// <summary>The tenant has no such customer.</summary>
    public sealed record NotFound : UpdateResult;
}
