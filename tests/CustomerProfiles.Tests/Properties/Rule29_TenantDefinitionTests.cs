using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;

namespace CustomerProfiles.Tests.Properties;

/// <summary>Properties that are defined per tenant, beside those in code.</summary>
public sealed class Rule29_TenantDefinitionTests
{
    private static readonly TenantId Other = new("other");

    private static readonly PropertyDefinition<string> Motto = PropertyDefinition.Text("motto", "Motto");

    private static readonly PropertyDefinition<decimal> Seats = PropertyDefinition.Number("seats", "Seats") with
    {
        IsSearchable = true,
    };

    private static readonly PropertyDefinition<string> SeatsAsText = PropertyDefinition.Text("seats", "Seats (text)");

    private static readonly PropertyDefinition<string> Plan = PropertyDefinition.Option(
        "plan",
        "Plan",
        new PropertyOption("free", "Free"),
        new PropertyOption("gold", "Gold")
    );

    [Fact]
    public async Task Definitions_in_code_come_first_and_the_tenants_own_in_the_order_of_their_definition()
    {
        await using var host = Host();
        (await DefineAsync(host, Seats)).Should().BeOfType<DefineOutcome.Defined>();
        await DefineAsync(host, Plan);
        await DefineAsync(host, Seats with { Label = "Places" });

        (await host.Profiles.Properties.GetAsync())
            .Select(definition => definition.Label)
            .Should()
            .Equal("Motto", "Places", "Plan");
        (await host.Profiles.ForTenant(Other).Properties.GetAsync()).Should().Equal(Motto);
    }

    [Fact]
    public async Task An_edit_is_strict_about_a_property_of_the_tenant()
    {
        await using var host = Host(options => options.AllowUnknownProperties = false);
        var ada = (await host.ReceiveAsync()).Profile!;
        (await RejectedAsync(host, ada, "seats", "12")).Code.Should().Be(FieldErrorCode.UnknownProperty);

        await DefineAsync(host, Seats);
        await DefineAsync(host, Plan);

        (await RejectedAsync(host, ada, "seats", "many"))
            .Should()
            .BeEquivalentTo(new { Code = FieldErrorCode.WrongType, Label = "Seats" });
        (await RejectedAsync(host, ada, "plan", "tin")).Code.Should().Be(FieldErrorCode.UnknownOption);
        (await SaveAsync(host, ada, "seats", "12.50")).Get(Seats).Value.Should().Be(12.5m);
        var created = await host.Profiles.CreateAsync(
            new NewProfile { Custom = new Dictionary<string, string> { ["seats"] = "many" } },
            TestHost.Kim
        );
        created.Should().BeOfType<CreateOutcome.Rejected>().Which.Errors.Should().ContainSingle();
    }

    [Fact]
    public async Task An_import_keeps_what_does_not_fit_and_warns()
    {
        await using var host = Host();
        await DefineAsync(host, Seats);
        var row = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile { Custom = new Dictionary<string, string> { ["seats"] = "about 1,5" } },
        };

        var result = await host
            .Profiles.ImportAsync(new[] { row }.ToAsyncEnumerable(), new ImportOptions { System = "old-crm" })
            .SingleAsync();

        result.Warnings.Should().ContainSingle().Which.Label.Should().Be("Seats");
        var id = result.Outcome.Should().BeOfType<ImportOutcome.Created>().Which.Id;
        (await host.ReadAsync(id)).CustomProperties["seats"].Should().Be("about 1,5");
    }

    [Fact]
    public async Task A_property_changed_from_text_to_number_and_to_text_again_loses_nothing()
    {
        await using var host = Host();
        await DefineAsync(host, SeatsAsText);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "seats", "about 1,5");

        await DefineAsync(host, Seats);
        var unfit = (await host.Profiles.GetSidebarAsync(ada.Id))!.Unfit.Should().ContainSingle().Subject;
        unfit.Should().BeEquivalentTo(new { Label = "Seats", Unfit = PropertyMisfit.WrongType });
        unfit.Texts.Should().Equal("about 1,5");
        (await host.ReadAsync(ada.Id)).Version.Should().Be(ada.Version);
        await SaveAsync(host, ada, "other", "An edit of another field leaves it alone.");

        await DefineAsync(host, SeatsAsText);
        (await host.ReadAsync(ada.Id)).Get(SeatsAsText).Value.Should().Be("about 1,5");
        (await host.Profiles.GetSidebarAsync(ada.Id))!.Unfit.Should().BeEmpty();
    }

    [Fact]
    public async Task An_option_is_renamed_and_one_that_is_left_out_is_archived()
    {
        await using var host = Host();
        await DefineAsync(host, Plan);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "plan", "gold");
        var grace = await SaveAsync(host, (await host.ReceiveAsync("grace@example.org")).Profile!, "plan", "free");

        var defined = await DefineAsync(
            host,
            PropertyDefinition.Option("plan", "Plan", new PropertyOption("gold", "Gold since May"))
        );

        OptionsIn(defined).Should().Equal(("gold", "Gold since May", false), ("free", "Free", true));
        (await FieldAsync(host, ada, "plan")).Texts.Should().Equal("Gold since May");
        (await FieldAsync(host, grace, "plan")).Texts.Should().Equal("Free");
        (await RejectedAsync(host, ada, "plan", "free")).Code.Should().Be(FieldErrorCode.UnknownOption);
    }

    [Fact]
    public async Task Options_from_before_another_type_are_archived_when_the_property_has_options_again()
    {
        await using var host = Host();
        await DefineAsync(host, Plan);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "plan", "gold");

        await DefineAsync(host, PropertyDefinition.Text("plan", "Plan"));
        await DefineAsync(host, PropertyDefinition.Text("plan", "Any plan"));
        await DefineAsync(host, PropertyDefinition.Number("plan", "Plan number"));
        (await host.Profiles.Properties.GetAsync())
            .Single(definition => definition.Key == "plan")
            .Options.Should()
            .BeEmpty();
        var free = PropertyDefinition.Option("plan", "Plan", new PropertyOption("free", "Free of charge"));
        var defined = await DefineAsync(host, free);

        OptionsIn(defined).Should().Equal(("free", "Free of charge", false), ("gold", "Gold", true));
        var field = await FieldAsync(host, ada, "plan");
        field.Unfit.Should().BeNull();
        field.Texts.Should().Equal("Gold");
        (await DefineAsync(host, free)).Should().BeOfType<DefineOutcome.Unchanged>();
    }

    [Fact]
    public async Task An_option_in_another_case_replaces_the_one_before()
    {
        await using var host = Host();
        await DefineAsync(host, Plan);

        var defined = await DefineAsync(
            host,
            PropertyDefinition.Option("plan", "Plan", new PropertyOption("GOLD", "Gold since May"))
        );

        OptionsIn(defined).Should().Equal(("GOLD", "Gold since May", false), ("free", "Free", true));
    }

    [Fact]
    public async Task A_property_has_five_hundred_options_at_most_archived_ones_among_them()
    {
        await using var host = Host();
        (await DefineAsync(host, Numbered(0, 501)))
            .Should()
            .BeOfType<DefineOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle()
            .Which.Should()
            .Contain("(\"plan\").Options has 501")
            .And.Contain("at most 500");
        (await DefineAsync(host, Numbered(0, 500))).Should().BeOfType<DefineOutcome.Defined>();

        (await DefineAsync(host, Numbered(1, 500)))
            .Should()
            .BeOfType<DefineOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle()
            .Which.Should()
            .Contain("has 501");

        static PropertyDefinition Numbered(int first, int count) =>
            PropertyDefinition.Option(
                "plan",
                "Plan",
                [.. Enumerable.Range(first, count).Select(i => new PropertyOption($"{i}", $"Plan {i}"))]
            );
    }

    [Fact]
    public async Task An_archived_definition_shows_its_values_and_takes_no_new_one()
    {
        await using var host = Host();
        await DefineAsync(host, Seats);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "seats", "12");

        await DefineAsync(host, Seats with { IsArchived = true });

        (await FieldAsync(host, ada, "seats")).Label.Should().Be("Seats");
        (await RejectedAsync(host, ada, "seats", "13")).Code.Should().Be(FieldErrorCode.UnknownProperty);
        (await host.Profiles.Properties.GetAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task Two_tenants_define_the_same_key_differently()
    {
        await using var host = Host();
        await DefineAsync(host, Seats);
        await DefineAsync(host, SeatsAsText, Other);
        var ada = (await host.ReceiveAsync()).Profile!;
        var grace = (await host.ReceiveAsync("grace@example.org", tenant: Other)).Profile!;

        (await RejectedAsync(host, ada, "seats", "many")).Code.Should().Be(FieldErrorCode.WrongType);
        grace = await SaveAsync(host, grace, "seats", "many");

        (await FieldAsync(host, grace, "seats"))
            .Should()
            .BeEquivalentTo(new { Label = "Seats (text)", Unfit = (PropertyMisfit?)null });
        (await FieldAsync(host, ada, "seats")).Label.Should().Be("Seats");
    }

    [Fact]
    public async Task A_profile_is_found_by_a_property_of_its_tenant()
    {
        await using var host = Host();
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "seats", "12.50");
        var range = new ProfileSearchQuery { Property = PropertyFilter.Between(Seats, 12m, 13m) };
        var early = async () => await host.Profiles.SearchAsync(range);
        await early.Should().ThrowAsync<ArgumentException>().WithMessage("*for the tenant*");

        await DefineAsync(host, Seats);

        (await host.Profiles.SearchAsync(range)).Profiles.Should().ContainSingle().Which.Id.Should().Be(ada.Id);
        (await host.Profiles.CountAsync(range)).Count.Should().Be(1);
        var elsewhere = async () => await host.Profiles.ForTenant(Other).SearchAsync(range);
        await elsewhere.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task History_export_and_merging_show_the_label_of_the_tenant()
    {
        await using var host = Host();
        await DefineAsync(host, Seats);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "seats", "12");
        var grace = await SaveAsync(host, (await host.ReceiveAsync("grace@example.org")).Profile!, "seats", "13");

        (await host.Profiles.History.GetAsync(ada.Id))!
            .Entries.SelectMany(entry => entry.Values)
            .Should()
            .Contain(value => value.Label == "Seats");
        var export = await host.Profiles.Privacy.ExportAsync(ada.Id);
        export!.ToJson().Should().Contain("\"label\": \"Seats\"");
        var preview = await host.Profiles.Merging.PreviewAsync(new MergeRequest { From = grace.Id, Into = ada.Id });
        preview
            .Should()
            .BeOfType<MergePreviewOutcome.Planned>()
            .Which.Preview.Entries.Should()
            .Contain(entry => entry.Label == "Seats");
    }

    [Fact]
    public async Task Another_host_goes_by_a_definition_once_its_own_are_thirty_seconds_old()
    {
        await using var host = Host();
        await using var other = Host(store: host);
        var ada = (await host.ReceiveAsync()).Profile!;
        ada = await SaveAsync(other, ada, "seats", "many");

        await DefineAsync(host, Seats);

        (await RejectedAsync(host, ada, "seats", "a lot")).Code.Should().Be(FieldErrorCode.WrongType);
        host.Time.Advance(TimeSpan.FromSeconds(29));
        ada = await SaveAsync(other, ada, "seats", "a few");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await RejectedAsync(other, ada, "seats", "a lot")).Code.Should().Be(FieldErrorCode.WrongType);
    }

    [Fact]
    public async Task Definitions_are_read_once_in_thirty_seconds_and_never_for_a_message()
    {
        await using var host = Host(out var store);
        await host.CheckedAsync();
        var ada = (await host.ReceiveAsync()).Profile!;
        store.Calls.Should().NotContain(nameof(IPropertyStore.GetPropertiesAsync));

        for (var i = 0; i < 3; i++)
        {
            ada = await SaveAsync(host, ada, "seats", $"{i}");
            await host.Profiles.GetSidebarAsync(ada.Id);
        }

        store.Calls.Count(call => call == nameof(IPropertyStore.GetPropertiesAsync)).Should().Be(1);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await SaveAsync(host, ada, "seats", "30");
        store.Calls.Count(call => call == nameof(IPropertyStore.GetPropertiesAsync)).Should().Be(2);
    }

    [Fact]
    public async Task A_read_that_began_before_a_definition_does_not_replace_it()
    {
        await using var host = Host(out var store);
        var ada = (await host.ReceiveAsync()).Profile!;
        var isFirst = true;
        store.After = async call =>
        {
            if (call == nameof(IPropertyStore.GetPropertiesAsync) && isFirst)
            {
                isFirst = false;
                await DefineAsync(host, Seats);
            }
        };

        (await RejectedAsync(host, ada, "seats", "many")).Code.Should().Be(FieldErrorCode.WrongType);
        (await RejectedAsync(host, ada, "seats", "a lot")).Code.Should().Be(FieldErrorCode.WrongType);
        isFirst.Should().BeFalse();
    }

    [Theory]
    [InlineData(nameof(IPropertyStore.GetPropertiesAsync), false)]
    [InlineData(nameof(IPropertyStore.GetPropertiesAsync), true)]
    [InlineData(nameof(IPropertyStore.SavePropertiesAsync), true)]
    public async Task Definitions_grow_old_from_before_a_slow_call_of_the_store(string slow, bool defines)
    {
        await using var host = Host(out var store);
        var ada = (await host.ReceiveAsync()).Profile!;
        await DefineAsync(host, Seats);
        store.Before = call =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(call == slow ? 20 : 0));
            return Task.CompletedTask;
        };
        if (defines)
        {
            // The read alone is slow when the definition is the same.
            await DefineAsync(host, slow == nameof(IPropertyStore.SavePropertiesAsync) ? Plan : Seats);
        }
        else
        {
            await host.Profiles.Properties.GetAsync();
        }

        store.Before = null;
        host.Time.Advance(TimeSpan.FromSeconds(9));
        store.ClearCalls();
        ada = await SaveAsync(host, ada, "seats", "1");
        store.Calls.Should().NotContain(nameof(IPropertyStore.GetPropertiesAsync), "they are 29 seconds old");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await SaveAsync(host, ada, "seats", "2");
        store.Calls.Should().Contain(nameof(IPropertyStore.GetPropertiesAsync), "they are 30 seconds old");
    }

    [Fact]
    public async Task Definitions_of_many_tenants_are_read_again_once_they_are_old()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        var properties = new TenantProperties(SearchableProperties.None, time);
        var first = new TenantId("0");
        for (var i = 0; i < 10_001; i++)
        {
            await properties.GetSearchableAsync(new TenantId($"{i}"), store, default);
        }

        await properties.GetSearchableAsync(first, store, default);
        store.Calls.Should().HaveCount(10_001);
        time.Advance(TimeSpan.FromSeconds(30));
        await properties.GetSearchableAsync(new TenantId("another"), store, default);
        await properties.GetSearchableAsync(first, store, default);
        await properties.GetSearchableAsync(first, store, default);
        store.Calls.Should().HaveCount(10_003);
    }

    [Fact]
    public async Task A_host_without_the_option_reads_and_defines_nothing()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "seats", "many");
        await host.Profiles.GetSidebarAsync(ada.Id);

        (await host.Profiles.Properties.GetAsync()).Should().BeEmpty();
        store.Calls.Should().NotContain(nameof(IPropertyStore.GetPropertiesAsync));
        var define = () => DefineAsync(host, Seats);
        await define.Should().ThrowAsync<InvalidOperationException>().WithMessage("*DefinePropertiesPerTenant*");
    }

    [Fact]
    public async Task A_store_without_the_chapter_has_the_definitions_in_code()
    {
        await using var host = new TestHost(
            options =>
            {
                options.DefinePropertiesPerTenant = true;
                options.Properties.Add(Motto);
            },
            store: BaseStore.Over(new InMemoryCustomerProfileStore(TimeProvider.System))
        );
        (await host.Profiles.Properties.GetAsync()).Should().Equal(Motto);
        await SaveAsync(host, (await host.ReceiveAsync()).Profile!, "motto", "Poetical science");
        var define = () => DefineAsync(host, Seats);
        await define.Should().ThrowAsync<NotSupportedException>().WithMessage("*IPropertyStore*");
    }

    [Fact]
    public async Task What_is_not_defined_says_why_and_writes_nothing()
    {
        await using var host = Host(out var store);
        (await DefineAsync(host, Motto with { Label = "Slogan" })).Should().BeOfType<DefineOutcome.DefinedInCode>();
        var invalid = PropertyDefinition.Option("plan", " ", new PropertyOption("a", "A"), new PropertyOption("A", ""));
        (await DefineAsync(host, invalid))
            .Should()
            .BeOfType<DefineOutcome.Rejected>()
            .Which.Errors.Should()
            .HaveCount(3)
            .And.AllSatisfy(error => error.Should().Contain("plan"));
        (await DefineAsync(host, PropertyDefinition.Text("", "No key")))
            .Should()
            .BeOfType<DefineOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle();
        store.Calls.Should().NotContain(nameof(IPropertyStore.SavePropertiesAsync));

        await DefineAsync(host, Plan);
        store.ClearCalls();
        (await DefineAsync(host, Plan)).Should().BeOfType<DefineOutcome.Unchanged>();
        store.Calls.Should().NotContain(nameof(IPropertyStore.SavePropertiesAsync));
    }

    [Fact]
    public async Task A_tenant_has_two_hundred_definitions_at_most()
    {
        await using var host = Host();
        for (var i = 0; i < 200; i++)
        {
            (await DefineAsync(host, PropertyDefinition.Text($"key {i}", "A label")))
                .Should()
                .BeOfType<DefineOutcome.Defined>();
        }

        (await DefineAsync(host, Seats)).Should().BeOfType<DefineOutcome.TooMany>().Which.Limit.Should().Be(200);
        (await DefineAsync(host, PropertyDefinition.Number("key 0", "A number")))
            .Should()
            .BeOfType<DefineOutcome.Defined>();
        (await DefineAsync(host, Seats, Other)).Should().BeOfType<DefineOutcome.Defined>();
    }

    [Fact]
    public async Task A_property_that_code_defines_later_is_as_in_code()
    {
        await using var host = Host();
        await DefineAsync(host, SeatsAsText);
        await using var later = Host(options => options.Properties.Add(Seats), store: host);

        (await later.Profiles.Properties.GetAsync())
            .Select(definition => definition.Label)
            .Should()
            .Equal("Motto", "Seats");
    }

    [Fact]
    public async Task Hosts_that_define_at_once_lose_no_definition()
    {
        await using var host = Host(out var store);
        var isFirst = true;
        store.Before = async call =>
        {
            if (call == nameof(IPropertyStore.SavePropertiesAsync) && isFirst)
            {
                isFirst = false;
                await DefineAsync(host, Plan);
            }
        };

        (await DefineAsync(host, Seats)).Should().BeOfType<DefineOutcome.Defined>();

        (await host.Profiles.Properties.GetAsync())
            .Select(definition => definition.Key)
            .Should()
            .Equal("motto", "plan", "seats");
    }

    [Fact]
    public async Task Losing_every_race_is_reported_as_busy()
    {
        await using var host = Host(out var store);
        var inner = 0;
        var races = 0;
        store.Before = async call =>
        {
            if (call == nameof(IPropertyStore.SavePropertiesAsync) && inner == 0)
            {
                inner++;
                await DefineAsync(host, PropertyDefinition.Text("plan", $"Plan {races++}"));
                inner--;
            }
        };

        (await DefineAsync(host, Seats)).Should().BeOfType<DefineOutcome.Busy>();

        races.Should().Be(100);
    }

    private static TestHost Host(Action<CustomerProfilesOptions>? options = null, TestHost? store = null) =>
        new(OptionsOf(options), store: store?.Store, time: store?.Time);

    private static TestHost Host(out FaultInjectingStore store)
    {
        var time = new TestTime(TestHost.Start);
        store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        return new TestHost(OptionsOf(null), store: store, time: time);
    }

    private static Action<CustomerProfilesOptions> OptionsOf(Action<CustomerProfilesOptions>? more) =>
        options =>
        {
            options.DefinePropertiesPerTenant = true;
            options.Properties.Add(Motto);
            more?.Invoke(options);
        };

    private static (string Code, string Label, bool IsArchived)[] OptionsIn(DefineOutcome outcome) =>
        [
            .. outcome
                .Should()
                .BeOfType<DefineOutcome.Defined>()
                .Which.Definition.Options.Select(option => (option.Code, option.Label, option.IsArchived)),
        ];

    private static async Task<DefineOutcome> DefineAsync(
        TestHost host,
        PropertyDefinition definition,
        TenantId tenant = default
    ) => await host.Profiles.ForTenant(tenant).Properties.DefineAsync(definition, TestHost.Kim);

    private static async Task<SaveOutcome> EditAsync(TestHost host, CustomerProfile profile, string key, string value)
    {
        var profiles = host.Profiles.ForTenant(profile.Tenant);
        var edit = (await profiles.GetAsync(profile.Id))!.Edit(TestHost.Kim);
        edit.Custom[key] = value;
        return await profiles.SaveAsync(edit);
    }

    private static async Task<CustomerProfile> SaveAsync(
        TestHost host,
        CustomerProfile profile,
        string key,
        string value
    ) => (await EditAsync(host, profile, key, value)).Should().BeOfType<SaveOutcome.Saved>().Which.Profile;

    private static async Task<FieldError> RejectedAsync(
        TestHost host,
        CustomerProfile profile,
        string key,
        string value
    ) =>
        (await EditAsync(host, profile, key, value))
            .Should()
            .BeOfType<SaveOutcome.Rejected>()
            .Which.Errors.Should()
            .ContainSingle()
            .Subject;

    private static async Task<SidebarField> FieldAsync(TestHost host, CustomerProfile profile, string key) =>
        (await host.Profiles.ForTenant(profile.Tenant).GetSidebarAsync(profile.Id))!.Fields.Single(field =>
            field.Field.CustomKey == key
        );
}
