using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>Merges customers who are the same person, and takes merges back.</summary>
internal sealed class MergeCommands(SampleSession session, CustomerLookup customers, IReport report)
{
    private readonly IProfileMerging _merging = session.Profiles.Merging;

    /// <summary>Shows what merging two customers would make of them, and merges them once it is confirmed.</summary>
    /// <param name="from">The customer who is absorbed.</param>
    /// <param name="into">The customer who stays.</param>
    /// <param name="isConfirmed">Whether to merge them.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when they cannot be merged.</returns>
    public async Task<bool> MergeAsync(string from, string into, bool isConfirmed, CancellationToken cancellationToken)
    {
        var request = new MergeRequest
        {
            From = await customers.FindIdAsync(from, cancellationToken) ?? throw NoSuchCustomer(isFirst: true),
            Into = await customers.FindIdAsync(into, cancellationToken) ?? throw NoSuchCustomer(isFirst: false),
        };
        switch (await _merging.PreviewAsync(request, cancellationToken))
        {
            case MergePreviewOutcome.Planned { Preview: var preview }:
                report.MergePreview(preview);
                if (isConfirmed)
                {
                    return await MergeAsync(preview, cancellationToken);
                }

                report.Note("Nothing is merged yet. To merge them, add --yes.");
                return true;
            case MergePreviewOutcome.AlreadyMerged already:
                return ReportAlreadyMerged(already.Into, already.Merge);
            case MergePreviewOutcome.SameCustomer:
                throw new BadInputException("Both are the same customer. Give two different ones.");
            case MergePreviewOutcome.NotFound missing:
                throw NoSuchCustomer(isFirst: missing.Id == request.From);
            case var other:
                throw new InvalidOperationException($"Without a choice, a preview cannot end as {other}.");
        }
    }

    /// <summary>Takes a merge back.</summary>
    /// <returns>False when it cannot be undone.</returns>
    public async Task<bool> UnmergeAsync(string merge, CancellationToken cancellationToken)
    {
        if (!MergeId.TryParse(merge, out var id))
        {
            throw new BadInputException("This is not the id of a merge. The command 'merges' shows the ids.");
        }

        await customers.MoveClockToLastChangeAsync(cancellationToken);
        switch (await _merging.UnmergeAsync(id, CustomerCommands.Agent, cancellationToken: cancellationToken))
        {
            case UnmergeOutcome.Unmerged undone:
                report.Unmerged(undone);
                await customers.ShowAsync(undone.Into.Id, cancellationToken);
                await customers.ShowAsync(undone.From.Id, cancellationToken);
                return true;
            case UnmergeOutcome.Superseded later:
                report.Note(
                    "Not undone: the merged customer was merged again since. First undo that merge: unmerge "
                        + later.Merge
                );
                return false;
            case UnmergeOutcome.Lapsed:
                report.Note("Not undone: the merge is too old. What undoing it needs is kept for a limited time only.");
                return false;
            case UnmergeOutcome.AlreadyUnmerged:
                report.Note("Not undone: the merge is undone already.");
                return false;
            case UnmergeOutcome.Busy:
                report.Note("Not undone: others changed one of the two at the same time. Run the command again.");
                return false;
            default:
                throw new BadInputException("There is no such merge here. The command 'merges' shows the ids.");
        }
    }

    /// <summary>Lists the merges into a customer.</summary>
    public async Task ListAsync(string customer, CancellationToken cancellationToken)
    {
        var profile = await customers.FindAsync(customer, cancellationToken);
        var merges = await _merging.GetMergesAsync(profile.Id, cancellationToken);
        report.Merges(profile.Id, merges);
        report.Note(merges.IsEmpty ? "Nobody was merged into this customer." : $"{merges.Length} in all.");
    }

    /// <summary>Merges two customers as a preview has shown it.</summary>
    private async Task<bool> MergeAsync(MergePreview preview, CancellationToken cancellationToken)
    {
        // The mailbox's clock may have been ahead of the real one.
        session.Clock.MoveTo(Instant.Max(preview.From.UpdatedAt, preview.Into.UpdatedAt));
        var request = new MergeRequest
        {
            From = preview.From.Id,
            Into = preview.Into.Id,
            Versions = preview.Versions,
        };
        switch (await _merging.MergeAsync(request, CustomerCommands.Agent, cancellationToken))
        {
            case MergeOutcome.Merged merged:
                report.Merged(merged.Merge);
                await customers.ShowAsync(merged.Profile.Id, cancellationToken);
                return true;
            case MergeOutcome.Changed or MergeOutcome.Busy:
                report.Note("Not merged: others changed one of the two at the same time. Run the command again.");
                return false;
            case MergeOutcome.AlreadyMerged already:
                return ReportAlreadyMerged(already.Into, already.Merge);
            case MergeOutcome.NotFound missing:
                throw NoSuchCustomer(isFirst: missing.Id == request.From);
            case var other:
                throw new InvalidOperationException($"After its preview, a merge cannot end as {other}.");
        }
    }

    /// <returns>False: nothing is merged.</returns>
    private bool ReportAlreadyMerged(CustomerId into, MergeId merge)
    {
        report.Note($"Not merged: the first customer was merged into {into} already. To undo that: unmerge {merge}");
        return false;
    }

    private static BadInputException NoSuchCustomer(bool isFirst) =>
        new($"There is no such customer here: the {(isFirst ? "first" : "second")} one.");
}
