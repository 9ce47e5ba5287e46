namespace CustomerProfiles;

/// <summary>
/// The tags of metrics and activities. Their values come from closed sets, so that no series is ever without bounds.
/// </summary>
public static class CustomerProfilesTags
{
    /// <summary>The name of a provider that the host has.</summary>
    public const string Provider = "provider";

    /// <summary>What came of it.</summary>
    public const string Outcome = "outcome";

    /// <summary>Why.</summary>
    public const string Reason = "reason";

    /// <summary>Of a failure, which.</summary>
    public const string ErrorType = "error.type";

    /// <summary>The value in place of one that is in no closed set, such as a failure of a newer provider.</summary>
    public const string Other = "_OTHER";
}
