namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>The fictional responses that the benchmarks read as well.</summary>
internal static class InventedBody
{
    public static string Thin { get; } = Load("thin.json");

    public static string Typical { get; } = Load("typical.json");

    /// <summary>
    /// Every bundle that an account may have: 383 values, of which surveys, household and the like are most.
    /// </summary>
    public static string Full { get; } = Load("full.json");

    private static string Load(string name)
    {
        using var text = new StreamReader(typeof(InventedBody).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}
