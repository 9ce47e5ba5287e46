using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 18: with nothing in between, undoing a merge leaves both as before; what was changed stays.</summary>
public sealed class Rule18_UnmergingTests
{
    [Fact]
    public void With_nothing_in_between_both_are_as_before_but_for_the_version() =>
        Gen.Select(Gen.Int[0, RandomLife.Steps - 1].Array[0, 14], Gen.Int[0, RandomLife.Steps - 1].Array[0, 14])
            .Sample(
                (from, into) =>
                {
                    using var life = new RandomLife();
                    life.RunAsync(async () =>
                        {
                            await life.LiveAsync(life.From, from);
                            await life.LiveAsync(life.Into, into);
                            var before = (await StateAsync(life, life.From), await StateAsync(life, life.Into));
                            var merge = (await life.Host.MergedAsync(life.From, life.Into)).Merge;
                            var undone = await life.Host.UnmergedAsync(merge);
                            undone.Unsplit.Should().BeEmpty();
                            undone.NotReturned.Should().BeEmpty();
                            (await StateAsync(life, life.From)).Should().Be(before.Item1);
                            (await StateAsync(life, life.Into)).Should().Be(before.Item2);
                        })
                        .GetAwaiter()
                        .GetResult();
                },
                iter: 150
            );

    [Fact]
    public void Whatever_happens_in_between_no_identity_is_lost_and_no_check_is_paid_for_twice() =>
        Gen.Select(
                Gen.Int[0, RandomLife.Steps - 1].Array[0, 8],
                Gen.Int[0, RandomLife.Steps - 1].Array[0, 8],
                Gen.Int[0, RandomLife.Steps - 1].Array[1, 8]
            )
            .Sample(
                (from, into, between) =>
                {
                    using var life = new RandomLife();
                    life.RunAsync(async () =>
                        {
                            var host = life.Host;
                            await life.LiveAsync(life.From, from);
                            await life.LiveAsync(life.Into, into);
                            var merge = (await host.MergedAsync(life.From, life.Into)).Merge;
                            var checkedBefore = (await host.CheckOfAsync(life.Into))?.LastCheckAt;
                            await life.LiveAsync(life.Into, between);
                            var merged = await host.ReadAsync(life.Into);
                            var check = await host.CheckOfAsync(life.Into);
                            var undone = await host.UnmergedAsync(merge);

                            undone
                                .From.Identities.Concat(undone.Into.Identities)
                                .Should()
                                .BeEquivalentTo(merged.Identities);
                            foreach (var profile in new[] { undone.From, undone.Into })
                            {
                                foreach (var identity in profile.Identities)
                                {
                                    (await host.Profiles.FindAsync(identity))!.Id.Should().Be(profile.Id);
                                }

                                profile
                                    .Emails.Select(email => Identity.Email(email.Address))
                                    .Should()
                                    .BeSubsetOf(profile.Identities);
                                (await host.ReadAsync(profile.Id)).Content().Should().Be(profile.Content());
                                if (
                                    check?.LastCheckAt > checkedBefore
                                    || (check?.LastCheckAt is not null && checkedBefore is null)
                                )
                                {
                                    var own = (await host.CheckOfAsync(profile.Id))!;
                                    (own.LastCheckAt, own.IsPending).Should().Be((check!.LastCheckAt, false));
                                }
                            }

                            foreach (
                                var value in merged.Values.Where(value =>
                                    !value.IsCleared && value.Provenance.IsFromPerson
                                )
                            )
                            {
                                undone
                                    .From.Values.Concat(undone.Into.Values)
                                    .Should()
                                    .Contain(kept => Holds(kept, value), "nothing that a person typed is lost");
                            }
                        })
                        .GetAwaiter()
                        .GetResult();
                },
                iter: 150
            );

    [Fact]
    public async Task What_was_changed_since_stays_with_the_survivor_and_is_reported()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.NoMatch();
        var (ada, grace) = await BothAsync(host);
        await host.EditAsync(grace.Id, edit => (edit.Company, edit.JobTitle) = ("Navy", "Admiral"));
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(ada.Id, edit => (edit.Company, edit.Notes) = ("US Navy", "Added since."));

        var undone = await host.UnmergedAsync(merge);
        undone.Unsplit.Should().ContainSingle().Which.Field.Should().Be(ProfileField.Company);
        (undone.Into.Company, undone.Into.Notes, undone.Into.JobTitle).Should().Be(("US Navy", "Added since.", null));
        (undone.From.Company, undone.From.Notes, undone.From.JobTitle).Should().Be(("Navy", null, "Admiral"));
    }

    [Fact]
    public async Task What_a_person_cleared_since_returns_on_neither_side()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.EditAsync(
            grace.Id,
            edit =>
            {
                edit.Company = "Navy";
                edit.Websites.Add(new Uri("https://example.org/grace"));
            }
        );
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Company = null;
                edit.Websites.Clear();
            }
        );

        var undone = await host.UnmergedAsync(merge);
        undone.Into.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
        undone.From.Find(ProfileField.Company)!.IsCleared.Should().BeTrue("the absorbed gets the mark");
        undone.From.Websites.Should().BeEmpty();
        undone.Unsplit.Should().BeEmpty();
    }

    [Fact]
    public async Task An_identity_that_was_removed_since_does_not_return_and_is_reported()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.EditAsync(
            grace.Id,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("hopper@example.net")))
        );
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(ada.Id, edit => edit.Emails.Remove(edit.Profile.Emails[^1]));
        var other = await host.WriterAsync("hopper@example.net");

        var undone = await host.UnmergedAsync(merge);
        undone.NotReturned.Select(identity => identity.Value).Should().Equal("hopper@example.net");
        undone.From.Emails.Should().ContainSingle().Which.Address.Normalized.Should().Be("grace@example.org");
        (await host.Profiles.FindAsync(TestHost.IdentityOf("hopper@example.net")))!.Id.Should().Be(other.Id);
    }

    [Fact]
    public async Task An_entry_that_is_an_identity_goes_with_it_edited_or_not()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(
            ada.Id,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("grace@example.org"), "work"))
        );
        var undone = await host.UnmergedAsync(merge);
        undone.From.Emails.Should().ContainSingle().Which.Label.Should().Be("work");
        undone.Into.Emails.Should().ContainSingle().Which.Address.Normalized.Should().Be("ada@example.com");
    }

    [Fact]
    public async Task An_identity_that_was_added_since_stays_with_the_survivor()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(
            ada.Id,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("third@example.net")))
        );
        (await host.UnmergedAsync(merge)).Into.Emails.Should().HaveCount(2);
        (await host.ReceiveAsync("third@example.net")).Profile!.Id.Should().Be(ada.Id);
    }

    [Fact]
    public async Task A_check_that_was_completed_since_counts_for_both()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (await host.DrainAsync()).Should().Be(1);
        await host.UnmergedAsync(merge);
        (await host.DrainAsync()).Should().Be(0);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        (await host.DecideAsync(MergingSteps.Grace)).Reason.Should().Be(CheckReason.NotDueYet);
        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_check_that_was_requested_since_and_is_under_way_ends_because_it_is_about_both()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        host.PassTwoMonths();
        host.Provider.Next(new ProviderResult.CallbackExpected(NodaTime.Duration.FromHours(1)));
        (await host.DecideAsync()).Requested.Should().BeTrue();
        await host.DrainAsync();
        var callback = host.Provider.Questions.Last().Callback!;
        await host.UnmergedAsync(merge);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.NotExpected);
        (await host.CheckOfAsync(ada.Id))!.IsPending.Should().BeFalse();
        (await host.CheckOfAsync(grace.Id))!.IsPending.Should().BeFalse();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task A_mark_of_the_merge_goes_and_one_that_was_made_since_stays()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.Profiles.SuppressAsync(grace.Id, TestHost.Kim);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        await host.UnmergedAsync(merge);
        (await SuppressedAsync(host, ada.Id)).Should().BeTrue("her address was suppressed again");
        (await SuppressedAsync(host, grace.Id)).Should().BeTrue();
        await host.Profiles.UnsuppressAsync(TestHost.AdasAddress);
        (await SuppressedAsync(host, ada.Id)).Should().BeFalse("the merge alone had marked her otherwise");
    }

    [Fact]
    public async Task Who_was_unsuppressed_since_stays_so_on_both_sides()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.Profiles.SuppressAsync(grace.Id, TestHost.Kim);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.Profiles.UnsuppressAsync(ada.Id, TestHost.Kim);
        await host.UnmergedAsync(merge);
        (await SuppressedAsync(host, ada.Id)).Should().BeFalse();
        (await SuppressedAsync(host, grace.Id)).Should().BeFalse();
    }

    [Fact]
    public async Task Who_was_suppressed_since_stays_so_on_both_sides_with_identities_or_none()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var nameless = await host.CreatedAsync(new NewProfile { Notes = "Called on Monday." });
        var merge = (await host.MergedAsync(nameless.Id, ada.Id)).Merge;
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        await host.UnmergedAsync(merge);
        (await SuppressedAsync(host, ada.Id)).Should().BeTrue();
        (await SuppressedAsync(host, nameless.Id)).Should().BeTrue();
    }

    [Fact]
    public async Task A_result_that_was_to_be_dropped_since_the_merge_is_dropped_after_undoing_it()
    {
        await using var host = new TestHost();
        var (grace, callback) = await host.WaitingAsync(MergingSteps.Grace);
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        var merge = (await host.MergedAsync(grace, ada.Id)).Merge;
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        await host.Profiles.UnsuppressAsync(ada.Id, TestHost.Kim);
        await host.UnmergedAsync(merge);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(grace)).Location.Should().BeNull();
    }

    [Fact]
    public async Task A_merge_is_undone_after_those_that_followed_it()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var mary = await host.WriterAsync("Mary Shaw <mary@example.net>");
        var first = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var second = (await host.MergedAsync(ada.Id, mary.Id)).Merge;
        (await host.Profiles.Merging.UnmergeAsync(first, TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.Superseded>()
            .Which.Merge.Should()
            .Be(second);
        (await host.UnmergedAsync(second)).Into.Content().Should().Be(mary.Content());
        (await host.UnmergedAsync(first)).From.Content().Should().Be((await host.ReadAsync(grace.Id)).Content());
        (await host.ReadAsync(grace.Id)).Id.Should().Be(grace.Id);
    }

    [Fact]
    public async Task A_merge_that_has_lapsed_does_not_wait_for_a_later_one()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var mary = await host.WriterAsync("Mary Shaw <mary@example.net>");
        var first = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        host.Time.Advance(TimeSpan.FromDays(60));
        var second = (await host.MergedAsync(ada.Id, mary.Id)).Merge;
        host.Time.Advance(TimeSpan.FromDays(60));

        (await host.Profiles.Merging.UnmergeAsync(first, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.Lapsed>();
        await host.UnmergedAsync(second);
        (await host.ReadAsync(grace.Id)).Id.Should().Be(ada.Id);
    }

    [Fact]
    public async Task A_merge_is_undone_once_and_within_the_time_that_is_set()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        host.Time.Advance(TimeSpan.FromDays(90));
        await host.UnmergedAsync(merge);
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.AlreadyUnmerged>();

        var again = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        host.Time.Advance(TimeSpan.FromDays(90) + TimeSpan.FromMicroseconds(1));
        (await host.Profiles.Merging.UnmergeAsync(again, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.Lapsed>();
        (await host.ReadAsync(grace.Id)).Id.Should().Be(ada.Id, "the alias never lapses");
        (await host.Profiles.Merging.UnmergeAsync(MergeId.From(Guid.NewGuid()), TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.NotFound>();
        (await host.Profiles.Merging.UnmergeAsync(default, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.NotFound>();
        (await host.Profiles.ForTenant(new TenantId("other")).Merging.UnmergeAsync(again, TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.NotFound>();
    }

    [Fact]
    public async Task Undoing_is_in_the_history_of_both()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim, "case 8")).Code.Should().Be("unmerged");
        foreach (var id in new[] { ada.Id, grace.Id })
        {
            var entry = (await host.Profiles.History.GetAsync(id))!.Entries[0];
            (entry.Kind, entry.CaseReference, entry.By.By).Should().Be((HistoryKind.Unmerge, "case 8", "kim"));
        }

        (await host.Profiles.History.GetVersionAsync(grace.Id, grace.Version))!.Content().Should().Be(grace.Content());
    }

    [Fact]
    public async Task Undoing_is_planned_again_while_others_change_the_two()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var (edits, most) = (0, 3);
        store.Before = async call =>
        {
            if (call == nameof(IMergingStore.UnmergeAsync) && edits < most)
            {
                await host.EditAsync(ada.Id, edit => edit.Company = $"Engines {++edits}");
            }
        };
        (await host.UnmergedAsync(merge)).Into.Company.Should().Be("Engines 3");
        merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (edits, most) = (0, 100);
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.Busy>();
        edits.Should().Be(10);
    }

    [Fact]
    public void A_journal_is_read_as_it_was_written_and_a_damaged_one_is_refused_without_its_content()
    {
        var plan = MergePlanOf();
        var journal = MergeJournal.Of(plan);
        var read = MergeJournal.Deserialize(journal.Serialize(), default, plan.Into.Profile.Id);
        read.Into.Content().Should().Be(journal.Into.Content());
        read.Merged.Content().Should().Be(journal.Merged.Content());
        (read.Into.Version, read.Merged.Version).Should().Be((journal.Into.Version, journal.Merged.Version));
        read.FromChecks.Should().Equal(journal.FromChecks);
        read.IntoChecks.Should().Equal(journal.IntoChecks);
        read.MergedChecks.Should().Equal(journal.MergedChecks);
        read.Aliases.Should().Equal(journal.Aliases);
        FluentActions
            .Invoking(() => MergeJournal.Deserialize("{\"into\":\"ada@example.com\"}", default, plan.Into.Profile.Id))
            .Should()
            .Throw<FormatException>()
            .Which.Message.Should()
            .NotContain("ada");
    }

    /// <summary>The notes of both are one text while they are merged.</summary>
    private static bool Holds(FieldValue kept, FieldValue value) =>
        kept.Field.Equals(value.Field)
        && kept.Key == value.Key
        && (kept.HoldsSameAs(value) || kept.Field.Equals(ProfileField.Notes));

    private static MergePlan MergePlanOf()
    {
        var check = new StoredCheck
        {
            State = new CheckState
            {
                Provider = "one",
                LastCheckAt = TestHost.Start,
                LastOutcome = CheckOutcome.Matched,
                RequestedAt = TestHost.Start,
                IsPending = true,
                LastFailureAt = TestHost.Start,
                LastFailure = ProviderFailure.TimedOut,
            },
            LeaseId = Guid.NewGuid(),
            LeasedUntil = TestHost.Start,
            NotBefore = TestHost.Start,
            Attempt = 2,
            IsWanted = true,
            SettingGeneration = 7,
        };
        return MergePlan.Of(
            Side("grace@example.org", check),
            Side("ada@example.com"),
            [],
            Rule15Labels(),
            TestHost.Start
        );

        static FieldLabels Rule15Labels() => new(null, new PropertyDefinitions([], allowsUnknown: true));

        static MergeSide Side(string address, params StoredCheck[] checks) =>
            new()
            {
                Profile = new CustomerProfile(
                    default,
                    CustomerId.New(TestHost.Start),
                    3,
                    TestHost.Start,
                    TestHost.Start,
                    [TestHost.IdentityOf(address)],
                    [
                        FieldValue.Set(
                            ProfileField.Emails,
                            new ProfileEmail(EmailAddress.Parse(address)),
                            new Provenance(ProvenanceSource.Conversation, "c-1", TestHost.Start)
                        ),
                    ]
                ),
                Checks = [.. checks],
                IsMarked = false,
                MarkedBy = null,
                Marks = [],
                Aliases = [CustomerId.New(TestHost.Start)],
                Absorbed = null,
                State = "",
            };
    }

    /// <summary>Everything about a customer but the version and the time of the last change.</summary>
    private static async Task<string> StateAsync(RandomLife life, CustomerId id)
    {
        var stored = (await life.Host.Store.GetAsync(default, id, CancellationToken.None))!;
        var record = (await ((IExportStore)life.Host.Store).GetRecordAsync(default, id, CancellationToken.None))!;
        return string.Join(
            '\n',
            stored
                .Checks.OrderBy(check => check.Provider, StringComparer.Ordinal)
                .Select(check => check.ToString())
                .Prepend(stored.Profile.Content())
                .Append($"suppressed {stored.IsSuppressed} {record.IsMarked}")
                .Concat(record.MarkedIdentities.Select(identity => $"marked {identity.Value}"))
                .Concat(record.Conversations.Select(conversation => conversation.ToString()))
        );
    }

    private static async Task<bool> SuppressedAsync(TestHost host, CustomerId id) =>
        (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed;

    private static async Task<(CustomerProfile Ada, CustomerProfile Grace)> BothAsync(TestHost host)
    {
        await host.WriterAsync(TestHost.Ada);
        await host.WriterAsync(MergingSteps.Grace);
        await host.DrainAsync();
        return (
            (await host.Profiles.FindAsync(TestHost.AdasAddress))!,
            (await host.Profiles.FindAsync(TestHost.IdentityOf("grace@example.org")))!
        );
    }
}
