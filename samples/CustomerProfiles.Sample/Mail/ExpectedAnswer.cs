namespace CustomerProfiles.Sample.Mail;

/// <summary>How the provider is known to answer about a person, for <see cref="IndependentCount"/>.</summary>
/// <param name="Kind">What comes of a check.</param>
/// <param name="FirstCheckTakes">
/// How long the person's first check takes, when the provider says "ask again later" before it answers. It is one check all the same.
/// </param>
public sealed record ExpectedAnswer(ExpectedAnswerKind Kind, TimeSpan FirstCheckTakes = default)
{
    /// <summary>The people whom the bundled simulator knows. Everybody else is a <see cref="ExpectedAnswerKind.NoMatch"/>.</summary>
    public static IReadOnlyDictionary<string, ExpectedAnswer> OfTheSimulator { get; } = new Dictionary<string, ExpectedAnswer>
    {
        ["maria.quill@example.org"] = new(ExpectedAnswerKind.Match),
        ["tomas.brandt@example.net"] = new(ExpectedAnswerKind.Match),
        ["noor.elamin@example.org"] = new(ExpectedAnswerKind.Match),
        ["yuki.tanabe@example.net"] = new(ExpectedAnswerKind.Match),
        ["oskar.lindqvist@example.org"] = new(ExpectedAnswerKind.Match),
        ["priya.raman@example.org"] = new(ExpectedAnswerKind.Match),
        ["jean-luc.ferrand@example.net"] = new(ExpectedAnswerKind.Match),
        ["liam.okafor@example.net"] = new(ExpectedAnswerKind.Match, TimeSpan.FromMinutes(2)),
        ["greta.holm@example.org"] = new(ExpectedAnswerKind.Match, TimeSpan.FromMinutes(1)),
        ["bogdan.ilic@example.net"] = new(ExpectedAnswerKind.Match, TimeSpan.FromMinutes(1)),
        ["wendy.marsh@example.org"] = new(ExpectedAnswerKind.Failure),
    };
}
