using CustomerProfiles.Stores;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Stores;

/// <summary>
/// What the store in memory does with erasures and redactions beyond the contract, which the conformance kit proves.
/// </summary>
public sealed class InMemoryErasingTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 1, 31, 10, 15);

    private readonly InMemoryCustomerProfileStore _store = new(new FakeTimeProvider());

    [Fact]
    public async Task The_id_of_an_erasure_is_not_taken_for_another_customer()
    {
        var (ada, ben) = (await CreateAsync("ada"), await CreateAsync("ben"));
        var erasure = Guid.CreateVersion7();
        await _store.EraseAsync(Erasure(ada, erasure), default);

        var again = async () => await _store.EraseAsync(Erasure(ben, erasure), default);
        await again.Should().ThrowAsync<ArgumentException>().WithMessage("*give each erasure an id of its own*");
        (await _store.GetAsync(default, ben.Id, default)).Should().NotBeNull("nothing of another customer was erased");
    }

    [Fact]
    public async Task Nobody_is_created_with_an_erased_id()
    {
        var ada = await CreateAsync("ada");
        await _store.EraseAsync(Erasure(ada, Guid.CreateVersion7()), default);

        var again = () => CreateAsync("ada", ada.Id);
        await again.Should().ThrowAsync<ArgumentException>().WithMessage("*create a customer with a new id*");
        (await _store.FindAsync(default, ada.Identities[0], default)).Should().BeNull();
    }

    [Fact]
    public async Task An_unmerge_that_was_planned_before_a_redaction_is_not_written()
    {
        var (ada, ben) = (await CreateAsync("ada"), await CreateAsync("ben"));
        var merge = MergeId.From(Guid.CreateVersion7());
        (await _store.MergeAsync(await PlanAsync(merge, ada, ben), default)).Should().BeTrue();
        var unmerge = await PlanAsync(merge, ada, ben);
        var redaction = new MergeRedaction
        {
            Tenant = default,
            Merge = merge,
            Read = "journal",
            Journal = "redacted",
            From = Profile(ada.Id, ada.Version, values: []),
        };
        (await _store.RedactMergeAsync(redaction, default)).Should().BeTrue();

        (await _store.UnmergeAsync(unmerge, default)).Should().BeFalse("it would write what was forgotten");
        (await _store.UnmergeAsync(await PlanAsync(merge, ada, ben), default)).Should().BeTrue("it was planned since");
    }

    private static ErasureWrite Erasure(CustomerProfile profile, Guid erasure) =>
        new()
        {
            Tenant = profile.Tenant,
            Id = profile.Id,
            Erasure = erasure,
            At = Now,
            By = "kim",
            IncludesAbsorbed = false,
            Version = profile.Version,
            IsSuppressed = false,
            Marks = [],
        };

    private static CustomerProfile Profile(
        CustomerId id,
        long version,
        System.Collections.Immutable.ImmutableArray<FieldValue> values,
        params Identity[] identities
    ) => new(default, id, version, Now, Now, [.. identities], values);

    private async Task<CustomerProfile> CreateAsync(string name, CustomerId? id = null)
    {
        var notes = new FieldValue(
            ProfileField.Notes,
            "",
            $"the notes of {name}",
            new Provenance(ProvenanceSource.Agent, "kim", Now)
        );
        var profile = Profile(id ?? CustomerId.New(Now), 1, [notes], TestHost.IdentityOf($"{name}@example.com"));
        await _store.CreateAsync(
            new NewCustomer
            {
                Profile = profile,
                Conversation = new ConversationRecord(name, default, Now),
                Checks = [],
            },
            default
        );
        return profile;
    }

    /// <summary>A merge, or undoing one, that leaves the values of both customers as they are.</summary>
    private async Task<MergeWrite> PlanAsync(MergeId merge, CustomerProfile from, CustomerProfile into)
    {
        var sides = await _store.GetSidesAsync(default, from.Id, into.Id, default);
        return new MergeWrite
        {
            Tenant = default,
            Merge = new MergeRecord
            {
                Id = merge,
                From = from.Id,
                Into = into.Id,
                At = Now,
                By = "kim",
            },
            Journal = "journal",
            From = Write(sides.From!, from.Identities[0]),
            Into = sides.From!.Absorbed is null
                ? Write(sides.Into!, into.Identities[0], from.Identities[0])
                : Write(sides.Into!, into.Identities[0]),
        };

        static MergeSideWrite Write(MergeSide side, params Identity[] identities) =>
            new()
            {
                State = side.State,
                Profile = Profile(side.Profile.Id, side.Profile.Version + 1, side.Profile.Values, identities),
                Checks = side.Checks,
                IsMarked = side.IsMarked,
                MarkedBy = side.MarkedBy,
                Change = null,
            };
    }
}
