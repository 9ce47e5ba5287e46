using System.Collections.Immutable;
using System.Text.Json;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What a merge remembers, so that it can be undone: the survivor before and after it, and the checks. The absorbed
/// customer's own row is kept as it was.
/// </summary>
internal sealed class MergeJournal
{
    /// <summary>The survivor's profile before the merge.</summary>
    public required CustomerProfile Into { get; init; }

    /// <summary>The survivor's profile as the merge left it.</summary>
    public required CustomerProfile Merged { get; init; }

    /// <summary>Whether the survivor was marked as suppressed before the merge.</summary>
    public required bool WasIntoMarked { get; init; }

    /// <summary>The checks of the absorbed customer before the merge.</summary>
    public required ImmutableArray<StoredCheck> FromChecks { get; init; }

    /// <summary>The checks of the survivor before the merge.</summary>
    public required ImmutableArray<StoredCheck> IntoChecks { get; init; }

    /// <summary>The checks as the merge left them.</summary>
    public required ImmutableArray<StoredCheck> MergedChecks { get; init; }

    /// <summary>The ids that the absorbed customer had absorbed.</summary>
    public required ImmutableArray<CustomerId> Aliases { get; init; }

    public static MergeJournal Of(MergePlan plan) =>
        new()
        {
            Into = plan.Into.Profile,
            Merged = plan.Profile,
            WasIntoMarked = plan.Into.IsMarked,
            FromChecks = plan.From.Checks,
            IntoChecks = plan.Into.Checks,
            MergedChecks = plan.Checks,
            Aliases = plan.From.Aliases,
        };

    /// <summary>The journal with other profiles of the same versions.</summary>
    public MergeJournal With(CustomerProfile into, CustomerProfile merged) =>
        new()
        {
            Into = into,
            Merged = merged,
            WasIntoMarked = WasIntoMarked,
            FromChecks = FromChecks,
            IntoChecks = IntoChecks,
            MergedChecks = MergedChecks,
            Aliases = Aliases,
        };

    public string Serialize() =>
        JsonSerializer.Serialize(
            new JournalDocument
            {
                Into = Written(Into),
                Merged = Written(Merged),
                WasIntoMarked = WasIntoMarked,
                FromChecks = [.. FromChecks.Select(check => Written(check))],
                IntoChecks = [.. IntoChecks.Select(check => Written(check))],
                MergedChecks = [.. MergedChecks.Select(check => Written(check))],
                Aliases = [.. Aliases.Select(alias => alias.Value)],
            },
            MergeJournalContext.Default.JournalDocument
        );

    /// <exception cref="FormatException">It is no such document.</exception>
    public static MergeJournal Deserialize(string text, TenantId tenant, CustomerId into)
    {
        JournalDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(text, MergeJournalContext.Default.JournalDocument);
        }
        // The fault of the reader repeats a part of the document, so it is not passed on.
        catch (JsonException)
        {
            document = null;
        }

        return document is null
            ? throw new FormatException(
                "The journal of a merge is damaged, or a later version of the library has written it."
            )
            : new MergeJournal
            {
                Into = ReadProfile(document.Into),
                Merged = ReadProfile(document.Merged),
                WasIntoMarked = document.WasIntoMarked,
                FromChecks = [.. document.FromChecks.Select(check => Read(check))],
                IntoChecks = [.. document.IntoChecks.Select(check => Read(check))],
                MergedChecks = [.. document.MergedChecks.Select(check => Read(check))],
                Aliases = [.. document.Aliases.Select(CustomerId.From)],
            };

        CustomerProfile ReadProfile(JournalProfile profile) =>
            ProfileSerializer.Deserialize(
                profile.Profile,
                tenant,
                into,
                profile.Version,
                TimeOf(profile.CreatedAt),
                TimeOf(profile.UpdatedAt)
            );
    }

    private static JournalProfile Written(CustomerProfile profile) =>
        new()
        {
            Version = profile.Version,
            CreatedAt = profile.CreatedAt.ToUnixTimeTicks(),
            UpdatedAt = profile.UpdatedAt.ToUnixTimeTicks(),
            Profile = ProfileSerializer.Serialize(profile),
        };

    private static JournalCheck Written(StoredCheck check) =>
        new()
        {
            Provider = check.State.Provider,
            LastCheckAt = check.State.LastCheckAt?.ToUnixTimeTicks(),
            LastOutcome = check.State.LastOutcome,
            RequestedAt = check.State.RequestedAt?.ToUnixTimeTicks(),
            IsPending = check.State.IsPending,
            LastFailureAt = check.State.LastFailureAt?.ToUnixTimeTicks(),
            LastFailure = check.State.LastFailure,
            LeaseId = check.LeaseId,
            LeasedUntil = check.LeasedUntil.ToUnixTimeTicks(),
            NotBefore = check.NotBefore.ToUnixTimeTicks(),
            Attempt = check.Attempt,
            IsWanted = check.IsWanted,
            SettingGeneration = check.SettingGeneration,
        };

    private static StoredCheck Read(JournalCheck check) =>
        new()
        {
            State = new CheckState
            {
                Provider = check.Provider,
                LastCheckAt = TimeOf(check.LastCheckAt),
                LastOutcome = check.LastOutcome,
                RequestedAt = TimeOf(check.RequestedAt),
                IsPending = check.IsPending,
                LastFailureAt = TimeOf(check.LastFailureAt),
                LastFailure = check.LastFailure,
            },
            LeaseId = check.LeaseId,
            LeasedUntil = TimeOf(check.LeasedUntil),
            NotBefore = TimeOf(check.NotBefore),
            Attempt = check.Attempt,
            IsWanted = check.IsWanted,
            SettingGeneration = check.SettingGeneration,
        };

    private static Instant TimeOf(long ticks) => Instant.FromUnixTimeTicks(ticks);

    private static Instant? TimeOf(long? ticks) => ticks is { } known ? TimeOf(known) : null;
}
