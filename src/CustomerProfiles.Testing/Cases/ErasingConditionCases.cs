using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Erasing only a customer who is as the caller read them.</summary>
internal static class ErasingConditionCases
{
    private const string AsRead =
        "Of a customer who is not as they were read, EraseAsync is Changed and writes nothing.";
    private const string Inactive =
        "With UnlessActiveSince EraseAsync is Changed for who has a later conversation or a pending check.";

    private static readonly Duration Tick = Duration.FromNanoseconds(1_000L);
    private static readonly Case Case = new("erasing");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(AsRead, Another_version_is_not_erased),
        Of(AsRead, Whoever_was_suppressed_meanwhile_is_not_erased),
        Of(AsRead, Whoever_was_unsuppressed_meanwhile_is_not_erased),
        Of(Inactive, Whoever_has_a_later_conversation_is_not_erased),
        Of(Inactive, A_redelivered_conversation_counts_at_its_first_time),
        OfMerging(Inactive, A_later_conversation_of_an_absorbed_customer_counts),
        Of(Inactive, Whoever_has_a_pending_check_is_not_erased),
        Of(Inactive, Whoever_never_had_a_conversation_is_erased),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => ErasingCases.Of(Case, rule, run, name);

    /// <summary>A case that a store without erasing or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<ErasingStage, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(rule, stage => stage.Merging is { } merging ? run(stage, merging) : Task.CompletedTask, name);

    private static async Task Another_version_is_not_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var next = scene.Next(ada, values: scene.Noted("edited"));
        await ChangedAsync(stage, stage.Write(next), ada, "a version that is not written yet").ConfigureAwait(false);
        await stage.UpdateAsync(next, scene.Store).ConfigureAwait(false);
        await ChangedAsync(stage, stage.Write(ada), ada, "the version before").ConfigureAwait(false);
        await stage.EraseAsync(stage.Write(next)).ConfigureAwait(false);
        await stage.GoneAsync("erased in its version", ada).ConfigureAwait(false);
    }

    private static async Task Whoever_was_suppressed_meanwhile_is_not_erased(ErasingStage stage)
    {
        foreach (var byIdentity in (bool[])[false, true])
        {
            var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
            await SuppressAsync(stage, ada, byIdentity, suppressed: true).ConfigureAwait(false);
            var about = $"suppressed meanwhile, by an identity: {byIdentity}";
            await ChangedAsync(stage, stage.Write(ada), ada, about).ConfigureAwait(false);
            await stage.EraseAsync(stage.Write(ada, isSuppressed: true)).ConfigureAwait(false);
            await stage.GoneAsync("erased as suppressed", ada).ConfigureAwait(false);
        }
    }

    private static async Task Whoever_was_unsuppressed_meanwhile_is_not_erased(ErasingStage stage)
    {
        foreach (var byIdentity in (bool[])[false, true])
        {
            var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
            await SuppressAsync(stage, ada, byIdentity, suppressed: true).ConfigureAwait(false);
            await SuppressAsync(stage, ada, byIdentity, suppressed: false).ConfigureAwait(false);
            var about = $"unsuppressed meanwhile, by an identity: {byIdentity}";
            await ChangedAsync(stage, stage.Write(ada, isSuppressed: true), ada, about).ConfigureAwait(false);
            await stage.EraseAsync(stage.Write(ada)).ConfigureAwait(false);
            await stage.GoneAsync("erased as not suppressed", ada).ConfigureAwait(false);
        }
    }

    private static async Task Whoever_has_a_later_conversation_is_not_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
        var last = await RecordAsync(stage, ada.Identities[1], scene.Later()).ConfigureAwait(false);

        // Recorded later, but of an earlier time.
        await RecordAsync(stage, ada.Identities[0], last - Duration.FromHours(1)).ConfigureAwait(false);
        scene.Later();
        await ChangedAsync(stage, stage.Write(ada, unlessActiveSince: Scene.Start), ada, "a minute later")
            .ConfigureAwait(false);
        await ChangedAsync(stage, stage.Write(ada, unlessActiveSince: last - Tick), ada, "a microsecond later")
            .ConfigureAwait(false);
        await stage.EraseAsync(stage.Write(ada, unlessActiveSince: last)).ConfigureAwait(false);
        await stage.GoneAsync("the last conversation was at that time", ada).ConfigureAwait(false);
    }

    private static async Task A_redelivered_conversation_counts_at_its_first_time(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var conversation = scene.Conversation();
        foreach (var at in (Instant[])[scene.Now, scene.Later()])
        {
            await scene
                .Store.RecordConversationAsync(
                    scene.Tenant,
                    ada.Identities[0],
                    conversation with
                    {
                        At = at,
                    },
                    scene.Cancel
                )
                .ConfigureAwait(false);
        }

        await stage.EraseAsync(stage.Write(ada, unlessActiveSince: Scene.Start)).ConfigureAwait(false);
        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
    }

    private static async Task A_later_conversation_of_an_absorbed_customer_counts(
        ErasingStage stage,
        MergingStage merging
    )
    {
        foreach (var isBeforeTheMerge in (bool[])[true, false])
        {
            var scene = stage.Scene;
            var ada = await stage.CreateAsync("ada").ConfigureAwait(false);
            var ben = await stage.CreateAsync("ben").ConfigureAwait(false);
            var since = scene.Now;
            var last = isBeforeTheMerge
                ? await RecordAsync(stage, ada.Identities[0], scene.Later()).ConfigureAwait(false)
                : default;
            await merging.MergeAsync(ada, ben).ConfigureAwait(false);
            last = isBeforeTheMerge
                ? last
                : await RecordAsync(stage, ada.Identities[0], scene.Later()).ConfigureAwait(false);
            var read = (await scene.ReadAsync(ben).ConfigureAwait(false)).Profile;
            await ChangedAsync(
                    stage,
                    stage.Write(read, includesAbsorbed: true, unlessActiveSince: since),
                    read,
                    $"a later conversation of the absorbed, before the merge: {isBeforeTheMerge}"
                )
                .ConfigureAwait(false);
            await stage
                .EraseAsync(stage.Write(read, includesAbsorbed: true, unlessActiveSince: last))
                .ConfigureAwait(false);
            await stage.GoneAsync("both are erased", ada, ben).ConfigureAwait(false);
        }
    }

    private static async Task Whoever_has_a_pending_check_is_not_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync("ada", scene.Provider).ConfigureAwait(false);
        var write = stage.Write(ada, unlessActiveSince: scene.Now);
        await ChangedAsync(stage, write, ada, "a check waits").ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await ChangedAsync(stage, write, ada, "a check is claimed").ConfigureAwait(false);
        await scene.ReleaseAsync(claim, scene.Now + Duration.FromHours(1)).ConfigureAwait(false);
        await ChangedAsync(stage, write, ada, "a check is delayed").ConfigureAwait(false);
        scene.Later(60);
        await scene.CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await stage.EraseAsync(write).ConfigureAwait(false);
        await stage.GoneAsync("the check has ended", ada).ConfigureAwait(false);

        // Without the condition a check keeps nobody.
        var ben = await stage.CreateAsync("ben", scene.Provider).ConfigureAwait(false);
        await stage.EraseAsync(stage.Write(ben)).ConfigureAwait(false);
        await stage.GoneAsync("erased with a check", ben).ConfigureAwait(false);
    }

    private static async Task Whoever_never_had_a_conversation_is_erased(ErasingStage stage)
    {
        var scene = stage.Scene;
        var ada = scene.Someone();
        scene.Same(
            StoredText.Of(new AddResult.Added()),
            await AddingCases.AddAsync(scene, scene.Tenant, ada).ConfigureAwait(false),
            "adding somebody without a conversation"
        );
        await stage
            .EraseAsync(stage.Write(ada, unlessActiveSince: Scene.Start - Duration.FromDays(9_999)))
            .ConfigureAwait(false);
        await stage.GoneAsync("erased", ada).ConfigureAwait(false);
    }

    /// <summary>Asserts that an erasure is refused, and keeps no receipt, no mark and no guard.</summary>
    private static async Task ChangedAsync(
        ErasingStage stage,
        ErasureWrite erasure,
        CustomerProfile profile,
        string about
    )
    {
        var scene = stage.Scene;
        var known = scene.Conversation();
        var lookup = await scene
            .Store.RecordConversationAsync(
                scene.Tenant,
                profile.Identities[0],
                known with
                {
                    At = Scene.Start - Duration.FromDays(1),
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Is(true, lookup?.IsNewConversation ?? false, "a conversation of an earlier time");
        var before = await stage.TellAsync(profile).ConfigureAwait(false);
        var write = new ErasureWrite
        {
            Tenant = erasure.Tenant,
            Id = erasure.Id,
            Erasure = erasure.Erasure,
            At = erasure.At,
            By = erasure.By,
            IncludesAbsorbed = erasure.IncludesAbsorbed,
            Version = erasure.Version,
            IsSuppressed = erasure.IsSuppressed,
            UnlessActiveSince = erasure.UnlessActiveSince,
            Marks = stage.Marks(profile, ErasureMarkKind.DoNotKeep),
            GuardSince = Scene.Start - Duration.FromDays(2),
            GuardUntil = scene.Now + Duration.FromDays(7),
        };
        await stage.RefusedAsync(new EraseResult.Changed(), write, about).ConfigureAwait(false);
        scene.Same(before, await stage.TellAsync(profile).ConfigureAwait(false), $"nothing is written; {about}");
        await stage.MarkedAsync(about, profile.Identities, []).ConfigureAwait(false);
        var somebody = await stage
            .CreateAsync(stage.Coming(scene.NextEmail(), known with { At = scene.Now }), $"not guarded; {about}")
            .ConfigureAwait(false);
        await stage.EraseAsync(somebody).ConfigureAwait(false);
    }

    private static async Task SuppressAsync(
        ErasingStage stage,
        CustomerProfile profile,
        bool byIdentity,
        bool suppressed
    )
    {
        if (byIdentity)
        {
            await stage.Scene.SuppressAsync(profile.Identities[1], suppressed).ConfigureAwait(false);
        }
        else
        {
            await stage.Scene.SuppressAsync(profile, suppressed).ConfigureAwait(false);
        }
    }

    /// <summary>Records a conversation of a time.</summary>
    /// <returns>The time.</returns>
    private static async Task<Instant> RecordAsync(ErasingStage stage, Identity identity, Instant at)
    {
        var scene = stage.Scene;
        await scene
            .Store.RecordConversationAsync(scene.Tenant, identity, scene.Conversation() with { At = at }, scene.Cancel)
            .ConfigureAwait(false);
        return at;
    }
}
