using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Writing the next version of a profile.</summary>
internal static class UpdatingCases
{
    private static readonly Case Case = new("updating");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "UpdateAsync writes the next version of a profile if the version before it is current.",
            The_next_version_is_written
        ),
        Case.Of(
            "UpdateAsync returns Stale with the current profile when another version is current, "
                + "and nothing is written.",
            A_newer_version_is_not_overwritten
        ),
        Case.Of("UpdateAsync returns NotFound when the tenant has no such customer.", An_unknown_customer_is_not_found),
        Case.Of(
            "Identities that the profile has given up are free, and new ones become its own.",
            Identities_move_with_the_profile
        ),
        Case.Of(
            "UpdateAsync returns IdentityTaken with identity and owner, and nothing is written.",
            An_identity_of_another_is_not_taken
        ),
        Case.Of("UpdateAsync writes the profile and nothing else.", Checks_conversations_and_mark_stay),
        Case.Of("A store keeps what it is given, also a profile without an identity.", The_last_identity_can_go),
    ];

    private static async Task The_next_version_is_written(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Someone(values: scene.Noted("first"))).ConfigureAwait(false);
        for (var i = 2; i <= 4; i++)
        {
            scene.Later();
            profile = await scene
                .UpdateAsync(scene.Next(profile, values: scene.Noted($"in version {i}")))
                .ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile),
                StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
                $"version {i}"
            );
        }
    }

    private static async Task A_newer_version_is_not_overwritten(Scene scene)
    {
        var first = await scene.CreateAsync().ConfigureAwait(false);
        var second = await scene.UpdateAsync(scene.Next(first, values: scene.Noted("second"))).ConfigureAwait(false);
        var third = await scene.UpdateAsync(scene.Next(second, values: scene.Noted("third"))).ConfigureAwait(false);
        var (kept, free) = (third.Identities[0], scene.NextEmail());
        foreach (
            var (standing, about) in new[]
            {
                (first, "two versions behind"),
                (second, "one version behind"),
                (scene.Next(third), "a version ahead"),
            }
        )
        {
            var result = await scene
                .Store.UpdateAsync(scene.Next(standing, [free], scene.Noted("lost")), change: null, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(StoredText.Of(new UpdateResult.Stale(third)), StoredText.Of(result), about);
            scene.Same(
                StoredText.Of(third),
                StoredText.Of((await scene.ReadAsync(third).ConfigureAwait(false)).Profile),
                $"{about}: the profile afterwards"
            );
            var owner = await scene.Store.FindAsync(scene.Tenant, kept, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                third.Id.ToString(),
                owner?.Profile.Id.ToString() ?? "nobody",
                $"{about}: who has the identity that the update would have freed"
            );
            scene.Same(
                null,
                await scene.Store.FindAsync(scene.Tenant, free, scene.Cancel).ConfigureAwait(false),
                $"{about}: who has the identity that it would have gained"
            );
        }
    }

    private static async Task An_unknown_customer_is_not_found(Scene scene)
    {
        await scene.CreateAsync().ConfigureAwait(false);
        var unknown = scene.Next(scene.Someone());
        scene.Same(
            nameof(UpdateResult.NotFound),
            StoredText.Of(await scene.Store.UpdateAsync(unknown, change: null, scene.Cancel).ConfigureAwait(false)),
            "an id that nobody has"
        );
        scene.Same(
            null,
            await scene.Store.GetAsync(scene.Tenant, unknown.Id, scene.Cancel).ConfigureAwait(false),
            "nothing was written"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.Tenant, unknown.Identities[0], scene.Cancel).ConfigureAwait(false),
            "no identity was taken"
        );
    }

    private static async Task Identities_move_with_the_profile(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var (a, b, c, d) = (profile.Identities[0], scene.NextEmail(), Identity.External(scene.Mark), scene.NextEmail());
        foreach (var wanted in new ImmutableArray<Identity>[] { [a, b], [b, a, c], [c, b], [d], [c, d, a, b], [a] })
        {
            profile = await scene.UpdateAsync(scene.Next(profile, wanted)).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(wanted),
                StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile.Identities),
                "the identities, in the order given"
            );
            foreach (var identity in new[] { a, b, c, d })
            {
                var found = await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false);
                scene.Same(
                    wanted.Contains(identity) ? profile.Id.ToString() : "nobody",
                    found?.Profile.Id.ToString() ?? "nobody",
                    $"who has {StoredText.Of(identity)}"
                );
            }
        }

        var other = await scene.CreateAsync().ConfigureAwait(false);
        await scene.UpdateAsync(scene.Next(other, other.Identities.Add(b))).ConfigureAwait(false);
        var owner = await scene.Store.FindAsync(scene.Tenant, b, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            other.Id.ToString(),
            owner?.Profile.Id.ToString() ?? "nobody",
            "who has an identity that one customer lost and another gained"
        );
    }

    private static async Task An_identity_of_another_is_not_taken(Scene scene)
    {
        var owner = await scene.CreateAsync().ConfigureAwait(false);
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var (kept, taken, free) = (profile.Identities[0], owner.Identities[0], scene.NextEmail());
        foreach (
            var wanted in new ImmutableArray<Identity>[] { [kept, taken], [taken], [free, taken], [kept, free, taken] }
        )
        {
            var result = await scene
                .Store.UpdateAsync(scene.Next(profile, wanted, scene.Noted("lost")), change: null, scene.Cancel)
                .ConfigureAwait(false);
            scene.Same(
                StoredText.Of(new UpdateResult.IdentityTaken(taken, owner.Id)),
                StoredText.Of(result),
                $"an update to the identities{StoredText.Of(wanted)}"
            );
            scene.Same(
                StoredText.Of(profile),
                StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
                "the profile afterwards"
            );
            scene.Same(
                StoredText.Of(owner),
                StoredText.Of((await scene.ReadAsync(owner).ConfigureAwait(false)).Profile),
                "the owner's profile afterwards"
            );
            scene.Same(
                null,
                await scene.Store.FindAsync(scene.Tenant, free, scene.Cancel).ConfigureAwait(false),
                "who has the identity that was free and wanted in the same update"
            );
            var found = await scene.Store.FindAsync(scene.Tenant, kept, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                profile.Id.ToString(),
                found?.Profile.Id.ToString() ?? "nobody",
                "who has the identity that the update would have freed"
            );
        }
    }

    private static async Task Checks_conversations_and_mark_stay(Scene scene)
    {
        var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        await scene.SwitchAsync(on: false, scene.OtherProvider).ConfigureAwait(false);
        var before = await scene.ReadAsync(profile).ConfigureAwait(false);
        scene.Later();
        profile = await scene
            .UpdateAsync(scene.Next(profile, profile.Identities.Add(scene.NextEmail()), scene.Noted("new")))
            .ConfigureAwait(false);
        scene.Same(
            before with
            {
                Profile = profile,
            },
            await scene.ReadAsync(profile).ConfigureAwait(false),
            "after an update"
        );
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(
            StoredText.Of(profile),
            StoredText.Of(claim.Profile),
            "the check that waited is claimed with the profile as it is now"
        );
    }

    private static async Task The_last_identity_can_go(Scene scene)
    {
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var identity = profile.Identities[0];
        profile = await scene.UpdateAsync(scene.Next(profile, identities: [])).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(profile),
            StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile),
            "a profile without identities"
        );
        scene.Same(
            null,
            await scene.Store.FindAsync(scene.Tenant, identity, scene.Cancel).ConfigureAwait(false),
            "who has the identity"
        );
        await scene.UpdateAsync(scene.Next(profile, [identity])).ConfigureAwait(false);
    }
}
