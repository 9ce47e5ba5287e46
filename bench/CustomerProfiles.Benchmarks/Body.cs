namespace CustomerProfiles.Benchmarks;

/// <summary>How much an answer says. All three speak of people who do not exist.</summary>
public enum Body
{
    /// <summary>A name, which is what a poor match comes to.</summary>
    Thin,

    /// <summary>The bundles that the library asks for, filled as they mostly are.</summary>
    Typical,

    /// <summary>Every bundle that an account may have, surveys and household included.</summary>
    Full,
}
