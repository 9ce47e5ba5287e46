namespace CustomerProfiles.Sample;

/// <summary>Finds the customer whom a command names, and shows them.</summary>
internal sealed class CustomerLookup(SampleSession session, IReport report)
{
    /// <summary>Finds a customer by id or address.</summary>
    /// <exception cref="BadInputException">There is no such customer.</exception>
    public async Task<CustomerProfile> FindAsync(string customer, CancellationToken cancellationToken) =>
        await FindOrNullAsync(customer, cancellationToken) ?? throw NoSuchCustomer();

    /// <summary>
    /// Finds a customer by id or address; an absorbed id leads to the customer who stays. It moves the clock to the
    /// profile's last change, because the mailbox's clock may have been ahead of the real one.
    /// </summary>
    /// <returns>The profile; null when there is no such customer.</returns>
    /// <exception cref="BadInputException">The text is neither an id nor an address.</exception>
    public async Task<CustomerProfile?> FindOrNullAsync(string customer, CancellationToken cancellationToken)
    {
        var isId = CustomerId.TryParse(customer, out var id);
        var profile =
            isId ? await session.Profiles.GetAsync(id, cancellationToken)
            : EmailAddress.TryParse(customer, out var address)
                ? await session.Profiles.FindAsync(Identity.Email(address), cancellationToken)
            : throw new BadInputException(
                "This is neither an e-mail address nor the id of a customer, as the list shows it."
            );
        if (profile is null)
        {
            return null;
        }

        session.Clock.MoveTo(profile.UpdatedAt);
        if (isId && profile.Id != id)
        {
            var merges = await session.Profiles.Merging.GetMergesAsync(profile.Id, cancellationToken);
            var merge = merges.FirstOrDefault(one => one.From == id);
            report.Note(
                merge is null
                    ? $"This customer was merged into {profile.Id}."
                    : $"This customer was merged into {profile.Id} on {DecisionText.Of(merge.At)}. To undo it: unmerge "
                        + merge.Id
            );
        }

        return profile;
    }

    /// <summary>
    /// Finds the id of a customer by address. An id stays as it is, so that one that was absorbed or erased is reported
    /// as such.
    /// </summary>
    /// <returns>The id; null when no customer has the address.</returns>
    /// <exception cref="BadInputException">The text is neither an id nor an address.</exception>
    public async Task<CustomerId?> FindIdAsync(string customer, CancellationToken cancellationToken) =>
        CustomerId.TryParse(customer, out var id) ? id : (await FindOrNullAsync(customer, cancellationToken))?.Id;

    public async Task ShowAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        if (await session.Profiles.GetSidebarAsync(customer, cancellationToken) is { } view)
        {
            report.Sidebar(view);
        }
    }

    /// <summary>Moves the clock to the last change of any profile, for a command that names no customer.</summary>
    public async Task MoveClockToLastChangeAsync(CancellationToken cancellationToken)
    {
        var newest = new ProfileSearchQuery { Order = ProfileOrder.LastChanged, PageSize = 1 };
        foreach (var profile in (await session.Profiles.SearchAsync(newest, cancellationToken)).Profiles)
        {
            session.Clock.MoveTo(profile.UpdatedAt);
        }
    }

    public static BadInputException NoSuchCustomer() => new("There is no such customer here.");
}
