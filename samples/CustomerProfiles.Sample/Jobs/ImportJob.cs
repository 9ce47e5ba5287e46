using System.Diagnostics;
using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Run;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample.Jobs;

/// <summary>Takes a mailbox of any size in.</summary>
internal sealed class ImportJob(SampleSession session, IReport report)
{
    /// <summary>Runs.</summary>
    /// <returns>Whether there was anything to read in it.</returns>
    public async Task<bool> RunAsync(Stream mailbox, OwnAddresses own, CancellationToken cancellationToken)
    {
        if (!await session.IsEmptyAsync(cancellationToken))
        {
            report.Note(
                "Profiles from an earlier run are there. The mailbox is taken in at the present: what was "
                    + "told before changes nothing."
            );
            if (await session.GoOnAsync(latest: null, cancellationToken) is > 0 and var attempts)
            {
                report.Note($"Checks that an earlier run had asked for and not ended: {attempts} attempted now.");
            }
        }

        var run = new MailboxRun(
            session.Profiles,
            session.Checks,
            session.Clock,
            TimeProvider.System.GetCurrentInstant()
        );
        var reader = new MboxReader(mailbox, own);
        var started = Stopwatch.GetTimestamp();
        await report.WithProgressAsync(
            "Importing",
            mailbox.CanSeek ? mailbox.Length : null,
            () => reader.BytesRead,
            () => run.RunAsync(reader, _ => { }, report.Skipped, cancellationToken)
        );
        report.Totals(run.Totals);
        report.Speed(
            run.Totals.Messages,
            Stopwatch.GetElapsedTime(started),
            Environment.WorkingSet,
            Process.GetCurrentProcess().PeakWorkingSet64
        );
        return run.Totals is not { Messages: 0, Unreadable: > 0 };
    }
}
