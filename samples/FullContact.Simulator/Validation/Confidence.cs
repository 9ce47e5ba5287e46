namespace FullContact.Simulator.Validation;

/// <summary>The levels of confidence.</summary>
internal static class Confidence
{
    /// <summary>The default level, HIGH.</summary>
    public const double Default = 0.95;

    /// <summary>The minimum likelihood of a level; null when there is no such level.</summary>
    public static double? Of(string level) =>
        level switch
        {
            "LOW" => 0.60,
            "MED" => 0.80,
            "HIGH" => Default,
            "MAX" => 0.98,
            _ => null,
        };
}
