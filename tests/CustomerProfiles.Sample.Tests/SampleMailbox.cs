using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The mailbox inside the sample.</summary>
internal static class SampleMailbox
{
    public static readonly string[] OwnAddressList = ["support@example.com", "kim@example.com", "ravi@example.com"];

    public static readonly string[] OwnDomainList = ["example.com"];

    public static OwnAddresses Own { get; } = new(OwnAddressList, OwnDomainList);

    public static Stream Open() =>
        typeof(MboxReader).Assembly.GetManifestResourceStream("support.mbox")
        ?? throw new InvalidOperationException("The mailbox is not embedded.");

    public static byte[] Bytes()
    {
        using var mailbox = Open();
        var bytes = new byte[mailbox.Length];
        mailbox.ReadExactly(bytes);
        return bytes;
    }

    public static async Task<List<MailItem>> ReadAsync()
    {
        await using var mailbox = Open();
        return await new MboxReader(mailbox, Own).ReadAsync().ToListAsync();
    }
}
