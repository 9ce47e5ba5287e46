using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : ISearchStore
{
    public async ValueTask<ProfileSearchPage> SearchAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    )
    {
        var searchable = await SearchableAsync(tenant, query, cancellationToken).ConfigureAwait(false);
        var criteria = ProfileSearch.Read(query, searchable);
        var found = await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Search.Page(criteria, sql.IsSearchIndexed),
                        sql.Search.Add(session.Parameters.Tenant(tenant), criteria, query.PageSize + 1),
                        reader =>
                            (
                                Step: (SearchStep)reader.GetInt32(0),
                                Name: StoredColumns.TextOrNull(reader, 1),
                                At: reader.IsDBNull(2) ? default(NodaTime.Instant?) : sql.Columns.ReadTime(reader, 2),
                                Profile: sql.Columns.ReadProfile(reader, tenant, from: 3)
                            ),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        var page = found.Length > query.PageSize ? found[..query.PageSize] : found;
        var last = found.Length > query.PageSize ? page[^1] : default;
        return new ProfileSearchPage
        {
            Profiles = [.. page.Select(row => row.Profile)],
            Next = last.Profile is null
                ? null
                : criteria.CursorOf(
                    new SearchPosition
                    {
                        Step = last.Step,
                        Name = last.Name,
                        At = last.At,
                        Id = last.Profile.Id,
                    }
                ),
        };
    }

    public async ValueTask<ProfileCount> CountAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var searchable = await SearchableAsync(tenant, query, cancellationToken).ConfigureAwait(false);
        var criteria = ProfileSearch.ReadForCount(query, searchable);
        var limit = most == int.MaxValue ? most : most + 1;
        var count = await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Search.Count(criteria, sql.IsSearchIndexed),
                        sql.Search.Add(session.Parameters.Tenant(tenant), criteria, limit),
                        reader => reader.GetInt64(0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new ProfileCount { Count = (int)Math.Min(count, most), IsMore = count > most };
    }
}
