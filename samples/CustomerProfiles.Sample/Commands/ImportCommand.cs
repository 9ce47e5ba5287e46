using System.Diagnostics;
using CustomerProfiles.Sample.Mail;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>Imports a mailbox of any size.</summary>
internal sealed class ImportCommand(SampleSession session, IReport report)
{
    /// <returns>False when the file is not a mailbox.</returns>
    public async Task<bool> RunAsync(Stream mailbox, OwnAddresses own, CancellationToken cancellationToken)
    {
        if (!await session.IsEmptyAsync(cancellationToken))
        {
            report.Note(
                "The store holds profiles of an earlier run. The mailbox is imported at the current time. "
                    + "Conversations that are known already change nothing."
            );
            if (await session.ResumeAsync(latest: null, cancellationToken) is > 0 and var attempts)
            {
                report.Note($"Pending checks of an earlier run: {attempts} attempted now.");
            }
        }

        var now = TimeProvider.System.GetCurrentInstant();
        var import = new MailboxImport(session.Profiles, session.Checks, session.Clock, latest: now);
        var reader = new MboxReader(mailbox, own);
        var started = Stopwatch.GetTimestamp();
        await report.WithProgressAsync(
            "Importing",
            mailbox.CanSeek ? mailbox.Length : null,
            () => reader.BytesRead,
            () => import.RunAsync(reader, _ => { }, report.Skipped, cancellationToken)
        );
        report.Totals(import.Totals);
        report.Speed(
            import.Totals.Messages,
            Stopwatch.GetElapsedTime(started),
            Environment.WorkingSet,
            Process.GetCurrentProcess().PeakWorkingSet64
        );
        return import.Totals is not { Messages: 0, Skipped: > 0 };
    }
}
