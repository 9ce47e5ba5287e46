using NodaTime;

namespace CustomerProfiles.Tests.Editing;

/// <summary>An edit of a custom property is checked against its definition; the text is stored as given.</summary>
public sealed class Rule29_PropertyEditTests
{
    private static readonly PropertyDefinition<decimal> Seats = PropertyDefinition.Number("seats", "Seats");

    private static readonly PropertyDefinition<LocalDate> Since = PropertyDefinition.Date("since", "Customer since");

    private static readonly PropertyDefinition<bool> IsTrial = PropertyDefinition.Boolean("trial", "On trial");

    private static readonly PropertyDefinition<Uri> Shop = PropertyDefinition.Url("shop", "Web shop");

    private static readonly PropertyDefinition<string> Plan = PropertyDefinition.Option(
        "plan",
        "Plan",
        new PropertyOption("free", "Free"),
        new PropertyOption("gold", "Gold plan"),
        new PropertyOption("tin", "Tin") { IsArchived = true }
    );

    private static readonly PropertyDefinition<string> Motto = PropertyDefinition.Text("motto", "Motto");

    private static readonly PropertyDefinition[] All = [Seats, Since, IsTrial, Shop, Plan, Motto];

    [Theory]
    [InlineData("seats", "12")]
    [InlineData("seats", "-12.50")]
    [InlineData("seats", "+007")]
    [InlineData("seats", "79228162514264337593543950335")]
    [InlineData("seats", "\u200b12\u200e")]
    [InlineData("since", "2024-02-29")]
    [InlineData("since", "0001-01-01")]
    [InlineData("since", "9999-12-31")]
    [InlineData("trial", "true")]
    [InlineData("trial", "false")]
    [InlineData("shop", "https://shop.example.com/a?b=c")]
    [InlineData("shop", "http://example.com")]
    [InlineData("plan", "gold")]
    [InlineData("motto", "1,5 of anything\nin two lines")]
    [InlineData("something else", "anything")]
    public async Task A_value_that_fits_is_stored_as_given(string key, string value)
    {
        await using var host = Host();
        var ada = await host.CreateAsync();

        var saved = await host.EditAsync(ada, edit => edit.Custom[key] = value);

        saved.CustomProperties[key].Should().Be(value);
    }

    [Theory]
    [InlineData("seats", "1,5")]
    [InlineData("seats", "1,000")]
    [InlineData("seats", "1 000")]
    [InlineData("seats", "1e3")]
    [InlineData("seats", ".5")]
    [InlineData("seats", "5.")]
    [InlineData("seats", "1.2.3")]
    [InlineData("seats", "--1")]
    [InlineData("seats", "-")]
    [InlineData("seats", "$5")]
    [InlineData("seats", "\u0665")]
    [InlineData("seats", "79228162514264337593543950336")]
    [InlineData("since", "2023-02-29")]
    [InlineData("since", "1900-02-29")]
    [InlineData("since", "29.02.2024")]
    [InlineData("since", "2024-2-9")]
    [InlineData("since", "0000-01-01")]
    [InlineData("since", "-0001-01-01")]
    [InlineData("since", "2024-02-29T00:00:00Z")]
    [InlineData("trial", "True")]
    [InlineData("trial", "yes")]
    [InlineData("trial", "1")]
    [InlineData("shop", "example.com")]
    [InlineData("shop", "/shop")]
    [InlineData("shop", "ftp://example.com/")]
    [InlineData("shop", "javascript:alert(1)")]
    [InlineData("shop", "https://example.com/a b")]
    public async Task A_value_of_another_type_is_rejected(string key, string value)
    {
        await using var host = Host();
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(ada, edit => edit.Custom[key] = value);

        var error = rejected.Errors.Should().ContainSingle().Subject;
        error.Code.Should().Be(FieldErrorCode.WrongType);
        error.Field.Should().Be(ProfileField.Custom(key));
        error.Label.Should().Be(All.Single(property => property.Key == key).Label);
        error.Message.Should().StartWith($"The custom property \"{error.Label}\" holds ");
    }

    [Theory]
    [InlineData("silver")]
    [InlineData("Gold plan")]
    [InlineData("GOLD")]
    [InlineData("tin")]
    public async Task A_value_that_is_no_code_of_an_offered_option_is_rejected(string value)
    {
        await using var host = Host();
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(ada, edit => edit.Custom["plan"] = value);

        var error = rejected.Errors.Should().ContainSingle().Subject;
        error.Code.Should().Be(FieldErrorCode.UnknownOption);
        error.Message.Should().Be("The custom property \"Plan\" is one of free (Free), gold (Gold plan); choose one.");
    }

    [Fact]
    public async Task A_rejection_has_every_error_at_once()
    {
        await using var host = Host(options =>
        {
            options.AllowUnknownProperties = false;
            options.Limits = EditLimits.Default with { CustomValue = 20 };
        });
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Company = "a\nb";
                edit.Custom["seats"] = "many";
                edit.Custom["since"] = "2023-02-29";
                edit.Custom["plan"] = "silver";
                edit.Custom["shop"] = "this is longer than twenty characters";
                edit.Custom["color"] = "red";
                edit.Custom["motto"] = "fits";
            }
        );

        rejected
            .Errors.Select(error => (error.Field.Code, error.Code))
            .Should()
            .Equal(
                ("company", FieldErrorCode.UnfitCharacters),
                ("custom:seats", FieldErrorCode.WrongType),
                ("custom:since", FieldErrorCode.WrongType),
                ("custom:plan", FieldErrorCode.UnknownOption),
                ("custom:shop", FieldErrorCode.TooLong),
                ("custom:shop", FieldErrorCode.WrongType),
                ("custom:color", FieldErrorCode.UnknownProperty)
            );
    }

    [Fact]
    public async Task An_undefined_property_can_be_cleared_only_where_unknown_ones_are_not_allowed()
    {
        await using var open = Host();
        var ada = await open.EditAsync(await open.CreateAsync(), edit => edit.Custom["color"] = "red");
        await using var closed = Host(options => options.AllowUnknownProperties = false, open);

        var rejected = await closed.RejectedAsync(ada, edit => edit.Custom["color"] = "blue");
        rejected.Errors.Single().Code.Should().Be(FieldErrorCode.UnknownProperty);
        (await closed.ReadAsync(ada)).CustomProperties["color"].Should().Be("red");

        await closed.EditAsync(ada, edit => edit.Company = "Example Ltd");
        var cleared = await closed.EditAsync(ada, edit => edit.Custom["color"] = null);
        cleared.CustomProperties.Should().NotContainKey("color");
    }

    [Fact]
    public async Task An_archived_property_keeps_its_value_and_takes_no_other()
    {
        await using var before = Host();
        var ada = await before.EditAsync(await before.CreateAsync(), edit => edit.Set(Seats, 5));
        await using var after = Host(store: before, definitions: [Seats with { IsArchived = true }]);

        var rejected = await after.RejectedAsync(ada, edit => edit.Set(Seats, 6));

        rejected.Errors.Single().Code.Should().Be(FieldErrorCode.UnknownProperty);
        (await after.ReadAsync(ada)).Get(Seats).Value.Should().Be(5);
        (await after.EditAsync(ada, edit => edit.Custom["seats"] = "")).Get(Seats).HasValue.Should().BeFalse();
    }

    [Fact]
    public async Task An_archived_or_removed_option_stays_until_the_property_is_edited()
    {
        await using var before = Host();
        var ada = await before.EditAsync(await before.CreateAsync(), edit => edit.Set(Plan, "gold"));
        var archived = Plan with { Options = [new("free", "Free"), new("gold", "Gold") { IsArchived = true }] };
        var removed = Plan with { Options = [new("free", "Free")] };

        ada.Get(archived).Value.Should().Be("gold");
        ada.Get(removed).HasValue.Should().BeFalse();
        ada.Get(removed).Unfit.Should().Be(PropertyMisfit.UnknownOption);
        ada.Get(removed).Text.Should().Be("gold");
        foreach (var definition in new[] { archived, removed })
        {
            await using var after = Host(store: before, definitions: [definition]);
            await after.EditAsync(
                ada,
                edit =>
                {
                    edit.Custom["plan"] = "gold";
                    edit.Company = $"Example {Guid.NewGuid()}";
                }
            );
            (await after.RejectedAsync(ada, edit => edit.Custom["plan"] = "tin"))
                .Errors.Single()
                .Message.Should()
                .EndWith("is one of free (Free); choose one.");
        }
    }

    [Fact]
    public async Task A_property_changed_from_text_to_number_and_to_text_again_loses_nothing()
    {
        const string value = " about 1,5 \n(since May)";
        await using var text = Host(definitions: [PropertyDefinition.Text("seats", "Seats")]);
        var ada = await text.EditAsync(await text.CreateAsync(), edit => edit.Custom["seats"] = value);
        var stored = ada.CustomProperties["seats"];
        await using var number = Host(store: text, definitions: [Seats]);

        var read = await number.ReadAsync(ada);
        read.Version.Should().Be(ada.Version);
        read.Get(Seats).HasValue.Should().BeFalse();
        read.Get(Seats).Unfit.Should().Be(PropertyMisfit.WrongType);
        read.Get(Seats).Text.Should().Be(stored);
        (await number.EditAsync(ada, edit => edit.Company = "Example Ltd"))
            .CustomProperties["seats"]
            .Should()
            .Be(stored);

        var again = await text.ReadAsync(ada);
        again
            .Get(PropertyDefinition.Text("seats", "Seats"))
            .Value.Should()
            .Be(stored)
            .And.Be("about 1,5 \n(since May)");
    }

    [Fact]
    public async Task A_value_that_no_longer_fits_is_mended_by_the_next_edit_that_changes_it()
    {
        await using var text = Host(definitions: [PropertyDefinition.Text("seats", "Seats")]);
        var ada = await text.EditAsync(await text.CreateAsync(), edit => edit.Custom["seats"] = "1,5");
        await using var number = Host(store: text, definitions: [Seats]);

        (await number.RejectedAsync(ada, edit => edit.Custom["seats"] = "2,5"))
            .Errors.Single()
            .Code.Should()
            .Be(FieldErrorCode.WrongType);
        var posted = await number.EditAsync(
            ada,
            edit =>
            {
                edit.Custom["seats"] = "1,5";
                edit.Notes = "The form shows all fields, and was posted as a whole.";
            }
        );
        posted.Get(Seats).Unfit.Should().Be(PropertyMisfit.WrongType);
        var mended = await number.EditAsync(ada, edit => edit.Custom["seats"] = "1.5");
        mended.Get(Seats).Value.Should().Be(1.5m);
    }

    [Fact]
    public async Task A_typed_value_is_written_in_invariant_form_and_read_again()
    {
        await using var host = Host();
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        CustomerProfile saved;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new("de-DE");
            saved = await host.EditAsync(
                await host.CreateAsync(),
                edit =>
                {
                    edit.Set(Seats, -1234.50m);
                    edit.Set(Since, new LocalDate(2024, 2, 29));
                    edit.Set(IsTrial, false);
                    edit.Set(Shop, new Uri("https://shop.example.com/a"));
                    edit.Set(Plan, "gold");
                    edit.Set(Motto, "Onward");
                    edit.Get(Seats).Value.Should().Be(-1234.5m);
                }
            );
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }

        saved
            .CustomProperties.Should()
            .Equal(
                new Dictionary<string, string>
                {
                    ["seats"] = "-1234.50",
                    ["since"] = "2024-02-29",
                    ["trial"] = "false",
                    ["shop"] = "https://shop.example.com/a",
                    ["plan"] = "gold",
                    ["motto"] = "Onward",
                }
            );
        saved.Get(Seats).Value.Should().Be(-1234.5m);
        saved.Get(Since).Value.Should().Be(new LocalDate(2024, 2, 29));
        saved.Get(IsTrial).TryGetValue(out var isTrial).Should().BeTrue();
        isTrial.Should().BeFalse();
        saved.Get(Shop).Value.Should().Be(new Uri("https://shop.example.com/a"));
        saved.Get(Plan).Value.Should().Be("gold");
        saved.Get(Motto).Value.Should().Be("Onward");
    }

    [Fact]
    public async Task Setting_an_equal_value_in_another_spelling_changes_nothing()
    {
        await using var host = Host();
        var ada = await host.EditAsync(await host.CreateAsync(), edit => edit.Custom["seats"] = "1.00");
        var edit = ada.Edit(ProfileFixture.Lee);

        edit.Set(Seats, 1m);

        edit.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task A_property_that_is_unset_or_cleared_has_no_value_and_is_not_unfit()
    {
        await using var host = Host();
        var ada = await host.CreateAsync();
        var cleared = await host.EditAsync(ada, edit => edit.Clear(Seats.Field));

        foreach (var value in new[] { ada.Get(Seats), cleared.Get(Seats) })
        {
            value.HasValue.Should().BeFalse();
            value.Unfit.Should().BeNull();
            value.Text.Should().BeNull();
            value.TryGetValue(out _).Should().BeFalse();
            value.Invoking(unset => unset.Value).Should().Throw<InvalidOperationException>();
        }
    }

    [Fact]
    public async Task The_sidebar_shows_labels_and_lists_what_does_not_fit()
    {
        await using var before = Host(definitions: [PropertyDefinition.Text("seats", "Seats")]);
        var ada = await before.EditAsync(
            await before.CreateAsync(),
            edit =>
            {
                edit.Custom["seats"] = "many";
                edit.Custom["plan"] = "gold";
                edit.Custom["color"] = "red";
                edit.Custom["old"] = "kept";
            }
        );
        var old = PropertyDefinition.Text("old", "Old field") with { IsArchived = true };
        var unused = PropertyDefinition.Text("unused", "Unused field") with { IsArchived = true };
        await using var host = Host(store: before, definitions: [Plan, unused, old, Since, Seats]);

        var view = (await host.Profiles.GetSidebarAsync(ada.Id))!;

        view.Fields.Where(field => field.Group == ProfileFieldGroup.Custom)
            .Select(field => (field.Field.CustomKey, field.Label, string.Join('|', field.Texts), field.Unfit))
            .Should()
            .Equal(
                ("plan", "Plan", "Gold plan", null),
                ("old", "Old field", "kept", null),
                ("since", "Customer since", "", null),
                ("seats", "Seats", "many", PropertyMisfit.WrongType),
                ("color", "color", "red", null)
            );
        view.Unfit.Should().ContainSingle().Which.Property.Should().BeSameAs(Seats);
    }

    [Fact]
    public async Task A_renamed_option_keeps_its_code_and_shows_the_new_label()
    {
        await using var before = Host();
        var ada = await before.EditAsync(await before.CreateAsync(), edit => edit.Set(Plan, "gold"));
        var renamed = Plan with { Options = [new("free", "Free"), new("gold", "Premium")] };
        await using var after = Host(store: before, definitions: [renamed]);

        var view = (await after.Profiles.GetSidebarAsync(ada.Id))!;

        var shown = view.Fields.Single(field => Plan.Field.Equals(field.Field));
        shown.Texts.Should().Equal("Premium");
        shown.Values.Single().Text.Should().Be("gold");
        view.Profile.Get(renamed).Value.Should().Be("gold");
    }

    [Fact]
    public async Task The_label_that_the_host_sets_for_a_field_takes_precedence()
    {
        await using var host = Host(options =>
            options.FieldLabels = (field, _) => field.CustomKey == "seats" ? "Sitze" : null
        );
        var ada = await host.CreateAsync();

        var rejected = await host.RejectedAsync(
            ada,
            edit =>
            {
                edit.Custom["seats"] = "many";
                edit.Custom["since"] = "ever";
            }
        );

        rejected.Errors.Select(error => error.Label).Should().Equal("Sitze", "Customer since");
    }

    [Fact]
    public void A_definition_of_a_type_known_at_run_time_is_the_same_as_a_declared_one()
    {
        foreach (var type in Enum.GetValues<PropertyType>())
        {
            PropertyDefinition.Of(type, "key", "Label").Type.Should().Be(type);
        }

        PropertyDefinition.Of(PropertyType.Number, "seats", "Seats").Should().Be(Seats);
        var unknown = () => PropertyDefinition.Of((PropertyType)99, "key", "Label");
        unknown.Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>A host with definitions, on the store of another host where one is given.</summary>
    private static ProfileFixture Host(
        Action<CustomerProfilesOptions>? options = null,
        ProfileFixture? store = null,
        PropertyDefinition[]? definitions = null
    ) =>
        new(
            set =>
            {
                foreach (var definition in definitions ?? All)
                {
                    set.Properties.Add(definition);
                }

                options?.Invoke(set);
            },
            builder =>
            {
                if (store is not null)
                {
                    builder.UseStore(store.Store);
                }
            }
        );
}
