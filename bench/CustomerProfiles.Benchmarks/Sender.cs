namespace CustomerProfiles.Benchmarks;

/// <summary>The form of the sender in the From field.</summary>
public enum Sender
{
    /// <summary>The address alone.</summary>
    Address,

    /// <summary>The address in angle brackets behind a name, as in most mail.</summary>
    NameAndAddress,
}
