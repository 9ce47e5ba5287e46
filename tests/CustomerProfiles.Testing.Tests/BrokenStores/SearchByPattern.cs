using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Puts the search text into a LIKE without escaping.</summary>
internal sealed class SearchByPattern(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<ProfilePage> ListAsync(
        TenantId tenant,
        ProfileQuery query,
        CancellationToken cancellationToken
    )
    {
        var terms = ProfileSearch.TermsOf(query.Text);
        var all = await Inner.ListAsync(
            tenant,
            query with
            {
                Text = null,
                PageSize = ProfileQuery.MaxPageSize,
            },
            cancellationToken
        );
        ImmutableArray<CustomerProfile> found =
        [
            .. all.Profiles.Where(profile => terms.All(term => Like(ProfileSearch.TextOf(profile), term))),
        ];
        return found.Length <= query.PageSize
            ? new ProfilePage { Profiles = found }
            : new ProfilePage { Profiles = found[..query.PageSize], Next = found[query.PageSize - 1].Id };
    }

    private static bool Like(string text, string term) =>
        System.Text.RegularExpressions.Regex.IsMatch(
            text,
            string.Concat(
                term.Select(c =>
                    c switch
                    {
                        '%' => ".*",
                        '_' => ".",
                        _ => System.Text.RegularExpressions.Regex.Escape($"{c}"),
                    }
                )
            ),
            System.Text.RegularExpressions.RegexOptions.Singleline
        );
}
