using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Imports customers from another system, some rows at a time: one read finds the customers of all of them, one write
/// adds those who are new. A row that loses a race, or that the store refuses, is imported alone.
/// </summary>
/// <remarks>
/// The next rows are read while a batch is written, but never while the caller handles results: between two results
/// nothing runs.
/// </remarks>
internal sealed class ProfileImport(
    ICustomerProfileStore store,
    CustomersById customers,
    ProfileWriter writer,
    ChangeRecorder changes,
    ImportRowReader reader,
    TenantTerms terms,
    ErasedPeople erased,
    IEditRules rules
)
{
    public async IAsyncEnumerable<ImportResult> ImportAsync(
        TenantId tenant,
        IAsyncEnumerable<ImportRow> rows,
        ImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var run = new Run(
            tenant,
            options,
            options.DryRun
                ? new DryRunTarget(tenant, store, customers, erased)
                : new StoreTarget(tenant, store, customers, writer, changes, erased)
        );
        var batch = new ImportBatch();
        var number = 0L;
        ExceptionDispatchInfo? failure = null;
        Task<ImportResult[]>? writing = null;
        var source = rows.GetAsyncEnumerator(cancellationToken);
        await using var disposal = source.ConfigureAwait(false);
        try
        {
            while (true)
            {
                PreparedRow prepared;
                try
                {
                    if (!await source.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }

                    var validation = (await terms.GetAsync(tenant, cancellationToken).ConfigureAwait(false)).Validation;
                    prepared = reader.Read(tenant, options, ++number, source.Current, validation);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // The rows before are written first.
                    failure = ExceptionDispatchInfo.Capture(exception);
                    break;
                }

                // Rows of the same customer are not written together: the later one finds what the earlier one wrote.
                var isFull = batch.Rows.Count == options.BatchSize || batch.Meets(prepared);
                if (writing is not null && (isFull || writing.IsCompleted))
                {
                    foreach (var result in await TakeAsync().ConfigureAwait(false))
                    {
                        yield return result;
                    }
                }

                if (isFull)
                {
                    writing = StartWriting(batch.Take());
                }

                batch.Add(prepared);
            }

            if (writing is not null)
            {
                foreach (var result in await TakeAsync().ConfigureAwait(false))
                {
                    yield return result;
                }
            }

            writing = StartWriting(batch.Take());
            foreach (var result in await TakeAsync().ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            // Cancelled while a row was read: what is being written ends first.
            if (writing is not null)
            {
                await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        failure?.Throw();

        // A store may write without giving its thread back.
        Task<ImportResult[]> StartWriting(ImmutableArray<PreparedRow> batch) =>
            Task.Run(() => ImportAsync(run, batch, cancellationToken).AsTask(), CancellationToken.None);

        Task<ImportResult[]> TakeAsync()
        {
            var taken = writing!;
            writing = null;
            return taken;
        }
    }

    private async ValueTask<ImportResult[]> ImportAsync(
        Run run,
        ImmutableArray<PreparedRow> rows,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new ImportOutcome?[rows.Length];
        var found = await FindAsync(run, rows, cancellationToken).ConfigureAwait(false);
        var created = new List<(int Place, CustomerProfile Profile)>();
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            if (row.Rejection is { } rejection)
            {
                outcomes[i] = rejection;
                continue;
            }

            var owners = await OwnersOfAsync(run, row, found, cancellationToken).ConfigureAwait(false);
            if (owners.Length == 0)
            {
                created.Add((i, Make(run, row)));
            }
            else
            {
                outcomes[i] = await WriteAsync(run, row, owners, cancellationToken).ConfigureAwait(false);
            }
        }

        await RefuseForbiddenAsync(run, created, outcomes, cancellationToken).ConfigureAwait(false);
        if (created.Count > 0)
        {
            await AddAsync(run, created, outcomes, cancellationToken).ConfigureAwait(false);
        }

        var results = new ImportResult[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            results[i] = rows[i]
                .ResultOf(outcomes[i] ?? await ImportAloneAsync(run, rows[i], cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>
    /// Takes those out of the new customers who are not to be kept. It comes after nobody was found to have their
    /// identities.
    /// </summary>
    private static async ValueTask RefuseForbiddenAsync(
        Run run,
        List<(int Place, CustomerProfile Profile)> created,
        ImportOutcome?[] outcomes,
        CancellationToken cancellationToken
    )
    {
        var forbidden = await run
            .Target.FindForbiddenAsync(created.SelectMany(one => one.Profile.Identities), cancellationToken)
            .ConfigureAwait(false);
        if (forbidden.IsEmpty)
        {
            return;
        }

        foreach (var (place, profile) in created)
        {
            ImmutableArray<Identity> theirs = [.. profile.Identities.Intersect(forbidden)];
            if (!theirs.IsEmpty)
            {
                outcomes[place] = new ImportOutcome.DoNotKeep(theirs);
            }
        }

        created.RemoveAll(one => outcomes[one.Place] is not null);
        await RefuseForbiddenAsync(run, created, outcomes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Imports one row, again after each lost race.</summary>
    private async ValueTask<ImportOutcome> ImportAloneAsync(
        Run run,
        PreparedRow row,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < ProfileWriter.MaxRaces; race++)
        {
            var found = await FindAsync(run, [row], cancellationToken).ConfigureAwait(false);
            var owners = await OwnersOfAsync(run, row, found, cancellationToken).ConfigureAwait(false);
            if (owners.Length > 0)
            {
                if (await WriteAsync(run, row, owners, cancellationToken).ConfigureAwait(false) is { } outcome)
                {
                    return outcome;
                }

                continue;
            }

            if (await AddAloneAsync(run, Make(run, row), cancellationToken).ConfigureAwait(false) is { } added)
            {
                return added;
            }
        }

        return new ImportOutcome.Failed(
            "Other writers changed the customer again and again. Import the row again.",
            exception: null
        );
    }

    /// <summary>
    /// Who has the identities of these rows; each customer by each of their identities.
    /// </summary>
    private static async ValueTask<Dictionary<Identity, CustomerProfile>> FindAsync(
        Run run,
        ImmutableArray<PreparedRow> rows,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<Identity> identities =
        [
            .. rows.Where(row => row.Rejection is null).SelectMany(row => row.Identities),
        ];
        var owners = new Dictionary<Identity, CustomerProfile>();
        if (!identities.IsEmpty)
        {
            foreach (var profile in await run.Target.FindAllAsync(identities, cancellationToken).ConfigureAwait(false))
            {
                foreach (var identity in profile.Identities)
                {
                    owners[identity] = profile;
                }
            }
        }

        return owners;
    }

    /// <summary>The customers whom the row is about: none when it is about a new one.</summary>
    private static async ValueTask<ImmutableArray<CustomerProfile>> OwnersOfAsync(
        Run run,
        PreparedRow row,
        Dictionary<Identity, CustomerProfile> found,
        CancellationToken cancellationToken
    )
    {
        var named = row.HasCustomerId
            ? await run.Target.GetAsync(row.Row.Profile.Id!.Value, cancellationToken).ConfigureAwait(false)
            : null;
        return
        [
            .. row
                .Identities.Select(identity => found.GetValueOrDefault(identity))
                .Append(named)
                .OfType<CustomerProfile>()
                .DistinctBy(profile => profile.Id)
                .OrderBy(profile => profile.Id),
        ];
    }

    private CustomerProfile Make(Run run, PreparedRow row)
    {
        var now = row.By.ObservedAt;
        var createdAt = row.Row.CreatedAt is { } given
            ? Instant.Max(NodaConstants.UnixEpoch, Instant.Min(given, now)).ToMicroseconds()
            : now;
        return new CustomerProfile(
            run.Tenant,
            row.HasCustomerId ? row.Row.Profile.Id!.Value : CustomerId.New(createdAt),
            1,
            createdAt,
            now,
            row.Identities,
            ClearedMarks.Collapse(row.Values, rules.Limits)
        );
    }

    /// <summary>Writes a row to its customer.</summary>
    /// <returns>The outcome; null when the customers of the row must be found again.</returns>
    private async ValueTask<ImportOutcome?> WriteAsync(
        Run run,
        PreparedRow row,
        ImmutableArray<CustomerProfile> owners,
        CancellationToken cancellationToken
    )
    {
        if (owners.Length > 1)
        {
            return new ImportOutcome.Ambiguous([.. owners.Select(owner => owner.Id)]);
        }

        CustomerProfile? before = null;
        ImportOutcome? rejection = null;
        var isLost = false;
        try
        {
            var result = await run.Target.UpdateAsync(owners[0], Next, row.By, cancellationToken).ConfigureAwait(false);
            return rejection
                ?? result.Status switch
                {
                    WriteStatus.Written => new ImportOutcome.Updated(
                        result.Profile.Id,
                        ImportMerge.ChangedFields(before!, result.Profile),
                        [.. result.Profile.Identities.Except(before!.Identities)]
                    ),
                    WriteStatus.DoNotKeep => new ImportOutcome.DoNotKeep(result.Forbidden),
                    WriteStatus.Unchanged when !isLost => new ImportOutcome.Unchanged(result.Profile.Id),
                    _ => null,
                };
        }
        catch (StoreDataException exception)
        {
            return Refused(exception);
        }

        CustomerProfile? Next(CustomerProfile current)
        {
            before = current;
            isLost = !row.IsAbout(current);
            if (isLost)
            {
                return null;
            }

            var set = ImportMerge.Values(current, row, run.Options.Replace);
            ImmutableArray<FieldError> tooMany =
            [
                .. row.Validation.TooMany(current, [.. set.Select(ImportRowReader.ChangeOf)]),
            ];
            rejection = tooMany.IsEmpty ? null : new ImportOutcome.Rejected(tooMany, idError: null);
            return tooMany.IsEmpty ? ImportMerge.Next(current, row, set, rules.Limits) : null;
        }
    }

    /// <summary>Adds new customers together; each alone when the store refuses one of them.</summary>
    private static async ValueTask AddAsync(
        Run run,
        List<(int Place, CustomerProfile Profile)> created,
        ImportOutcome?[] outcomes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var added = await run
                .Target.AddAsync(
                    [.. created.Select(one => one.Profile)],
                    run.ByAt(created[0].Profile.UpdatedAt),
                    cancellationToken
                )
                .ConfigureAwait(false);
            for (var i = 0; i < added.Length; i++)
            {
                var (place, profile) = created[i];
                outcomes[place] = added[i] is AddResult.Added ? new ImportOutcome.Created(profile.Id) : null;
            }
        }
        catch (StoreDataException)
        {
            foreach (var (place, profile) in created)
            {
                outcomes[place] = await AddAloneAsync(run, profile, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Adds a new customer.</summary>
    /// <returns>The outcome; null when the customers of the row must be found again.</returns>
    private static async ValueTask<ImportOutcome?> AddAloneAsync(
        Run run,
        CustomerProfile profile,
        CancellationToken cancellationToken
    )
    {
        var forbidden = await run
            .Target.FindForbiddenAsync(profile.Identities, cancellationToken)
            .ConfigureAwait(false);
        if (!forbidden.IsEmpty)
        {
            return new ImportOutcome.DoNotKeep(forbidden);
        }

        try
        {
            var added = await run
                .Target.AddAsync([profile], run.ByAt(profile.UpdatedAt), cancellationToken)
                .ConfigureAwait(false);

            return
                added[0] is AddResult.Added
                || (
                    added[0] is AddResult.IdTaken
                    && await IsAddedAsync(run, profile, cancellationToken).ConfigureAwait(false)
                )
                ? new ImportOutcome.Created(profile.Id)
                : null;
        }
        catch (StoreDataException exception)
        {
            return Refused(exception);
        }
    }

    /// <summary>Whether the profile was added before, together with others of which one was refused.</summary>
    private static async ValueTask<bool> IsAddedAsync(
        Run run,
        CustomerProfile profile,
        CancellationToken cancellationToken
    ) =>
        await run.Target.GetAsync(profile.Id, cancellationToken).ConfigureAwait(false) is { Version: 1 } held
        && string.Equals(
            ProfileSerializer.Serialize(held),
            ProfileSerializer.Serialize(profile),
            StringComparison.Ordinal
        );

    private static ImportOutcome.Failed Refused(StoreDataException exception) => new(exception.Message, exception);

    private sealed class Run(TenantId tenant, ImportOptions options, IImportTarget target)
    {
        public TenantId Tenant => tenant;

        public ImportOptions Options => options;

        public IImportTarget Target => target;

        /// <summary>Who creates the customers of this run: the system, not a row of it.</summary>
        public Provenance ByAt(Instant now) => Actor.Import(options.System).At(now);
    }
}
