using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 15: what a merge makes of everything that two customers hold.</summary>
public sealed class Rule15_WhatBecomesOfWhatTests
{
    private static readonly FieldLabels Labels = new(null, new PropertyDefinitions([], allowsUnknown: true));

    public static TheoryData<ProvenanceSource, bool, ProvenanceSource, bool, MergeSource> BothHoldIt
    {
        get
        {
            var data = new TheoryData<ProvenanceSource, bool, ProvenanceSource, bool, MergeSource>();
            ProvenanceSource[] byPrecedence =
            [
                ProvenanceSource.Agent,
                ProvenanceSource.Import,
                ProvenanceSource.Conversation,
                ProvenanceSource.Provider,
            ];
            for (var from = 0; from < 4; from++)
            {
                for (var into = 0; into < 4; into++)
                {
                    data.Add(
                        byPrecedence[from],
                        false,
                        byPrecedence[into],
                        false,
                        from < into ? MergeSource.From : MergeSource.Into
                    );
                }
            }

            // A person's value before a person's mark, whoever of the two persons it was.
            data.Add(ProvenanceSource.Import, false, ProvenanceSource.Agent, true, MergeSource.From);
            data.Add(ProvenanceSource.Agent, false, ProvenanceSource.Agent, true, MergeSource.From);
            data.Add(ProvenanceSource.Agent, true, ProvenanceSource.Import, false, MergeSource.Into);
            data.Add(ProvenanceSource.Agent, true, ProvenanceSource.Agent, false, MergeSource.Into);

            // What one agent cleared, no conversation and no provider refills.
            data.Add(ProvenanceSource.Provider, false, ProvenanceSource.Agent, true, MergeSource.Into);
            data.Add(ProvenanceSource.Conversation, false, ProvenanceSource.Agent, true, MergeSource.Into);
            data.Add(ProvenanceSource.Agent, true, ProvenanceSource.Provider, false, MergeSource.From);
            data.Add(ProvenanceSource.Agent, true, ProvenanceSource.Agent, true, MergeSource.Into);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BothHoldIt))]
    public void An_entry_that_both_hold_is_kept_by_precedence(
        ProvenanceSource from,
        bool isFromCleared,
        ProvenanceSource into,
        bool isIntoCleared,
        MergeSource kept
    )
    {
        var one = Profile([], Company(from, isFromCleared ? null : "Navy"));
        var other = Profile([], Company(into, isIntoCleared ? null : "Engines"));
        var entry = MergedValues.Of(one, other, [], Labels).Should().ContainSingle().Subject;
        entry.Kept.Should().Be(kept);
        entry
            .Result.Should()
            .BeSameAs(kept == MergeSource.From ? one.Values[0] : other.Values[0], "each value keeps its provenance");
        (entry.From, entry.Into).Should().Be((one.Values[0], other.Values[0]));

        static FieldValue Company(ProvenanceSource source, string? value) =>
            new(ProfileField.Company, "", value, By(source));
    }

    [Fact]
    public void An_entry_that_one_holds_stays_and_so_does_a_mark()
    {
        var from = Profile([], Value(ProfileField.Company, "Navy"), Cleared(ProfileField.Photo));
        var into = Profile([], Value(ProfileField.JobTitle, "Analyst"), Cleared(ProfileField.Address));
        Results(from, into).Should().Equal(into.Values[0], into.Values[1], from.Values[0], from.Values[1]);
    }

    [Fact]
    public void Notes_of_both_stay_the_survivors_first()
    {
        var from = Profile([], Value(ProfileField.Notes, "Prefers the phone."));
        var later = By(ProvenanceSource.Import) with { ObservedAt = TestHost.Start + Duration.FromDays(1) };
        var into = Profile([], new FieldValue(ProfileField.Notes, "", "Pays late.", later));
        var entry = MergedValues.Of(from, into, [], Labels).Single();
        entry.Kept.Should().Be(MergeSource.Both);
        entry.Result!.Value.Should().Be("Pays late.\n\nPrefers the phone.");
        entry.Result.Provenance.Should().Be(later);

        Results(from, from)
            .Should()
            .ContainSingle()
            .Which.Value.Should()
            .Be("Prefers the phone.", "the same text stands once");
        var cleared = Profile([], Cleared(ProfileField.Notes));
        Results(from, cleared).Single().Value.Should().Be("Prefers the phone.");
        Results(cleared, from).Single().Value.Should().Be("Prefers the phone.");
    }

    [Fact]
    public void Lists_are_united_by_key_in_the_survivors_order_with_the_survivors_labels()
    {
        var from = Profile([], Phone("+44 20 7946 0001", "home"), Phone("+44 20 7946 0002", null));
        var into = Profile([], Phone("+44 20 7946 0003", null), Phone("+44 20 7946 0001", "work"));
        Results(from, into).Should().Equal(into.Values[0], into.Values[1], from.Values[1]);
    }

    [Fact]
    public void A_list_that_somebody_cleared_keeps_what_people_put_in_and_drops_what_providers_did()
    {
        var from = Profile(
            [],
            Site("https://example.org/provider", ProvenanceSource.Provider),
            Site("https://example.org/agent", ProvenanceSource.Agent),
            Value(ProfileField.Location, "London", ProvenanceSource.Provider)
        );
        var into = Profile([], FieldValue.Cleared(ProfileField.Websites, "", By(ProvenanceSource.Agent)));
        Results(from, into).Should().Equal(into.Values[0], from.Values[1], from.Values[2]);
        Results(into, from).Should().Equal(from.Values[1], from.Values[2], into.Values[0]);
        MergedValues
            .Of(from, into, [], Labels)
            .Single(entry => entry.Result is null)
            .Kept.Should()
            .Be(MergeSource.Into);
    }

    [Fact]
    public void An_entry_that_is_an_identity_beats_every_mark()
    {
        var address = TestHost.IdentityOf("ada@example.com");
        var from = Profile([address], Email("ada@example.com", ProvenanceSource.Conversation));
        var into = Profile([], FieldValue.Cleared(ProfileField.Emails, "ada@example.com", By(ProvenanceSource.Agent)));
        Results(from, into).Should().Equal(from.Values);
        Results(into, from).Should().Equal(from.Values);
        var provided = Profile([address], Email("ada@example.com", ProvenanceSource.Provider));
        var list = Profile([], FieldValue.Cleared(ProfileField.Emails, "", By(ProvenanceSource.Agent)));
        Results(provided, list).Should().Equal(list.Values[0], provided.Values[0]);
    }

    [Fact]
    public async Task Sizes_never_refuse_a_merge_and_later_edits_do_not_lengthen_what_is_over_the_limit()
    {
        await using var host = new TestHost(options =>
            options.Limits = EditLimits.Default with { Entries = 2, Notes = 20 }
        );
        var ada = await host.CreatedAsync(With("a", "Twelve chars"));
        var grace = await host.CreatedAsync(With("b", "Twelve more."));
        var merged = (await host.MergedAsync(grace.Id, ada.Id)).Profile;
        merged.Websites.Should().HaveCount(4);
        merged.Notes.Should().HaveLength(26);

        var longer = merged.Edit(TestHost.Kim);
        longer.Websites.Add(new Uri("https://example.net/more"));
        (await host.Profiles.SaveAsync(longer)).Should().BeOfType<SaveOutcome.Rejected>();
        (await host.EditAsync(ada.Id, edit => edit.Websites.Remove(merged.Websites[0]))).Websites.Should().HaveCount(3);
        (await host.EditAsync(ada.Id, edit => edit.Company = "Engines")).Notes.Should().HaveLength(26);

        static NewProfile With(string name, string notes) =>
            new()
            {
                Notes = notes,
                Websites = [new Uri($"https://example.net/{name}1"), new Uri($"https://example.net/{name}2")],
            };
    }

    [Fact]
    public async Task The_merged_customer_was_created_when_the_first_of_both_was()
    {
        await using var host = new TestHost();
        var first = await host.WriterAsync(TestHost.Ada);
        host.Time.Advance(TimeSpan.FromDays(3));
        var second = await host.WriterAsync(MergingSteps.Grace);
        var merge = await host.MergedAsync(first.Id, second.Id);
        merge.Profile.CreatedAt.Should().Be(first.CreatedAt);
        (await host.ReadAsync(second.Id)).CreatedAt.Should().Be(first.CreatedAt);
        (await host.UnmergedAsync(merge.Merge)).Into.CreatedAt.Should().Be(second.CreatedAt);
        (await host.ReadAsync(second.Id)).CreatedAt.Should().Be(second.CreatedAt);
    }

    [Fact]
    public async Task Conversations_stay_where_they_are_and_are_recognised_after_merging_and_unmerging()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync(TestHost.Ada, "a-1")).Profile!;
        var grace = (await host.ReceiveAsync(MergingSteps.Grace, "g-1")).Profile!;
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromHours(2));
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await IsKnownAsync(MergingSteps.Grace, "g-1", ada.Id);
        await IsKnownAsync(TestHost.Ada, "a-1", ada.Id);
        (await host.DecideAsync(MergingSteps.Grace, "g-2")).Reason.Should().NotBe(CheckReason.KnownConversation);

        await host.UnmergedAsync(merge);
        await IsKnownAsync(MergingSteps.Grace, "g-1", grace.Id);
        await IsKnownAsync(MergingSteps.Grace, "g-2", grace.Id);
        await IsKnownAsync(TestHost.Ada, "a-1", ada.Id);

        async Task IsKnownAsync(string from, string conversation, CustomerId of)
        {
            var outcome = await host.ReceiveAsync(from, conversation);
            outcome.Checks[0].Reason.Should().Be(CheckReason.KnownConversation);
            outcome.Profile!.Id.Should().Be(of);
        }
    }

    [Fact]
    public async Task Of_the_last_checks_the_later_one_counts()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromDays(40));
        host.Provider.Next(new ProviderResult.NoMatch());
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        var checkedAt = host.Now;
        await host.MergedAsync(grace.Id, ada.Id);
        var check = (await host.CheckOfAsync(ada.Id))!;
        (check.LastCheckAt, check.LastOutcome, check.IsPending).Should().Be((checkedAt, CheckOutcome.NoMatch, false));

        // Two months after Ada's own check, and not after Grace's.
        host.Time.Advance(TimeSpan.FromDays(30));
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
    }

    [Fact]
    public async Task Of_two_waiting_checks_one_is_made()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var first = host.Now;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        (await host.CheckOfAsync(ada.Id))!.RequestedAt.Should().Be(first);
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Questions.Single().Emails.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_check_that_is_under_way_reaches_the_survivor_and_no_other_is_requested_meanwhile()
    {
        await using var host = new TestHost();
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.MergedAsync(grace.Id, ada.Id);
        (await host.CheckOfAsync(ada.Id))!.IsPending.Should().BeTrue();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);

        held.Release();
        await drain;
        var merged = await host.ReadAsync(ada.Id);
        merged.Location.Should().Be("London");
        (await host.CheckOfAsync(ada.Id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        host.Provider.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Who_is_suppressed_on_either_side_is_not_looked_up_after_the_merge(bool isFrom, bool byIdentity)
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        if (byIdentity)
        {
            await host.Profiles.SuppressAsync(TestHost.IdentityOf(isFrom ? "grace@example.org" : "ada@example.com"));
        }
        else
        {
            await host.Profiles.SuppressAsync(isFrom ? grace.Id : ada.Id, TestHost.Kim);
        }

        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (await SuppressedAsync(ada.Id)).Should().BeTrue();
        (await host.DrainAsync()).Should().Be(0);
        host.PassTwoMonths();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);
        (await host.DecideAsync(MergingSteps.Grace)).Reason.Should().Be(CheckReason.Suppressed);

        await host.UnmergedAsync(merge);
        (await SuppressedAsync(ada.Id)).Should().Be(!isFrom);
        (await SuppressedAsync(grace.Id)).Should().Be(isFrom);

        async Task<bool> SuppressedAsync(CustomerId id) => (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed;
    }

    [Fact]
    public async Task Each_address_of_a_merged_customer_is_suppressed_also_after_it_is_removed()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.Profiles.SuppressAsync(grace.Id, TestHost.Kim);
        await host.MergedAsync(grace.Id, ada.Id);
        await host.EditAsync(ada.Id, edit => edit.Emails.Remove(edit.Profile.Emails[0]));
        var outcome = (await host.ReceiveAsync(TestHost.Ada)).Should().BeOfType<ConversationOutcome.Created>().Subject;
        outcome.Profile.Id.Should().NotBe(ada.Id);
        outcome.Checks.Should().OnlyContain(check => check.Reason == CheckReason.Suppressed);
    }

    [Fact]
    public async Task The_history_tells_of_the_merge_and_it_is_not_taken_back_as_an_edit()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");
        var request = new MergeRequest
        {
            From = grace.Id,
            Into = ada.Id,
            CaseReference = "case 7",
        };
        (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim)).Code.Should().Be("merged");
        await host.EditAsync(ada.Id, edit => edit.JobTitle = "Admiral");

        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Single(entry =>
            entry.Kind == HistoryKind.Merge && entry.CustomerId == ada.Id
        );
        (entry.Version, entry.By.By, entry.CaseReference).Should().Be((ada.Version + 1, "kim", "case 7"));
        entry.Values.Select(value => value.Field).Should().Contain([ProfileField.Company, ProfileField.Emails]);
        (await host.Profiles.History.GetVersionAsync(ada.Id, ada.Version))!.Content().Should().Be(ada.Content());
        (await DraftAsync(RevertScope.OneChange, entry.Number))
            .Should()
            .BeOfType<RevertOutcome.IsMerge>()
            .Which.Code.Should()
            .Be("is-merge");
        (await DraftAsync(RevertScope.EverythingSince, entry.Number)).Should().BeOfType<RevertOutcome.IsMerge>();
        (await DraftAsync(RevertScope.EverythingSince, entry.Number + 1)).Should().BeOfType<RevertOutcome.Drafted>();

        ValueTask<RevertOutcome> DraftAsync(RevertScope scope, long number) =>
            host.Profiles.History.DraftRevertAsync(ada.Id, number, scope, TestHost.Kim);
    }

    [Fact]
    public void Checks_of_providers_that_only_one_had_stay_and_a_failure_counts_until_a_later_check()
    {
        var at = TestHost.Start;
        var failed = Check("one") with
        {
            State = new CheckState
            {
                Provider = "one",
                LastFailureAt = at,
                LastFailure = ProviderFailure.TimedOut,
            },
        };
        var completed = Check("one") with
        {
            State = new CheckState
            {
                Provider = "one",
                LastCheckAt = at + Duration.FromHours(1),
                LastOutcome = CheckOutcome.NoMatch,
            },
        };
        var other = Check("two") with
        {
            State = new CheckState
            {
                Provider = "two",
                LastCheckAt = at,
                LastOutcome = CheckOutcome.Matched,
            },
        };
        MergedChecks.Of([failed, other], [], isSuppressed: false).Should().Equal(failed, other);
        MergedChecks.Of([failed], [completed], isSuppressed: false).Should().Equal(completed);
        MergedChecks.Of([completed], [failed], isSuppressed: false).Should().Equal(completed);
    }

    [Fact]
    public void A_check_under_way_beats_a_waiting_one_and_of_two_the_one_whose_lease_lasts_longer_stays()
    {
        var waiting = Pending("one", lease: null, minutes: 0);
        var first = Pending("one", Guid.NewGuid(), minutes: 5);
        var second = Pending("one", Guid.NewGuid(), minutes: 9);
        MergedChecks.Of([first], [waiting], isSuppressed: false).Single().LeaseId.Should().Be(first.LeaseId);
        MergedChecks.Of([waiting], [first], isSuppressed: false).Single().LeaseId.Should().Be(first.LeaseId);
        MergedChecks.Of([second], [first], isSuppressed: false).Single().LeaseId.Should().Be(second.LeaseId);
        MergedChecks.Of([first], [second], isSuppressed: false).Single().LeaseId.Should().Be(second.LeaseId);
        var unwanted = second with { IsWanted = false };
        MergedChecks.Of([unwanted], [first], isSuppressed: false).Single().LeaseId.Should().Be(first.LeaseId);
        var later = waiting with { NotBefore = TestHost.Start + Duration.FromHours(2), Attempt = 3 };
        var one = MergedChecks.Of([later], [waiting], isSuppressed: false).Single();
        (one.NotBefore, one.Attempt, one.State.RequestedAt).Should().Be((later.NotBefore, 3, TestHost.Start));
        MergedChecks.Of([waiting], [], isSuppressed: true).Single().State.IsPending.Should().BeFalse();
        var dropped = MergedChecks.Of([first], [], isSuppressed: true).Single();
        (dropped.State.IsPending, dropped.IsWanted).Should().Be((true, false));
    }

    private static StoredCheck Check(string provider) => new() { State = new CheckState { Provider = provider } };

    private static StoredCheck Pending(string provider, Guid? lease, int minutes) =>
        new()
        {
            State = new CheckState
            {
                Provider = provider,
                IsPending = true,
                RequestedAt = TestHost.Start,
            },
            LeaseId = lease,
            LeasedUntil = TestHost.Start + Duration.FromMinutes(minutes),
            NotBefore = TestHost.Start,
            Attempt = 1,
            IsWanted = true,
        };

    private static FieldValue[] Results(CustomerProfile from, CustomerProfile into) =>
        [.. MergedValues.Of(from, into, [], Labels).Select(entry => entry.Result).OfType<FieldValue>()];

    private static CustomerProfile Profile(
        System.Collections.Immutable.ImmutableArray<Identity> identities,
        params FieldValue[] values
    ) => new(default, CustomerId.New(TestHost.Start), 1, TestHost.Start, TestHost.Start, identities, [.. values]);

    private static Provenance By(ProvenanceSource source) => new(source, source.ToString(), TestHost.Start);

    private static FieldValue Value(
        ProfileField field,
        object value,
        ProvenanceSource source = ProvenanceSource.Agent
    ) => FieldValue.Set(field, value, By(source));

    private static FieldValue Cleared(ProfileField field) => FieldValue.Cleared(field, "", By(ProvenanceSource.Agent));

    private static FieldValue Phone(string number, string? label) =>
        Value(ProfileField.Phones, new PhoneNumber(number, label));

    private static FieldValue Site(string url, ProvenanceSource source) =>
        Value(ProfileField.Websites, new Uri(url), source);

    private static FieldValue Email(string address, ProvenanceSource source) =>
        Value(ProfileField.Emails, new ProfileEmail(EmailAddress.Parse(address)), source);
}
