namespace MailWorker;

internal sealed class MailOptions
{
    /// <summary>The folder that other programs put messages into, as files with the extension .eml.</summary>
    public string Folder { get; set; } = "mail";

    /// <summary>Mail from this domain is composed by the help desk, not received.</summary>
    public string OwnDomain { get; set; } = "example.com";

    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);
}
