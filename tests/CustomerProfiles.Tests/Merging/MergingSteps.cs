namespace CustomerProfiles.Tests.Merging;

/// <summary>The steps that tests of merging share.</summary>
internal static class MergingSteps
{
    public const string Grace = "Grace Hopper <grace@example.org>";

    /// <summary>A merge that has to succeed.</summary>
    public static async Task<MergeOutcome.Merged> MergedAsync(
        this TestHost host,
        CustomerId from,
        CustomerId into,
        params MergeChoice[] choices
    ) => (
            await host.Profiles.Merging.MergeAsync(
                new MergeRequest
                {
                    From = from,
                    Into = into,
                    Choices = [.. choices],
                },
                TestHost.Kim
            )
        ).Should().BeOfType<MergeOutcome.Merged>().Subject;

    /// <summary>A merge that has to be undone.</summary>
    public static async Task<UnmergeOutcome.Unmerged> UnmergedAsync(this TestHost host, MergeId merge) =>
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.Unmerged>()
            .Subject;

    /// <summary>Somebody new who has written.</summary>
    public static async Task<CustomerProfile> WriterAsync(this TestHost host, string from) =>
        (await host.ReceiveAsync(from)).Should().BeOfType<ConversationOutcome.Created>().Subject.Profile;

    /// <summary>Somebody who was created by hand.</summary>
    public static async Task<CustomerProfile> CreatedAsync(this TestHost host, NewProfile profile) =>
        (await host.Profiles.CreateAsync(profile, TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.Created>()
            .Subject.Profile;

    /// <summary>Everything that a profile holds, to compare it with another version.</summary>
    public static string Content(this CustomerProfile profile) =>
        string.Join(
            '\n',
            profile
                .Identities.Select(identity => $"{identity.Kind} {identity.Value}")
                .Concat(
                    profile.Values.Select(value =>
                        $"{value.Field.Code} {value.Key} = {value.Text ?? "cleared"} by {value.Provenance.Source} "
                        + $"{value.Provenance.By} at {value.Provenance.ObservedAt}"
                    )
                )
                .Append($"created {profile.CreatedAt}")
        );
}
