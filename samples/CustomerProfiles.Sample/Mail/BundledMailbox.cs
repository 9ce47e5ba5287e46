namespace CustomerProfiles.Sample.Mail;

/// <summary>The mailbox that the sample brings along: that of a bookshop.</summary>
internal static class BundledMailbox
{
    public const string Title = "Harbour Books: a support mailbox becomes customer profiles";

    public const string OwnDomain = "example.com";

    private const string Resource = "support.mbox";

    /// <summary>
    /// Whose sidebars are drawn: a full match, one in another script, and one that the provider does not know.
    /// </summary>
    public static IReadOnlyList<string> Shown { get; } =
    ["maria.quill@example.org", "noor.elamin@example.org", "info@xn--bcher-kva.example.org"];

    public static Stream Open() =>
        typeof(BundledMailbox).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidOperationException($"The resource {Resource} is missing from the program.");

    /// <summary>Counts independently what a run should come to, with the simulator as provider.</summary>
    /// <param name="known">The addresses that have a profile already.</param>
    public static ExpectedTotals Count(IReadOnlyCollection<string> known)
    {
        using var mailbox = Open();
        return IndependentCount.Of(
            mailbox,
            ownAddresses: [],
            ownDomains: [OwnDomain],
            ExpectedResult.OfTheSimulator,
            known
        );
    }
}
