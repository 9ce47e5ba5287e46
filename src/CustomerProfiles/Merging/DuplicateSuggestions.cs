using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Suggests duplicates: the store finds who shares a match key, and the weights of what two have in common decide the
/// order.
/// </summary>
internal sealed class DuplicateSuggestions(
    ICustomerProfileStore store,
    CustomersById customers,
    MatchKeys keys,
    IClock clock
)
{
    private const int MostSuggestions = 20;

    /// <summary>A key that more have, such as the number of a switchboard, says nothing about two of them.</summary>
    private const int MostPerKey = 20;

    private const int PageSize = 100;

    public async ValueTask<ImmutableArray<DuplicateSuggestion>> FindAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    )
    {
        var duplicates = Duplicates();
        ThrowIfOff();
        if (
            id == default
            || await customers.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is not { } customer
        )
        {
            return [];
        }

        var profile = customer.Profile;
        var own = keys.Read(profile);
        if (own.IsEmpty)
        {
            return [];
        }

        var found = await duplicates
            .FindByMatchKeysAsync(tenant, profile.Id, [.. own.Select(key => key.Hash)], MostPerKey, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. found
                .Select(other => SuggestionOf(own, other))
                .OfType<DuplicateSuggestion>()
                .OrderByDescending(suggestion => suggestion.Score)
                .ThenBy(suggestion => suggestion.Profile.Id.Value)
                .Take(MostSuggestions),
        ];
    }

    public async ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Actor by,
        CancellationToken cancellationToken
    ) =>
        one != default
        && other != default
        && await Duplicates()
            .MarkNotDuplicatesAsync(
                tenant,
                one,
                other,
                clock.GetCurrentInstant().ToMicroseconds(),
                by.Id,
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<int> IndexAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var duplicates = Duplicates();
        ThrowIfOff();
        var count = 0;
        CustomerId? last = null;
        while (true)
        {
            var page = await store
                .ListAsync(tenant, new ProfileQuery { After = last, PageSize = PageSize }, cancellationToken)
                .ConfigureAwait(false);
            await duplicates.WriteMatchKeysAsync(tenant, page.Profiles, cancellationToken).ConfigureAwait(false);
            count += page.Profiles.Length;
            if (page.Next is not { } next)
            {
                return count;
            }

            last = next;
        }
    }

    /// <summary>How much each reason says; a name counts only together with a company or a domain.</summary>
    private static int WeightOf(DuplicateReason reason) =>
        reason switch
        {
            DuplicateReason.EmailAddress => 60,
            DuplicateReason.SocialProfile => 60,
            DuplicateReason.PhoneNumber => 50,
            DuplicateReason.NameAndDomain => 50,
            DuplicateReason.NameAndCompany => 40,
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This reason has no weight."),
        };

    /// <summary>The suggestion of another customer; null when their profile has changed since its keys were
    /// read.</summary>
    private DuplicateSuggestion? SuggestionOf(
        ImmutableArray<(DuplicateReason Reason, long Hash)> own,
        CustomerProfile other
    )
    {
        var others = keys.Read(other).Select(key => key.Hash).ToHashSet();
        ImmutableArray<DuplicateReason> reasons =
        [
            .. own.Where(key => others.Contains(key.Hash)).Select(key => key.Reason).Distinct().Order(),
        ];
        return reasons.IsEmpty ? null : new DuplicateSuggestion(other, Math.Min(100, reasons.Sum(WeightOf)), reasons);
    }

    private void ThrowIfOff()
    {
        if (!keys.IsOn)
        {
            throw new InvalidOperationException(
                "Duplicates are not suggested. Set CustomerProfilesOptions.SuggestDuplicates, and call "
                    + "IndexDuplicatesAsync once when there are customers already."
            );
        }
    }

    private IDuplicateStore Duplicates() =>
        store as IDuplicateStore
        ?? throw new NotSupportedException(
            $"{store.GetType()} suggests no duplicates, because it does not implement {typeof(IDuplicateStore)}. "
                + "Implement it on the same class, or use a store that does."
        );
}
