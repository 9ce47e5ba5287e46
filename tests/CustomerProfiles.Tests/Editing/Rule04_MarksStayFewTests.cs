using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Editing;

/// <summary>A profile stays as small as it looks: marks of clearing count, and too many of them become one.</summary>
public sealed class Rule04_MarksStayFewTests
{
    private const int Days = 120;

    private static readonly EditLimits Small = new() { Entries = 5, CustomProperties = 7 };

    private static readonly Dictionary<string, (Action<ProfileEdit, int> Set, Action<ProfileEdit, int> Remove)> Habits =
        new()
        {
            ["phone"] = ((edit, day) => edit.Phones.Add(Phone(day)), (edit, day) => edit.Phones.Remove(Phone(day))),
            ["phone, the whole list"] = ((edit, day) => edit.Phones.Add(Phone(day)), (edit, _) => edit.Phones.Clear()),
            ["phone with another label"] = (
                (edit, day) => edit.Phones.Add(Phone(0) with { Label = $"line {day}" }),
                (edit, _) => edit.Phones.Remove(Phone(0))
            ),
            ["website"] = ((edit, day) => edit.Websites.Add(Site(day)), (edit, day) => edit.Websites.Remove(Site(day))),
            ["long website"] = (
                (edit, day) => edit.Websites.Add(new Uri(Site(day), new string('ü', 1_900))),
                (edit, day) => edit.Websites.Remove(new Uri(Site(day), new string('ü', 1_900)))
            ),
            ["email"] = ((edit, day) => edit.Emails.Add(Email(day)), (edit, day) => edit.Emails.Remove(Email(day))),
            ["social profile"] = (
                (edit, day) => edit.SocialProfiles.Add(Account(day)),
                (edit, day) => edit.SocialProfiles.Remove(Account(day))
            ),
            ["custom property"] = (
                (edit, day) => edit.Set(Property(day), "gold"),
                (edit, day) => edit.Clear(Property(day))
            ),
            ["custom property with a long key"] = (
                (edit, day) => edit.Set(LongProperty(day), "gold"),
                (edit, day) => edit.Clear(LongProperty(day))
            ),
            ["all custom properties"] = (
                (edit, day) => edit.Set(Property(day), "gold"),
                (edit, _) => edit.Clear(ProfileField.CustomProperties)
            ),
            ["custom property that never was"] = ((_, _) => { }, (edit, day) => edit.Clear(Property(day))),
            ["company"] = (
                (edit, day) => edit.Company = $"Example {day} Ltd",
                (edit, _) => edit.Clear(ProfileField.Company)
            ),
            ["notes"] = ((edit, day) => edit.Notes = new string('x', 1_000) + day, (edit, _) => edit.Notes = null),
            ["address"] = (
                (edit, day) => edit.Address = new PostalAddress(street: $"{day} Example Street"),
                (edit, _) => edit.Clear(ProfileField.Address)
            ),
            ["name"] = ((edit, day) => edit.Name = $"Ada {day}", (edit, _) => edit.Clear(ProfileField.Name)),
        };

    public static TheoryData<string> EveryHabit => [.. Habits.Keys];

    [Theory]
    [MemberData(nameof(EveryHabit))]
    public async Task Setting_and_removing_values_daily_keeps_the_profile_small(string habit)
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        var (set, remove) = Habits[habit];
        for (var day = 0; day < Days; day++)
        {
            await host.EditAsync(ada, edit => set(edit, day));
            await host.EditAsync(ada, edit => remove(edit, day));
        }

        var profile = await host.ReadAsync(ada);
        profile.Values.Length.Should().BeLessThanOrEqualTo(Most(Small));
        profile.Identities.Length.Should().BeLessThanOrEqualTo(1 + Small.Entries);
        var size = profile.Values.Sum(value => value.Field.Code.Length + value.Key.Length + value.Provenance.By.Length);
        size.Should().BeLessThan(120_000, "the longest keys there are take no more");
        (await host.ReceiveAsync("ada@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Values.Length.Should()
            .Be(profile.Values.Length, "it is what each message reads");
    }

    [Fact]
    public async Task Years_of_setting_and_removing_stay_within_the_default_limits()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        for (var day = 0; day < 1_000; day++)
        {
            await host.EditAsync(
                ada,
                edit =>
                {
                    edit.Websites.Remove(Site(day - 1));
                    edit.Phones.Remove(Phone(day - 1));
                    edit.Websites.Add(Site(day));
                    edit.Phones.Add(Phone(day));
                    edit.Set(Property(day), "gold");
                    edit.Clear(Property(day));
                    edit.Clear(Property(day - 1));
                }
            );
        }

        (await host.ReadAsync(ada)).Values.Length.Should().BeLessThanOrEqualTo(Most(EditLimits.Default));
    }

    [Fact]
    public async Task Up_to_the_limit_each_entry_has_its_own_mark()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        await AddAndRemoveAsync(host, ada, Small.Entries);

        var profile = await host.ReadAsync(ada);

        profile.Find(ProfileField.Websites).Should().BeNull();
        profile
            .Values.Where(value => ProfileField.Websites.Equals(value.Field))
            .Should()
            .HaveCount(Small.Entries)
            .And.OnlyContain(value => value.IsCleared);
    }

    [Fact]
    public async Task Marks_do_not_reduce_the_number_of_entries()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        await AddAndRemoveAsync(host, ada, Days);

        for (var i = 0; i < Small.Entries; i++)
        {
            await host.EditAsync(ada, edit => edit.Websites.Add(Site(Days + i)));
        }

        (await host.ReadAsync(ada)).Websites.Should().HaveCount(Small.Entries);
        (await host.RejectedAsync(ada, edit => edit.Websites.Add(Site(0))))
            .Errors.Should()
            .ContainSingle()
            .Which.Code.Should()
            .Be(FieldErrorCode.TooMany);
    }

    [Fact]
    public async Task The_one_mark_keeps_a_provider_out_until_the_list_is_reset()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { Websites = [Site(0), Site(Days + 1)] },
        };
        await using var host = HostWith(Small, directory);
        var ada = await host.CreateAsync();
        await AddAndRemoveAsync(host, ada, Days);
        var mark = (await host.ReadAsync(ada)).Find(ProfileField.Websites)!;
        mark.IsCleared.Should().BeTrue();
        mark.Provenance.By.Should().Be("kim");

        await CheckAgainAsync(host);
        (await host.ReadAsync(ada)).Websites.Should().BeEmpty();

        (await host.EditAsync(ada, edit => edit.Reset(ProfileField.Websites)))
            .Find(ProfileField.Websites)
            .Should()
            .BeNull();
        await CheckAgainAsync(host);
        (await host.ReadAsync(ada)).Websites.Should().Equal(Site(0), Site(Days + 1));
    }

    [Fact]
    public async Task The_one_mark_keeps_a_provider_out_of_its_own_list_too()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { SocialProfiles = [Account(0), Account(Days + 1)] },
        };
        await using var host = HostWith(Small, directory);
        var ada = await host.CreateAsync();
        for (var day = 0; day < Days; day++)
        {
            await host.EditAsync(ada, edit => edit.SocialProfiles.Add(Account(day)));
            await host.EditAsync(ada, edit => edit.SocialProfiles.Remove(Account(day)));
        }

        await CheckAgainAsync(host);
        (await host.ReadAsync(ada)).SocialProfiles.Should().BeEmpty();

        await host.EditAsync(ada, edit => edit.Reset(ProfileField.SocialProfiles));
        await CheckAgainAsync(host);
        (await host.ReadAsync(ada)).SocialProfiles.Should().Equal(Account(0), Account(Days + 1));
    }

    [Fact]
    public async Task A_providers_list_has_no_more_entries_than_the_limit_however_many_providers_give_some()
    {
        var providers = Enumerable
            .Range(0, 4)
            .Select(of => new ProfileFixture.Directory($"directory-{of}")
            {
                Says = new PublicInformation
                {
                    SocialProfiles = [.. Enumerable.Range(0, 5_000).Select(i => Account((of * 5_000) + i))],
                },
            })
            .ToArray();
        await using var host = HostWith(Small, providers);
        var ada = await host.CreateAsync();

        await RunAsync(host);

        (await host.ReadAsync(ada)).SocialProfiles.Should().HaveCount(Small.Entries);
    }

    [Fact]
    public async Task Marks_of_removed_entries_take_room_in_a_providers_list_so_that_no_machine_makes_it_longer()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { SocialProfiles = [.. Enumerable.Range(100, 50).Select(Account)] },
        };
        await using var host = HostWith(Small, directory);
        var ada = await host.CreateAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.EditAsync(ada, edit => edit.SocialProfiles.Add(Account(i)));
            await host.EditAsync(ada, edit => edit.SocialProfiles.Remove(Account(i)));
        }

        await CheckAgainAsync(host);

        (await host.ReadAsync(ada))
            .Values.Where(value => ProfileField.SocialProfiles.Equals(value.Field))
            .Should()
            .HaveCount(Small.Entries);
    }

    [Fact]
    public async Task Limits_that_are_lowered_make_the_next_save_fold_the_marks()
    {
        await using var before = new TestHost();
        var id = (await before.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 30; i++)
        {
            await before.EditAsync(id, edit => edit.Phones.Add(Phone(i)));
            await before.EditAsync(id, edit => edit.Phones.Remove(Phone(i)));
        }

        await using var host = new TestHost(options => options.Limits = Small, store: before.Store, time: before.Time);

        var saved = await host.EditAsync(id, edit => edit.Company = "Example Ltd");

        saved
            .Values.Where(value => ProfileField.Phones.Equals(value.Field))
            .Should()
            .ContainSingle()
            .Which.Key.Should()
            .BeEmpty();
    }

    [Fact]
    public async Task An_entry_that_is_changed_while_it_is_removed_and_its_mark_folded_is_a_conflict()
    {
        await using var host = HostWith(Small);
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Phones.Add(Phone(0)));
        var draft = ada.Edit(ProfileFixture.Lee);
        draft.Phones.Add(Phone(0) with { Label = "work" });
        await host.EditAsync(ada, edit => edit.Phones.Remove(Phone(0)));
        await FoldPhonesAsync(host, ada);

        var conflict = (await host.Profiles.SaveAsync(draft)).Should().BeOfType<SaveOutcome.Conflict>().Subject;

        var field = conflict.Fields.Should().ContainSingle().Subject;
        field.Key.Should().Be(ProfileField.Phones.KeyOf(Phone(0)));
        field.Theirs!.IsCleared.Should().BeTrue();
        (await host.Profiles.SaveAsync(draft.Rebase(conflict)))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Phones.Should()
            .Equal(Phone(0) with { Label = "work" });
    }

    [Fact]
    public async Task An_entry_that_two_people_remove_is_no_conflict_when_the_mark_is_folded_meanwhile()
    {
        await using var host = HostWith(Small);
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Phones.Add(Phone(0)));
        var draft = ada.Edit(ProfileFixture.Lee);
        draft.Phones.Remove(Phone(0)).Should().BeTrue();
        await host.EditAsync(ada, edit => edit.Phones.Remove(Phone(0)));
        await FoldPhonesAsync(host, ada);

        (await host.Profiles.SaveAsync(draft))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Phones.Should()
            .BeEmpty();
    }

    [Fact]
    public async Task An_entry_can_be_added_while_the_marks_of_others_are_folded()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        var draft = ada.Edit(ProfileFixture.Lee);
        draft.Phones.Add(Phone(99));
        await FoldPhonesAsync(host, ada);

        (await host.Profiles.SaveAsync(draft))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Phones.Should()
            .Equal(Phone(99));
    }

    [Fact]
    public async Task A_removed_entry_can_be_added_again_after_its_mark_was_folded()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        await FoldPhonesAsync(host, ada);

        (await host.EditAsync(ada, edit => edit.Phones.Add(Phone(201)))).Phones.Should().Equal(Phone(201));
    }

    [Fact]
    public async Task Resetting_marks_that_were_folded_meanwhile_is_a_conflict_and_then_resets_the_list()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Phones.Add(Phone(0)));
        var read = await host.EditAsync(ada, edit => edit.Phones.Remove(Phone(0)));
        var draft = read.Edit(ProfileFixture.Lee);
        draft.Reset(ProfileField.Phones);
        await FoldPhonesAsync(host, ada);

        var conflict = (await host.Profiles.SaveAsync(draft)).Should().BeOfType<SaveOutcome.Conflict>().Subject;

        conflict.Fields.Should().ContainSingle().Which.Yours.Should().BeNull();
        (await host.Profiles.SaveAsync(draft.Rebase(conflict)))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Values.Should()
            .NotContain(value => ProfileField.Phones.Equals(value.Field));
    }

    [Fact]
    public async Task Custom_properties_are_cleared_and_reset_together()
    {
        await using var host = HostWith(Small);
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Set(Property(1), "one");
                edit.Set(Property(2), "two");
            }
        );

        var cleared = await host.EditAsync(ada, edit => edit.Clear(ProfileField.CustomProperties));
        cleared.CustomProperties.Should().BeEmpty();
        cleared.Find(Property(1))!.IsCleared.Should().BeTrue();
        cleared.Find(ProfileField.CustomProperties)!.IsCleared.Should().BeTrue();

        var reset = await host.EditAsync(ada, edit => edit.Reset(ProfileField.CustomProperties));
        reset
            .Values.Should()
            .NotContain(value => value.Field.CustomKey != null || ProfileField.CustomProperties.Equals(value.Field));
    }

    [Fact]
    public async Task Resetting_all_custom_properties_leaves_those_that_are_set_and_taking_it_back_leaves_all()
    {
        await using var host = HostWith(Small);
        var ada = await host.EditAsync(
            await host.CreateAsync(),
            edit =>
            {
                edit.Set(Property(1), "one");
                edit.Clear(Property(2));
            }
        );
        var draft = ada.Edit(ProfileFixture.Kim);
        draft.Clear(ProfileField.CustomProperties);
        draft.Undo(ProfileField.CustomProperties);
        draft.IsEmpty.Should().BeTrue();

        draft.Reset(ProfileField.CustomProperties);

        (await host.Profiles.SaveAsync(draft))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.CustomProperties.Should()
            .ContainSingle()
            .Which.Value.Should()
            .Be("one");
    }

    [Fact]
    public async Task Resetting_a_custom_property_keeps_what_was_typed_meanwhile()
    {
        await using var host = HostWith(Small);
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Set(Property(1), "silver"));
        var cleared = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Clear(Property(1));
                edit.Clear(Property(2));
            }
        );
        var draft = cleared.Edit(ProfileFixture.Lee);
        draft.Reset(ProfileField.CustomProperties);
        await host.EditAsync(ada, edit => edit.Set(Property(1), "gold"));

        var conflict = (await host.Profiles.SaveAsync(draft)).Should().BeOfType<SaveOutcome.Conflict>().Subject;
        var outcome = await host.Profiles.SaveAsync(draft.Rebase(conflict));

        var saved = outcome.Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        saved.CustomProperties.Should().ContainSingle().Which.Value.Should().Be("gold");
        saved.Find(Property(2)).Should().BeNull("its mark is reset");
    }

    [Fact]
    public async Task The_sidebar_shows_custom_properties_and_not_the_mark_on_all_of_them()
    {
        await using var host = HostWith(Small);
        var ada = await host.CreateAsync();
        for (var day = 0; day < Days; day++)
        {
            await host.EditAsync(ada, edit => edit.Clear(Property(day)));
        }

        await host.EditAsync(ada, edit => edit.Set(Property(0), "gold"));

        (await host.Profiles.GetSidebarAsync(ada.Id))!
            .Fields.Select(field => field.Field)
            .Should()
            .Contain(Property(0))
            .And.NotContain(ProfileField.CustomProperties);
    }

    [Fact]
    public async Task Any_sequence_of_changes_keeps_lists_short_and_cleared_values_cleared()
    {
        var step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 11]);
        var iterations = 200L * Repeat.Times;
        await step.Array[1, 80]
            .SampleAsync(
                async steps =>
                {
                    var limits = new EditLimits { Entries = 3, CustomProperties = 4 };
                    await using var host = HostWith(limits);
                    var ada = await host.CreateAsync();
                    HashSet<string> removed = [];
                    foreach (var (what, which) in steps)
                    {
                        var current = await host.ReadAsync(ada);
                        if (what >= 8)
                        {
                            var said = new PublicInformation
                            {
                                Websites = [Site(which), Site(which + 1)],
                                SocialProfiles = [Account(which), Account(which + 1), Account(which + 2)],
                            };
                            var rules = (ChangingOwners)host.Get<IEditRules>();
                            rules.OfSocialProfiles = FieldOwner.Provider;
                            var applied = host.Get<ResultApplier>().Apply(current, said, $"machine-{what}", host.Now);
                            rules.OfSocialProfiles = FieldOwner.Agent;
                            if (applied is { } next)
                            {
                                (await host.Store.UpdateAsync(next, change: null, CancellationToken.None))
                                    .Should()
                                    .BeOfType<UpdateResult.Updated>();
                            }
                        }
                        else
                        {
                            var edit = current.Edit(ProfileFixture.Kim);
                            var isKept = Change(edit, what, which);
                            if (await host.Profiles.SaveAsync(edit) is SaveOutcome.Saved)
                            {
                                Note(removed, what, which, isKept);
                            }
                        }

                        var profile = await host.ReadAsync(ada);
                        foreach (
                            var list in profile
                                .Values.Select(value => value.Field.List)
                                .OfType<ProfileField>()
                                .Distinct()
                        )
                        {
                            profile
                                .Values.Count(value => list.Covers(value.Field))
                                .Should()
                                .BeLessThanOrEqualTo(limits.MostIn(list) + 1);
                        }

                        profile
                            .Websites.Select(site => $"site {site}")
                            .Concat(profile.SocialProfiles.Select(account => $"account {account.Url}"))
                            .Should()
                            .NotIntersectWith(removed);
                    }
                },
                iter: iterations
            );

        // Whether something was there to be removed.
        static bool Change(ProfileEdit edit, int what, int which)
        {
            switch (what)
            {
                case 0:
                    edit.Websites.Add(Site(which));
                    return true;
                case 1 or 2:
                    return edit.Websites.Remove(Site(which));
                case 3:
                    edit.SocialProfiles.Add(Account(which));
                    return true;
                case 4 or 5:
                    return edit.SocialProfiles.Remove(Account(which));
                case 6:
                    edit.Set(Property(which), "gold");
                    edit.Clear(Property(which + 1));
                    return true;
                default:
                    edit.Reset(which % 2 == 0 ? ProfileField.Websites : ProfileField.SocialProfiles);
                    return true;
            }
        }

        static void Note(HashSet<string> removed, int what, int which, bool isDone)
        {
            switch (what)
            {
                case 0:
                    removed.Remove($"site {Site(which)}");
                    break;
                case 1 or 2 when isDone:
                    removed.Add($"site {Site(which)}");
                    break;
                case 3:
                    removed.Remove($"account {Account(which).Url}");
                    break;
                case 4 or 5 when isDone:
                    removed.Add($"account {Account(which).Url}");
                    break;
                case 7:
                    removed.RemoveWhere(one =>
                        one.StartsWith(which % 2 == 0 ? "site" : "account", StringComparison.Ordinal)
                    );
                    break;
            }
        }
    }

    private static int Most(EditLimits limits) =>
        ProfileField.All.Sum(field => field.IsList ? limits.Entries + 1 : 1) + limits.CustomProperties + 1;

    private static ProfileFixture HostWith(EditLimits limits, params ProfileFixture.Directory[] providers) =>
        new(
            null,
            builder =>
            {
                builder.UseEditRules(new ChangingOwners(limits));
                foreach (var provider in providers)
                {
                    builder.AddProvider(provider);
                }
            }
        );

    private static async Task AddAndRemoveAsync(ProfileFixture host, CustomerProfile profile, int times)
    {
        for (var day = 0; day < times; day++)
        {
            await host.EditAsync(profile, edit => edit.Websites.Add(Site(day)));
            await host.EditAsync(profile, edit => edit.Websites.Remove(Site(day)));
        }
    }

    /// <summary>Makes the marks of the phones one.</summary>
    private static async Task FoldPhonesAsync(ProfileFixture host, CustomerProfile profile)
    {
        for (var i = 200; i < 200 + Small.Entries + 1; i++)
        {
            await host.EditAsync(profile, edit => edit.Phones.Add(Phone(i)));
            await host.EditAsync(profile, edit => edit.Phones.Remove(Phone(i)));
        }

        (await host.ReadAsync(profile)).Find(ProfileField.Phones)!.IsCleared.Should().BeTrue();
    }

    private static async Task CheckAgainAsync(ProfileFixture host)
    {
        host.Time.Advance(TimeSpan.FromDays(100));
        await host.ReceiveAsync("ada@example.com");
        (await RunAsync(host)).Should().BePositive();
    }

    private static async Task<int> RunAsync(ProfileFixture host)
    {
        var rules = (ChangingOwners)host.Get<IEditRules>();
        rules.OfSocialProfiles = FieldOwner.Provider;
        var attempts = await host.RunChecksAsync();
        rules.OfSocialProfiles = FieldOwner.Agent;
        return attempts;
    }

    private static PhoneNumber Phone(int of) => new($"+1 555 {of + 10_000:D7}");

    private static Uri Site(int of) => new($"https://site-{of + 1}.example.org/");

    private static ProfileEmail Email(int of) => new(EmailAddress.Parse($"ada-{of}@example.org"));

    private static SocialProfile Account(int of) =>
        new("github", new Uri($"https://social.example.com/ada-{of}"), $"ada-{of}");

    private static ProfileField<string> Property(int of) => ProfileField.Custom($"property-{of}");

    private static ProfileField<string> LongProperty(int of) =>
        ProfileField.Custom($"{of}".PadLeft(ProfileField.MaxCustomKeyLength, 'x'));

    /// <summary>Social profiles are the agents' while they edit and the providers' while checks run.</summary>
    private sealed class ChangingOwners(EditLimits limits) : IEditRules
    {
        public EditLimits Limits => limits;

        public FieldOwner OfSocialProfiles { get; set; }

        public FieldOwner OwnerOf(ProfileField field) =>
            ProfileField.SocialProfiles.Equals(field) ? OfSocialProfiles : FieldOwner.Agent;
    }
}
