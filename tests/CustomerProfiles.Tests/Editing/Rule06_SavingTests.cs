using CsCheck;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Editing;

public sealed class Rule06_SavingTests
{
    private static readonly ProfileField<string>[] TextFields =
    [
        ProfileField.Company,
        ProfileField.JobTitle,
        ProfileField.Notes,
        ProfileField.Custom("plan"),
    ];

    /// <summary>
    /// A step of one of two agents: 0 reads, 1 to 4 type, 5 clears, 6 resets, 7 saves, and 8 saves again what met a
    /// conflict.
    /// </summary>
    private static readonly Gen<(int Agent, int Step, int Field)[]> Histories = Gen.Select(
        Gen.Int[0, 1],
        Gen.Int[0, 8],
        Gen.Int[0, TextFields.Length - 1]
    ).Array[1, 40];

    [Fact]
    public async Task Changes_of_different_fields_are_merged()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Company = "Example Ltd";
        kims.Clear(ProfileField.Name);
        lees.JobTitle = "Countess";

        await SavedAsync(host, kims);
        var saved = await SavedAsync(host, lees);

        saved.Company.Should().Be("Example Ltd");
        saved.Name.Should().BeNull();
        saved.JobTitle.Should().Be("Countess");
        saved.Version.Should().Be(3);
        saved.Find(ProfileField.Company)!.Provenance.By.Should().Be("kim");
        saved.Find(ProfileField.JobTitle)!.Provenance.By.Should().Be("lee");
    }

    [Fact]
    public async Task The_same_field_changed_twice_is_a_conflict_with_both_values_and_nothing_is_written()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Company = "Kim's";
        lees.Company = "Lee's";
        lees.JobTitle = "Countess";
        var current = await SavedAsync(host, kims);

        var conflict = (await host.Profiles.SaveAsync(lees)).Should().BeOfType<SaveOutcome.Conflict>().Subject;

        conflict.Code.Should().Be("conflict");
        conflict.Current.Should().BeSameAs(current);
        var field = conflict.Fields.Should().ContainSingle().Subject;
        field.Field.Should().Be(ProfileField.Company);
        field.Read.Should().BeNull();
        field.Theirs!.Value.Should().Be("Kim's");
        field.Theirs.Provenance.By.Should().Be("kim");
        field.Yours!.Value.Should().Be("Lee's");
        field.Yours.Provenance.By.Should().Be("lee");
        (await host.ReadAsync(current)).Should().BeSameAs(current);
        lees.Company.Should().Be("Lee's", "the draft is as good as before");
    }

    [Fact]
    public async Task After_a_conflict_the_rebased_draft_is_saved()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Company = "Kim's";
        kims.Notes = "Kim's";
        lees.Company = "Lee's";
        lees.JobTitle = "Countess";
        await SavedAsync(host, kims);
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(lees);

        var saved = await SavedAsync(host, lees.Rebase(conflict));

        saved.Company.Should().Be("Lee's");
        saved.JobTitle.Should().Be("Countess");
        saved.Notes.Should().Be("Kim's");
        saved.Version.Should().Be(3);
    }

    [Fact]
    public async Task An_edit_cannot_be_rebased_on_another_customers_conflict()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var bob = await host.CreateAsync("bob@example.com");
        var edit = bob.Edit(ProfileFixture.Kim);
        edit.Company = "Kim's";
        await host.EditAsync(bob, other => other.Company = "Lee's", ProfileFixture.Lee);
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(edit);

        ((Action)(() => ada.Edit(ProfileFixture.Kim).Rebase(conflict)))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*another customer*");
    }

    [Fact]
    public async Task The_same_value_typed_twice_is_no_conflict()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Company = "Example Ltd";
        lees.Company = " Example Ltd ";
        kims.Clear(ProfileField.JobTitle);
        lees.Clear(ProfileField.JobTitle);
        var first = await SavedAsync(host, kims);

        (await SavedAsync(host, lees)).Should().BeSameAs(first);
    }

    [Fact]
    public async Task Set_against_cleared_and_cleared_against_set_are_conflicts()
    {
        await using var host = new ProfileFixture();
        await host.EditAsync(await host.CreateAsync("ada@example.com"), edit => edit.Notes = "Typed");
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Clear(ProfileField.Company);
        kims.Notes = "Typed more";
        lees.Company = "Lee's";
        lees.Clear(ProfileField.Notes);
        await SavedAsync(host, kims);

        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(lees);

        conflict
            .Fields.Select(field => (field.Field.Code, field.Theirs!.Value, field.Yours!.Value))
            .Should()
            .Equal(("company", null, "Lee's"), ("notes", "Typed more", null));
        conflict.Fields[1].Read!.Value.Should().Be("Typed");
    }

    [Fact]
    public async Task Entries_that_two_agents_add_to_a_list_are_both_kept()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Phones.Add(new PhoneNumber("+1 555 0100"));
        lees.Phones.Add(new PhoneNumber("+1 555 0101"));
        kims.Emails.Add(Email("ada@example.org"));
        lees.Emails.Add(Email("ada@example.net"));
        lees.Emails.Remove(Email("ada@example.com")).Should().BeTrue();
        await SavedAsync(host, kims);

        var saved = await SavedAsync(host, lees);

        saved.Phones.Select(phone => phone.Number).Should().Equal("+1 555 0100", "+1 555 0101");
        saved.Emails.Select(email => email.Address.Value).Should().BeEquivalentTo("ada@example.org", "ada@example.net");
    }

    [Fact]
    public async Task The_same_entry_labelled_differently_is_a_conflict_of_that_entry()
    {
        await using var host = new ProfileFixture();
        var (kims, lees) = await TwoEditsAsync(host);
        kims.Phones.Add(new PhoneNumber("+1 555 0100", "home"));
        lees.Phones.Add(new PhoneNumber("+1 (555) 0100", "work"));
        await SavedAsync(host, kims);

        ((SaveOutcome.Conflict)await host.Profiles.SaveAsync(lees)).Fields.Single().Key.Should().Be("+15550100");
    }

    [Fact]
    public async Task Hundreds_of_concurrent_edits_are_all_saved()
    {
        await using var host = new ProfileFixture(
            options => options.Limits = new EditLimits { Entries = 300 },
            _ => { }
        );
        var ada = await host.CreateAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        var edit = ada.Edit(Actor.Agent($"agent-{i}"));
                        edit.Phones.Add(new PhoneNumber($"+1 555 {i:D4}"));
                        await SavedAsync(host, edit);
                    })
                )
        );

        var profile = await host.ReadAsync(ada);
        profile.Phones.Should().HaveCount(200);
        profile.Version.Should().Be(201);
    }

    [Fact]
    public async Task An_added_address_leads_to_the_customer_and_a_removed_one_is_free()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        await host.EditAsync(ada, edit => edit.Emails.Add(Email("Ada@example.org")));
        (await host.ReceiveAsync("ada@example.org"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);

        var saved = await host.EditAsync(ada, edit => edit.Emails.Remove(Email("ada@example.com")).Should().BeTrue());

        saved.Identities.Should().Equal(Identity.Email(EmailAddress.Parse("ada@example.org")));
        (await host.ReceiveAsync("ada@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Profile.Id.Should()
            .NotBe(ada.Id);
        (await host.ReceiveAsync("ada@example.org")).Profile!.Id.Should().Be(ada.Id);
    }

    [Fact]
    public async Task An_address_of_another_customer_is_refused_with_the_owner_and_nothing_is_written()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var bob = await host.CreateAsync("bob@example.com");
        var edit = bob.Edit(ProfileFixture.Kim);
        edit.Company = "Example Ltd";
        edit.Emails.Add(Email("bob@example.org"));
        edit.Emails.Add(Email("ADA@example.com"));

        var taken = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.IdentityTaken>().Subject;

        taken.Owner.Should().Be(ada.Id);
        taken.Identity.Should().Be(Identity.Email(EmailAddress.Parse("ada@example.com")));
        (await host.ReadAsync(bob)).Should().BeSameAs(bob);
        (await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("bob@example.org")))).Should().BeNull();
    }

    [Fact]
    public async Task Two_customers_that_gain_one_address_at_once_race_and_one_wins()
    {
        await using var host = new ProfileFixture();
        var people = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => host.CreateAsync($"person-{i}@example.com"))
        );

        var outcomes = await Task.WhenAll(
            people.Select(person =>
                Task.Run(async () =>
                {
                    var edit = person.Edit(ProfileFixture.Kim);
                    edit.Emails.Add(Email("shared@example.com"));
                    return await host.Profiles.SaveAsync(edit);
                })
            )
        );

        var winner = outcomes.OfType<SaveOutcome.Saved>().Should().ContainSingle().Subject.Profile.Id;
        outcomes
            .OfType<SaveOutcome.IdentityTaken>()
            .Should()
            .HaveCount(49)
            .And.OnlyContain(taken => taken.Owner == winner);
    }

    [Fact]
    public async Task A_customer_who_is_not_there_is_not_found()
    {
        await using var host = new ProfileFixture();
        await using var elsewhere = new ProfileFixture();
        var edit = (await elsewhere.CreateAsync()).Edit(ProfileFixture.Kim);
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.NotFound>("an empty draft is looked up too");
        edit.Company = "Example Ltd";

        (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.NotFound>();
    }

    [Fact]
    public async Task A_save_that_loses_a_hundred_races_in_a_row_is_busy_and_can_be_saved_again()
    {
        var time = new TestTime(TestHost.Start);
        var inner = new InMemoryCustomerProfileStore(time);
        var store = new FaultInjectingStore(inner);
        await using var host = new TestHost(store: store, time: time);
        var edit = (await host.ReceiveAsync()).Profile!.Edit(TestHost.Kim);
        edit.Notes = "Prefers tea.";
        var tries = 0;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.UpdateAsync))
            {
                tries++;
                var current = (await inner.GetAsync(edit.Profile.Tenant, edit.Profile.Id, default))!.Profile;
                await inner.UpdateAsync(current.Next(current.Values, host.Now), change: null, default);
            }
        };

        (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Busy>().Which.Code.Should().Be("busy");
        tries.Should().Be(ProfileWriter.MaxRaces);
        store.Before = null;
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Notes.Should()
            .Be("Prefers tea.");
    }

    [Fact]
    public async Task Another_tenants_profile_is_refused_with_what_to_do()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);

        var save = async () => await host.Profiles.ForTenant(new TenantId("acme")).SaveAsync(edit);

        (await save.Should().ThrowAsync<ArgumentException>()).WithMessage("*ForTenant(edit.Profile.Tenant)*");
    }

    [Fact]
    public async Task Edits_of_different_fields_give_the_same_profile_in_either_order()
    {
        await using var host = new ProfileFixture();
        var read = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Company = "Example Ltd";
                edit.Clear(ProfileField.Notes);
            }
        );
        var kim = ProfileFixture.Kim.At(ProfileFixture.Start);
        var lee = ProfileFixture.Lee.At(ProfileFixture.Start);

        Gen.Select(Gen.Int[0, 3].Array[TextFields.Length], Gen.Int[1, (1 << TextFields.Length) - 1])
            .Sample(
                (kinds, whose) =>
                {
                    var kims = read.Edit(ProfileFixture.Kim);
                    var lees = read.Edit(ProfileFixture.Lee);
                    for (var i = 0; i < TextFields.Length; i++)
                    {
                        Change((whose & (1 << i)) != 0 ? kims : lees, TextFields[i], kinds[i], $"value-{i}");
                    }

                    return Same(Both(kims.Changes, kim, lees.Changes, lee), Both(lees.Changes, lee, kims.Changes, kim));
                }
            );

        HashSet<(string, string, object?)> Both(
            IReadOnlyList<FieldChange> first,
            Provenance by,
            IReadOnlyList<FieldChange> second,
            Provenance byToo
        )
        {
            var labels = FieldLabels.English;
            var (values, conflicts) = ThreeWayMerge.Merge(read, read, first, by, labels);
            conflicts.Should().BeEmpty();
            (values, conflicts) = ThreeWayMerge.Merge(
                read,
                read.Next(values, ProfileFixture.Start),
                second,
                byToo,
                labels
            );
            conflicts.Should().BeEmpty();
            return [.. values.Select(value => (value.Field.Code, value.Provenance.By, value.Value))];
        }

        static bool Same(HashSet<(string, string, object?)> one, HashSet<(string, string, object?)> other) =>
            one.SetEquals(other);
    }

    [Fact]
    public Task What_two_agents_type_is_never_lost_silently() =>
        Histories.SampleAsync(
            async history =>
            {
                await using var host = new ProfileFixture();
                var ada = await host.CreateAsync();
                ProfileEdit[] drafts = [ada.Edit(ProfileFixture.Kim), ada.Edit(ProfileFixture.Lee)];
                var typed = 0;
                foreach (var (agent, step, number) in history)
                {
                    var draft = drafts[agent];
                    switch (step)
                    {
                        case 0:
                            drafts[agent] = (await host.ReadAsync(ada)).Edit(draft.By);
                            break;
                        case >= 1 and <= 4:
                            draft.Set(TextFields[number], $"typed-{typed++ % 12}");
                            break;
                        case 5:
                            draft.Clear(TextFields[number]);
                            break;
                        case 6:
                            draft.Reset(TextFields[number]);
                            break;
                        default:
                            var outcome = await CheckedSaveAsync(host, draft);
                            drafts[agent] = outcome switch
                            {
                                SaveOutcome.Saved saved => saved.Profile.Edit(draft.By),
                                SaveOutcome.Conflict conflict when step == 8 => (
                                    await CheckedSaveAsync(host, draft.Rebase(conflict))
                                )
                                    .Should()
                                    .BeOfType<SaveOutcome.Saved>()
                                    .Subject.Profile.Edit(draft.By),
                                _ => draft,
                            };
                            break;
                    }
                }
            },
            iter: 1_500
        );

    /// <summary>Saves, and holds the outcome against what a save may do.</summary>
    private static async Task<SaveOutcome> CheckedSaveAsync(ProfileFixture host, ProfileEdit draft)
    {
        var before = await host.ReadAsync(draft.Profile);
        var outcome = await host.Profiles.SaveAsync(draft);
        var after = await host.ReadAsync(draft.Profile);
        var moved = TextFields
            .Where(field => draft.ChangeAt(field, "") is not null && before.Get(field) != draft.Profile.Get(field))
            .ToArray();
        foreach (var field in TextFields)
        {
            var change = draft.ChangeAt(field, "");
            if (outcome is SaveOutcome.Saved && change is not null)
            {
                after.Get(field).Should().Be((string?)change.Value, "what was saved is in the profile");
            }
            else
            {
                after.Find(field).Should().BeSameAs(before.Find(field), "nothing else is touched");
            }

            if (before.Get(field) is { } lost && after.Get(field) != lost)
            {
                draft.Profile.Get(field).Should().Be(lost, "only who has read a typed value replaces it");
            }
        }

        if (outcome is SaveOutcome.Conflict conflict)
        {
            after.Should().BeSameAs(before);
            foreach (var field in conflict.Fields)
            {
                field.Theirs.Should().BeSameAs(before.Find(field.Field));
                field.Yours?.Value.Should().Be(draft.ChangeAt(field.Field, "")!.Value);
            }

            conflict.Fields.Should().NotBeEmpty();
        }
        else
        {
            outcome.Should().BeOfType<SaveOutcome.Saved>();
            moved
                .All(field =>
                    before.Get(field) == (string?)draft.ChangeAt(field, "")!.Value || before.Get(field) == null
                )
                .Should()
                .BeTrue("a typed value that was not read is a conflict");
        }

        return outcome;
    }

    private static void Change(ProfileEdit edit, ProfileField<string> field, int kind, string value)
    {
        switch (kind)
        {
            case 0:
                edit.Set(field, value);
                break;
            case 1:
                edit.Clear(field);
                break;
            case 2:
                edit.Reset(field);
                break;
            default:
                break;
        }
    }

    private static ProfileEmail Email(string address) => new(EmailAddress.Parse(address));

    private static async Task<(ProfileEdit Kims, ProfileEdit Lees)> TwoEditsAsync(ProfileFixture host)
    {
        var profile = (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile!;
        return (profile.Edit(ProfileFixture.Kim), profile.Edit(ProfileFixture.Lee));
    }

    private static async Task<CustomerProfile> SavedAsync(ProfileFixture host, ProfileEdit edit) =>
        (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
}
