namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The known result of the provider for one person.</summary>
/// <param name="Kind">The result.</param>
/// <param name="FirstCheckTakes">How long the first check takes, if the provider asks to retry later.</param>
public sealed record ExpectedResult(ExpectedResultKind Kind, TimeSpan FirstCheckTakes = default)
{
    /// <summary>
    /// The people whom the simulator knows. Everybody else is a <see cref="ExpectedResultKind.NoMatch"/>.
    /// </summary>
    public static IReadOnlyDictionary<string, ExpectedResult> OfTheSimulator { get; } =
        new Dictionary<string, ExpectedResult>
        {
            ["maria.quill@example.org"] = new(ExpectedResultKind.Match),
            ["tomas.brandt@example.net"] = new(ExpectedResultKind.Match),
            ["noor.elamin@example.org"] = new(ExpectedResultKind.Match),
            ["yuki.tanabe@example.net"] = new(ExpectedResultKind.Match),
            ["oskar.lindqvist@example.org"] = new(ExpectedResultKind.Match),
            ["priya.raman@example.org"] = new(ExpectedResultKind.Match),
            ["jean-luc.ferrand@example.net"] = new(ExpectedResultKind.Match),
            ["liam.okafor@example.net"] = new(ExpectedResultKind.Match, TimeSpan.FromMinutes(2)),
            ["greta.holm@example.org"] = new(ExpectedResultKind.Match, TimeSpan.FromMinutes(1)),
            ["bogdan.ilic@example.net"] = new(ExpectedResultKind.Match, TimeSpan.FromMinutes(1)),
            ["wendy.marsh@example.org"] = new(ExpectedResultKind.Failure),
        };
}
