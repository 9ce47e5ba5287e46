using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>The calls of a sequence that erase, or are about what erasures leave.</summary>
internal sealed partial class ModelRun
{
    private CustomerProfile? _lastErased;

    /// <summary>Erases as read, or as somebody who has read too early; on a condition or not.</summary>
    private async Task EraseAsync(IErasureStore store, CustomerProfile customer, ModelCall call, string about)
    {
        var profile = _model.Find(customer)?.Profile ?? customer;
        var isSuppressed = _model.Find(customer) is { } person && _model.Read(person).IsSuppressed;
        var kind = call.B == 1 ? ErasureMarkKind.DoNotLookUp : ErasureMarkKind.DoNotKeep;
        var write = new ErasureWrite
        {
            Tenant = profile.Tenant,
            Id = profile.Id,
            Erasure = Guid.CreateVersion7(),
            At = _model.Now,
            By = "kim",
            IncludesAbsorbed = call.C % 2 == 0,
            Version = profile.Version + (call.D == 2 ? 1 : 0),
            IsSuppressed = call.D == 1 ? !isSuppressed : isSuppressed,
            UnlessActiveSince = call.B == 3 ? _model.Now - Duration.FromMinutes(1) : null,
            Marks = call.B is 1 or 2 ? [.. profile.Identities.Select(identity => Mark(identity, kind))] : [],
            GuardSince = call.C >= 2 ? Scene.Start : null,
            GuardUntil = _model.Now + Duration.FromMinutes(3),
            Event = Event(CustomerEventKind.Erased),
        };
        var result = await store.EraseAsync(write, Cancel).ConfigureAwait(false);
        _scene.Same(StoredText.Of(_model.Erase(write, result)), StoredText.Of(result), about);
        if (result is not EraseResult.Erased { Receipt: var receipt })
        {
            return;
        }

        _lastErased = profile;
        foreach (var erased in _customers.Where(one => IsOf(one.Tenant, one.Id)))
        {
            _model.Write(erased, CustomerEventKind.Erased);
        }

        _customers.RemoveAll(one => IsOf(one.Tenant, one.Id));
        _merges.RemoveAll(merge => IsOf(merge.Tenant, merge.Record.From) || IsOf(merge.Tenant, merge.Record.Into));

        bool IsOf(TenantId tenant, CustomerId id) => tenant == write.Tenant && receipt.Customers.Contains(id);
    }

    /// <summary>Adds or removes a mark.</summary>
    private async Task ChangeMarkAsync(IErasureStore store, TenantId tenant, Identity identity, int how, string about)
    {
        if (how == 0)
        {
            var hash = ErasingStage.HashOf(identity);
            var wasThere = await store.RemoveMarksAsync(tenant, [hash], Cancel).ConfigureAwait(false);
            _scene.Is(_model.RemoveErasureMark(tenant, hash), wasThere, about);
        }
        else
        {
            var mark = Mark(identity, how == 1 ? ErasureMarkKind.DoNotKeep : ErasureMarkKind.DoNotLookUp);
            await store.AddMarksAsync(tenant, [mark], Cancel).ConfigureAwait(false);
            _model.AddErasureMark(tenant, mark);
        }
    }

    private async Task RemoveGuardsAsync(IErasureStore store, TenantId tenant, string about)
    {
        var removed = await store.RemoveGuardsAsync(tenant, _model.Now, Many, Cancel).ConfigureAwait(false);
        _scene.Same(_model.CountGuardsThatAreOver(tenant), removed, about);
        _model.RemoveGuardsThatAreOver(tenant);
    }

    private async Task CompareErasuresAsync(TenantId tenant, string about)
    {
        if (Store is IErasureStore erasures)
        {
            string[] hashes = [.. _identities.Select(ErasingStage.HashOf)];
            var found = await erasures.FindMarksAsync(tenant, [.. hashes], Cancel).ConfigureAwait(false);
            _scene.Same(
                Sorted(_model.ErasureMarks(tenant, hashes).Select(StoredText.Of)),
                Sorted(found.Select(StoredText.Of)),
                $"the marks of erasures; {about}"
            );
        }

        if (Store is IRetentionStore retention)
        {
            var read = await retention.GetRetainedAsync(tenant, null, Many, Cancel).ConfigureAwait(false);
            _scene.Same(
                string.Join(
                    '\n',
                    _model
                        .People.Where(person => person.Profile.Tenant == tenant)
                        .OrderBy(person => person.Profile.Id)
                        .Select(person => StoredText.Of(_model.Retained(person)))
                ),
                string.Join('\n', read.Select(StoredText.Of)),
                $"what a retention policy decides by; {about}"
            );
        }

        static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private ErasureMark Mark(Identity identity, ErasureMarkKind kind) =>
        new()
        {
            Hash = ErasingStage.HashOf(identity),
            KeyId = $"key-{_scene.Mark}",
            Kind = kind,
        };
}
