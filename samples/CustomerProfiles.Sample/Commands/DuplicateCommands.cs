namespace CustomerProfiles.Sample;

/// <summary>Suggests customers who may be the same person, and remembers that they are not.</summary>
internal sealed class DuplicateCommands(SampleSession session, CustomerLookup customers, IReport report)
{
    private readonly IProfileMerging _merging = session.Profiles.Merging;

    /// <summary>Shows who may be the same person as a customer.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="not">A customer who is not the same person; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task ShowAsync(string customer, string? not, CancellationToken cancellationToken)
    {
        var profile = await customers.FindAsync(customer, cancellationToken);
        if (not is not null)
        {
            await MarkAsync(profile.Id, not, cancellationToken);
        }

        var suggestions = await _merging.FindDuplicatesAsync(profile.Id, cancellationToken);
        report.Duplicates(profile.Id, suggestions);
        report.Note(
            suggestions.IsEmpty
                ? "Nobody is suggested."
                : "Merge two with 'merge'; --not <id> says who is another person."
        );
    }

    private async Task MarkAsync(CustomerId customer, string not, CancellationToken cancellationToken)
    {
        var other = await customers.FindAsync(not, cancellationToken);
        if (other.Id == customer)
        {
            throw new BadInputException("--not is the customer themselves. Give another one.");
        }

        if (!await _merging.MarkNotDuplicatesAsync(customer, other.Id, CustomerCommands.Agent, cancellationToken))
        {
            throw CustomerLookup.NoSuchCustomer();
        }

        report.Note($"Remembered: {other.Id} is another person.");
    }
}
