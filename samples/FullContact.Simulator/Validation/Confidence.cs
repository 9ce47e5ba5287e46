namespace FullContact.Simulator.Validation;

/// <summary>How likely it must be that it is the right person.</summary>
internal static class Confidence
{
    /// <summary>What holds for a question that names no level: HIGH.</summary>
    public const double Default = 0.95;

    /// <summary>The least likelihood of a level; null when there is no such level.</summary>
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
