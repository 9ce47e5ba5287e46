using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MimeKit;
using NodaTime;

namespace MailWorker;

/// <summary>Reads the *.eml files of a folder. Give a file this extension when it is complete.</summary>
internal sealed class FolderMailSource(MailOptions options, ILogger<FolderMailSource> logger) : IMailSource
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(options.Folder);

    public async IAsyncEnumerable<IncomingMail> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in _folder.GetFiles("*.eml").OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name))
        {
            MimeMessage message;
            try
            {
                message = await MimeMessage.LoadAsync(file.FullName, cancellationToken);
            }
            catch (FormatException)
            {
                logger.LogWarning("A file is not a mail message, and was moved to the folder failed.");
                MoveTo("failed", file.Name);
                continue;
            }

            yield return new IncomingMail(file.Name, Instant.FromDateTimeUtc(file.LastWriteTimeUtc), message);
        }
    }

    public void Acknowledge(IncomingMail mail) => MoveTo("done", mail.Name);

    private void MoveTo(string folder, string name) =>
        File.Move(
            Path.Combine(_folder.FullName, name),
            Path.Combine(_folder.CreateSubdirectory(folder).FullName, name),
            overwrite: true
        );
}
