using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>The calls of a sequence that merge, unmerge, or meet an absorbed customer.</summary>
internal sealed partial class ModelRun
{
    private readonly List<MergePlan> _merges = [];

    private async Task MergeAsync(IMergingStore store, CustomerProfile from, CustomerProfile into, string about)
    {
        if (from.Tenant != into.Tenant || from.Id == into.Id)
        {
            return;
        }

        var read = await store.GetSidesAsync(from.Tenant, from.Id, into.Id, Cancel).ConfigureAwait(false);
        var sides = Compared(from.Tenant, read, about);
        var plan = MergePlan.OfMerging(_model.Now, sides.From, sides.Into);
        plan.From.Change = Change(CustomerEventKind.MergedAway);
        plan.Into.Change = Change(CustomerEventKind.Merged);
        var isWritten = await store.MergeAsync(plan.Write(), Cancel).ConfigureAwait(false);
        _scene.Is(_model.Merge(plan), isWritten, about);
        if (isWritten)
        {
            _model.Write(from, CustomerEventKind.MergedAway);
            _model.Write(into, CustomerEventKind.Merged);
            _merges.Add(plan);
        }
    }

    private async Task UnmergeAsync(IMergingStore store, MergePlan merged, string about)
    {
        // Whoever was merged further is unmerged from there first; the contract leaves that to the caller.
        if (_model.Known(merged.Tenant, merged.Record.Into)!.Survivor is not null)
        {
            return;
        }

        var read = await store.GetMergeAsync(merged.Tenant, merged.Record.Id, Cancel).ConfigureAwait(false);
        var sides = Compared(merged.Tenant, read?.Sides ?? default, about);
        var plan = MergePlan.OfUnmerging(_model.Now, merged, sides.From, sides.Into);
        plan.From.Change = Change(CustomerEventKind.Unmerged);
        plan.Into.Change = Change(CustomerEventKind.Unmerged);
        var isWritten = await store.UnmergeAsync(plan.Write(), Cancel).ConfigureAwait(false);
        _scene.Is(_model.Unmerge(plan), isWritten, about);
        if (isWritten)
        {
            _model.Write(plan.From.Profile, CustomerEventKind.Unmerged);
            _model.Write(plan.Into.Profile, CustomerEventKind.Unmerged);
            _model.MakePair(plan.Tenant, plan.Record.From, plan.Record.Into);
        }
    }

    /// <summary>What a merge reads, compared with the model.</summary>
    private (MergeSide From, MergeSide Into) Compared(TenantId tenant, MergeSides sides, string about)
    {
        if (sides is not { From: { } from, Into: { } into })
        {
            throw _scene.Broken("both customers", "one or neither", about);
        }

        foreach (var side in (MergeSide[])[from, into])
        {
            var person = _model.Known(tenant, side.Profile.Id)!;
            _scene.Same(StoredText.Of(_model.Side(person, side)), StoredText.Of(side), $"what a merge reads; {about}");
        }

        return (from, into);
    }

    /// <summary>No call by the id of an absorbed customer finds them.</summary>
    private async Task CallOnAbsorbedAsync(CustomerProfile customer, string provider, string about)
    {
        var kept = _model.Known(customer.Tenant, customer.Id)!.Profile;
        var updated = await Store.UpdateAsync(Scene.Next(kept, _model.Now), change: null, Cancel).ConfigureAwait(false);
        _scene.Same(nameof(UpdateResult.NotFound), StoredText.Of(updated), $"updating an absorbed customer; {about}");
        var requested = await Store
            .RequestCheckAsync(customer.Tenant, customer.Id, provider, lastCheckAt: null, _model.Now, Cancel)
            .ConfigureAwait(false);
        _scene.Is(false, requested, $"a check of an absorbed customer; {about}");
        var suppressed = await Store
            .SetSuppressedAsync(customer.Tenant, customer.Id, suppressed: true, change: null, Cancel)
            .ConfigureAwait(false);
        _scene.Is(false, suppressed, $"suppressing an absorbed customer; {about}");
    }

    private async Task CompareAbsorbedAsync(string about)
    {
        foreach (var person in _model.Absorbed)
        {
            var (tenant, id) = (person.Profile.Tenant, person.Profile.Id);
            var found = await Store.GetAsync(tenant, id, Cancel).ConfigureAwait(false);
            _scene.Same("nobody", StoredText.Of(found), $"an absorbed customer; {about}");
            var alone = await Store.GetProfileAsync(tenant, id, Cancel).ConfigureAwait(false);
            _scene.Same("nobody", StoredText.Of(alone), $"the profile alone of an absorbed customer; {about}");
            var leads = await ((IMergingStore)Store).FindSurvivorAsync(tenant, id, Cancel).ConfigureAwait(false);
            _scene.Same($"{Model.AbsorbedInto(person)}", $"{leads}", $"where an absorbed id leads; {about}");
        }
    }

    /// <summary>Usually the claim as its runner finds it again when its customer was absorbed.</summary>
    private CheckClaim Follow(CheckClaim claim, int how) =>
        how != 0 && _model.Known(claim.Tenant, claim.CustomerId)?.Survivor is { } survivor
            ? claim with
            {
                Profile = survivor.Profile,
            }
            : claim;
}
