namespace CustomerProfiles.Benchmarks;

/// <summary>The size of a response. All three describe fictional people.</summary>
public enum Body
{
    /// <summary>A name, as in a poor match.</summary>
    Thin,

    /// <summary>The bundles that the library requests, filled as usual.</summary>
    Typical,

    /// <summary>Every bundle that an account may have, surveys and household included.</summary>
    Full,
}
