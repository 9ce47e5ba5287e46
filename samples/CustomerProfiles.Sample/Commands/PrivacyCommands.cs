namespace CustomerProfiles.Sample;

/// <summary>Erases a customer, or those who have been inactive for long.</summary>
internal sealed class PrivacyCommands(SampleSession session, CustomerLookup customers, IReport report)
{
    private readonly IProfilePrivacy _privacy = session.Profiles.Privacy;

    /// <summary>Erases a customer.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when they are not erased now.</returns>
    public async Task<bool> EraseAsync(string customer, ErasureOptions options, CancellationToken cancellationToken)
    {
        var id = await customers.FindIdAsync(customer, cancellationToken) ?? throw CustomerLookup.NoSuchCustomer();
        await customers.MoveClockToLastChangeAsync(cancellationToken);
        switch (await _privacy.EraseAsync(id, CustomerCommands.Agent, options, cancellationToken))
        {
            case EraseOutcome.Erased { Receipt: var receipt }:
                report.Receipt(receipt);
                report.Note(
                    "Erased for good. Keep the receipt apart from the database, and apply it again after a backup was "
                        + "restored."
                );
                if (receipt.Marks.IsEmpty)
                {
                    report.Note(
                        "Nothing is kept of the addresses, so an import or a new message makes a new customer of the "
                            + "same person. Erasing with --do-not-keep prevents that."
                    );
                }

                return true;
            case EraseOutcome.AlreadyErased { Receipt: var receipt }:
                report.Receipt(receipt);
                report.Note("Not erased: this customer was erased before. The receipt is that of then.");
                return false;
            case EraseOutcome.HasMerges { Merges: var merges }:
                report.Note(
                    "Not erased: somebody else may have been merged into this customer. Undo that "
                        + $"({string.Join(", ", merges.Select(merge => $"unmerge {merge}"))}), or erase them too with "
                        + "--include-absorbed."
                );
                return false;
            case EraseOutcome.MergedInto merged:
                report.Note(
                    $"Not erased: this customer was merged into {merged.Into}. Erase that one, or first undo the "
                        + $"merge: unmerge {merged.Merge}"
                );
                return false;
            case EraseOutcome.NeedsKey:
                throw new BadInputException(
                    "Not erased: what is kept of the addresses is hashed, because the customer is suppressed or an "
                        + $"option says so, and there is no key. {ErasureKeyVariable.Advice} To keep nothing of the "
                        + "addresses, use --forget."
                );
            case EraseOutcome.Busy:
                report.Note("Not erased: others changed this customer at the same time. Run the command again.");
                return false;
            default:
                throw CustomerLookup.NoSuchCustomer();
        }
    }

    /// <summary>Removes what is older than it is kept, or only says who would be erased.</summary>
    /// <param name="isDryRun">Whether nothing is removed.</param>
    /// <param name="erases">Whether customers have an age at which they are erased.</param>
    /// <param name="cancellationToken">Cancels the call. What was removed stays removed.</param>
    /// <returns>False when somebody who is to be erased was not.</returns>
    public async Task<bool> RetainAsync(bool isDryRun, bool erases, CancellationToken cancellationToken)
    {
        await customers.MoveClockToLastChangeAsync(cancellationToken);
        var result = await _privacy.ApplyRetentionAsync(
            CustomerCommands.Agent,
            new RetentionOptions { IsDryRun = isDryRun },
            cancellationToken
        );
        report.Retention(result, isDryRun);
        if (!erases)
        {
            report.Note("Nobody is erased by age. To erase who is inactive for longer, use --older-than, such as 2y.");
        }
        else if (!result.IsComplete)
        {
            report.Note($"Stopped after {result.Erased.Length:N0} customers; there may be more.");
        }

        if (isDryRun)
        {
            report.Note("Nothing is removed yet. To remove it, run the command without --dry-run.");
        }

        if (!result.Kept.IsEmpty)
        {
            report.Note(
                "Some stay although their time is over: a merge into them can still be undone, or they are suppressed "
                    + $"and there is no key. {ErasureKeyVariable.Advice}"
            );
        }

        return result.Kept.IsEmpty;
    }
}
