using CustomerProfiles.Sample.Mail;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>
/// The main job: imports the bundled mailbox, prints the decisions and three sidebars, compares the totals with an
/// independent count, and plays a support case.
/// </summary>
internal sealed class MainJob(SampleSession session, SampleProvider provider, IReport report)
{
    /// <returns>Whether the totals agree and every step of the support case succeeded.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var isFirstRun = await session.IsEmptyAsync(cancellationToken);
        var count = MailboxCount.OfBundledMailbox(knownAddresses: []);
        var before = isFirstRun ? null : await ResumeAsync(count, cancellationToken);
        var callsBefore = provider.Simulator?.Calls ?? 0;

        var import = new MailboxImport(session.Profiles, session.Checks, session.Clock, latest: Instant.MaxValue);
        var messages = await ImportAsync(import, cancellationToken);
        await session.DeliverEventsAsync(cancellationToken);
        report.Totals(import.Totals);
        foreach (var address in BundledMailbox.ShownAddresses)
        {
            if (await import.GetSidebarAsync(address, cancellationToken) is { } view)
            {
                report.Sidebar(view);
            }
        }

        // The results of FullContact itself are not known in advance.
        var allWell = true;
        if (provider.Simulator is { } simulator)
        {
            allWell = report.Comparison(
                before is null
                    ? [.. TotalsComparison.OfFirstRun(count, import.Totals), CreatedEvents(count)]
                    : await CompareSecondRunAsync(
                        count,
                        before,
                        import.Totals,
                        messages,
                        simulator.Calls - callsBefore,
                        cancellationToken
                    )
            );
            if (isFirstRun)
            {
                var supportCase = new SupportCase(session, simulator, report);
                allWell &= await supportCase.RunAsync(cancellationToken);
            }
            else
            {
                report.Note("The support case runs in an empty store only. To see it again, use --fresh or --memory.");
            }
        }

        report.Verdict(allWell);
        return allWell;
    }

    private TotalsComparison CreatedEvents(MailboxCount count) =>
        new("events: created", count.Created, session.Events.Created);

    /// <summary>Continues where an earlier run stopped.</summary>
    /// <returns>The customers of the mailbox that the store holds.</returns>
    private async Task<KnownCustomers> ResumeAsync(MailboxCount count, CancellationToken cancellationToken)
    {
        var addresses = count.People.Keys.Concat(count.DeclinedAddresses).ToArray();
        var known = await KnownCustomers.FindAsync(session.Profiles, addresses, cancellationToken);
        report.Note(
            $"An earlier run left {known.CountOf(count)} of this mailbox's {count.People.Count} customers. "
                + "The mailbox is imported again, at the current time. Known conversations change nothing, and no "
                + "customer is looked up twice."
        );
        if (await session.ResumeAsync(known.Latest, cancellationToken) is > 0 and var attempts)
        {
            report.Note($"Pending checks of an earlier run: {attempts} attempted now.");
            known = await KnownCustomers.FindAsync(session.Profiles, addresses, cancellationToken);
        }

        return known;
    }

    private async Task<List<ImportedMessage>> ImportAsync(MailboxImport import, CancellationToken cancellationToken)
    {
        var messages = new List<ImportedMessage>();
        var skipped = new List<MailItem.Skipped>();
        await using var mailbox = BundledMailbox.Open();
        var reader = new MboxReader(mailbox, new OwnAddresses([], [BundledMailbox.OwnDomain]));
        await report.WithProgressAsync(
            "Reading the mailbox",
            mailbox.Length,
            () => reader.BytesRead,
            () => import.RunAsync(reader, messages.Add, skipped.Add, cancellationToken)
        );
        report.Decisions(messages, skipped);
        return messages;
    }

    private async Task<IReadOnlyList<TotalsComparison>> CompareSecondRunAsync(
        MailboxCount count,
        KnownCustomers before,
        ImportTotals totals,
        IReadOnlyList<ImportedMessage> messages,
        int providerCalls,
        CancellationToken cancellationToken
    )
    {
        var isDisabled = (await session.Profiles.GetProvidersAsync(cancellationToken)).All(one => !one.IsEnabled);
        if (isDisabled)
        {
            report.Note(
                "The provider is disabled, so no customer is looked up. To enable it, use the command 'enable'."
            );
        }
        else if (!before.IncludeAllOf(count))
        {
            report.Note($"The earlier run did not import the whole mailbox. Lookups for the rest: {providerCalls}.");
        }

        return new SecondRunComparison
        {
            Count = count,
            CountWithKnown = MailboxCount.OfBundledMailbox(before.Addresses),
            Before = before,
            After = await KnownCustomers.FindAsync(session.Profiles, count.People.Keys, cancellationToken),
            Totals = totals,
            Messages = messages,
            ProviderCalls = providerCalls,
            IsProviderDisabled = isDisabled,
        }.Figures();
    }
}
