namespace CustomerProfiles.Sample;

/// <summary>The mailbox inside this program: that of a bookshop.</summary>
internal static class BundledMailbox
{
    public const string Title = "Harbour Books: a support mailbox becomes customer profiles";

    public const string OwnDomain = "example.com";

    private const string Resource = "support.mbox";

    /// <summary>
    /// The customers whose sidebars are printed: a full match, one in another script, and one without a match.
    /// </summary>
    public static IReadOnlyList<string> ShownAddresses { get; } =
    ["maria.quill@example.org", "noor.elamin@example.org", "info@xn--bcher-kva.example.org"];

    public static Stream Open() =>
        typeof(BundledMailbox).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
}
