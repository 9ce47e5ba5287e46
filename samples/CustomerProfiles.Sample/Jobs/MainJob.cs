using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Story;
using NodaTime;

namespace CustomerProfiles.Sample.Jobs;

/// <summary>Takes the bundled mailbox in, shows what came of it, and sees whether that is what it should be.</summary>
internal sealed class MainJob(SampleSession session, SampleProvider provider, IReport report)
{
    /// <summary>Runs.</summary>
    /// <returns>Whether all came out as it should.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var isFirst = await session.IsEmptyAsync(cancellationToken);
        var counted = BundledMailbox.Count(known: []);
        var before = isFirst ? null : await GoOnAsync(counted, cancellationToken);
        var calls = provider.Simulator?.Calls ?? 0;

        var run = new MailboxRun(session.Profiles, session.Checks, session.Clock, latest: Instant.MaxValue);
        var entries = await TakeInAsync(run, cancellationToken);
        report.Totals(run.Totals);
        foreach (var address in BundledMailbox.Shown)
        {
            await DrawAsync(address, cancellationToken);
        }

        var allWell = true;
        if (provider.Simulator is { } simulator)
        {
            var figures = before is null
                ? TotalsComparison.Of(run.Totals, counted)
                : await CompareAgainAsync(
                    counted,
                    before,
                    run.Totals,
                    entries,
                    requests: simulator.Calls - calls,
                    cancellationToken
                );
            allWell = report.Comparison(figures);
            if (isFirst)
            {
                allWell &= await new SupportCase(
                    session.Profiles,
                    session.Checks,
                    session.Clock,
                    simulator,
                    report
                ).PlayAsync(cancellationToken);
            }
            else
            {
                report.Note(
                    "The support case is played where nothing is kept yet. To see it again, say --fresh or --memory."
                );
            }
        }

        report.Verdict(allWell);
        return allWell;
    }

    /// <summary>Says what an earlier run left, and ends what it had begun.</summary>
    private async Task<HeldCustomers> GoOnAsync(ExpectedTotals counted, CancellationToken cancellationToken)
    {
        var addresses = counted.People.Keys.Concat(counted.DeclinedAddresses).ToArray();
        var held = await HeldCustomers.FindAsync(session.Profiles, addresses, cancellationToken);
        report.Note(
            $"An earlier run left {held.CountOf(counted)} of this mailbox's {counted.People.Count} "
                + $"customers. It is taken in again, at the present: "
                + "what was told before changes nothing, and nobody is asked about twice."
        );
        if (await session.GoOnAsync(held.Latest, cancellationToken) is > 0 and var attempts)
        {
            report.Note($"Checks that an earlier run had asked for and not ended: {attempts} attempted now.");
            held = await HeldCustomers.FindAsync(session.Profiles, addresses, cancellationToken);
        }

        return held;
    }

    private async Task<List<RunEntry>> TakeInAsync(MailboxRun run, CancellationToken cancellationToken)
    {
        var entries = new List<RunEntry>();
        var skipped = new List<MailItem.Unreadable>();
        await using var mailbox = BundledMailbox.Open();
        var reader = new MboxReader(mailbox, new OwnAddresses([], [BundledMailbox.OwnDomain]));
        await report.WithProgressAsync(
            "Reading the mailbox",
            mailbox.Length,
            () => reader.BytesRead,
            () => run.RunAsync(reader, entries.Add, skipped.Add, cancellationToken)
        );
        report.Decisions(entries, skipped);
        return entries;
    }

    private async Task DrawAsync(string address, CancellationToken cancellationToken)
    {
        var customer = await session.Profiles.FindAsync(Identity.Email(EmailAddress.Parse(address)), cancellationToken);
        if (customer is not null && await session.Profiles.GetSidebarAsync(customer.Id, cancellationToken) is { } view)
        {
            report.Sidebar(view);
        }
    }

    private async Task<IReadOnlyList<TotalsComparison>> CompareAgainAsync(
        ExpectedTotals counted,
        HeldCustomers before,
        RunTotals totals,
        IReadOnlyList<RunEntry> entries,
        int requests,
        CancellationToken cancellationToken
    )
    {
        var isOff = (await session.Profiles.GetProvidersAsync(cancellationToken)).All(one => !one.IsEnabled);
        if (isOff)
        {
            report.Note(
                "The provider is switched off, so nobody is asked about. The command 'switch on' switches it on."
            );
        }
        else if (!before.HaveAllOf(counted))
        {
            report.Note(
                $"The earlier run had not taken in the whole mailbox. Questions put to the provider for the "
                    + $"rest: {requests}."
            );
        }

        var after = await HeldCustomers.FindAsync(session.Profiles, counted.People.Keys, cancellationToken);
        return new SecondTelling(
            counted,
            BundledMailbox.Count(before.Addresses),
            before,
            after,
            totals,
            entries,
            requests,
            isOff
        ).Figures;
    }
}
