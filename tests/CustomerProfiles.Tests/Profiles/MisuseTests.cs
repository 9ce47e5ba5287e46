using NodaTime;

namespace CustomerProfiles.Tests.Profiles;

public sealed class MisuseTests
{
    private static readonly CustomerId Stranger = CustomerId.New(ProfileFixture.Start);

    public static TheoryData<string, Func<ICustomerProfiles, Task>, string> Misuses =>
        new()
        {
            { "received null", profiles => profiles.ConversationReceivedAsync(null!).AsTask(), "conversation" },
            { "composed null", profiles => profiles.ConversationComposedAsync(null!).AsTask(), "conversation" },
            {
                "find by nothing",
                profiles => profiles.FindAsync(default).AsTask(),
                "make one with Identity.Email, Phone, Chat or External"
            },
            { "create null", profiles => profiles.CreateAsync(null!, ProfileFixture.Kim).AsTask(), "profile" },
            {
                "create by nobody",
                profiles => profiles.CreateAsync(new NewProfile(), default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "create with the id that is nobody's",
                profiles =>
                    profiles.CreateAsync(new NewProfile { Id = default(CustomerId) }, ProfileFixture.Kim).AsTask(),
                "default(CustomerId) is nobody's id"
            },
            {
                "create with an identity that is nothing",
                profiles =>
                    profiles.CreateAsync(new NewProfile { Identities = [default] }, ProfileFixture.Kim).AsTask(),
                "make one with Identity.Email, Phone, Chat or External"
            },
            {
                "find or create by nothing",
                profiles => profiles.FindOrCreateAsync(default, new NewProfile(), ProfileFixture.Kim).AsTask(),
                "make one with Identity.Email, Phone, Chat or External"
            },
            {
                "find or create by nobody",
                profiles => profiles.FindOrCreateAsync(Identity.External("1"), new NewProfile(), default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "check now at nothing",
                profiles => profiles.CheckNowAsync(Stranger, " ", ProfileFixture.Kim).AsTask(),
                "provider"
            },
            {
                "check now by nobody",
                profiles => profiles.CheckNowAsync(Stranger, "directory", default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "import a null",
                profiles => ImportAsync(profiles, new ImportOptions { System = "old-crm" }, [null!]),
                "A row of an import"
            },
            {
                "import from a system with a colon",
                profiles => ImportAsync(profiles, new ImportOptions { System = "old:crm" }),
                "cannot hold a colon"
            },
            {
                "import batches of none",
                profiles => ImportAsync(profiles, new ImportOptions { System = "old-crm", BatchSize = 0 }),
                "BatchSize"
            },
            { "list null", profiles => profiles.ListAsync(null!).AsTask(), "query" },
            { "save null", profiles => profiles.SaveAsync(null!).AsTask(), "edit" },
            {
                "clear photo by nobody",
                profiles => profiles.ClearPhotoAsync(Stranger, default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "reset photo by nobody",
                profiles => profiles.ResetPhotoAsync(Stranger, default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "disable nothing",
                profiles => profiles.DisableProviderAsync(" ", ProfileFixture.Kim).AsTask(),
                "provider"
            },
            {
                "disable by nobody",
                profiles => profiles.DisableProviderAsync("directory", default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            { "enable null", profiles => profiles.EnableProviderAsync(null!, ProfileFixture.Kim).AsTask(), "provider" },
            {
                "enable by nobody",
                profiles => profiles.EnableProviderAsync("directory", default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "suppress by nobody",
                profiles => profiles.SuppressAsync(Stranger, default(Actor)).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "unsuppress by nobody",
                profiles => profiles.UnsuppressAsync(Stranger, default(Actor)).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "remove provider data by nobody",
                profiles => profiles.Privacy.RemoveProviderDataAsync("directory", Stranger, default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "remove provider data of all by nobody",
                profiles => profiles.Privacy.RemoveProviderDataAsync("directory", default(Actor)).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "revert by nobody",
                profiles => profiles.History.DraftRevertAsync(Stranger, 1, RevertScope.OneChange, default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            {
                "define nothing",
                profiles => profiles.Properties.DefineAsync(null!, ProfileFixture.Kim).AsTask(),
                "definition"
            },
            {
                "define by nobody",
                profiles => profiles.Properties.DefineAsync(PropertyDefinition.Text("a", "A"), default).AsTask(),
                "Actor.Agent(id) or Actor.Import(system)"
            },
            { "forget no field", profiles => profiles.History.RedactAsync(Stranger, null!).AsTask(), "field" },
            {
                "suppress nothing",
                profiles => profiles.SuppressAsync(default(Identity)).AsTask(),
                "make one with Identity.Email, Phone, Chat or External"
            },
            {
                "unsuppress nothing",
                profiles => profiles.UnsuppressAsync(default(Identity)).AsTask(),
                "make one with Identity.Email, Phone, Chat or External"
            },
        };

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task Misuse_is_refused_with_a_message_that_says_what_to_do(
        string misuse,
        Func<ICustomerProfiles, Task> call,
        string message
    )
    {
        await using var host = new ProfileFixture();

        var refusal = async () => await call(host.Profiles);

        (await refusal.Should().ThrowAsync<ArgumentException>(misuse)).Which.Message.Should().Contain(message);
    }

    [Fact]
    public async Task No_store_sees_the_id_that_is_nobodys()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Before = call => throw new InvalidOperationException(call);
        var (profiles, nobody) = (host.Profiles, default(CustomerId));

        (await profiles.GetAsync(nobody)).Should().BeNull();
        (await profiles.GetSidebarAsync(nobody)).Should().BeNull();
        (await profiles.ClearPhotoAsync(nobody, ProfileFixture.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
        (await profiles.ResetPhotoAsync(nobody, ProfileFixture.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
        (await profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, nobody, TestHost.Kim))
            .Should()
            .BeFalse();
        (await profiles.CheckNowAsync(nobody, FakeProvider.DefaultName, TestHost.Kim))
            .Should()
            .BeOfType<CheckNowOutcome.NotFound>();
        (await profiles.SuppressAsync(nobody, TestHost.Kim)).Should().BeFalse();
        (await profiles.UnsuppressAsync(nobody, TestHost.Kim)).Should().BeFalse();
        (await profiles.History.GetAsync(nobody)).Should().BeNull();
        (await profiles.History.GetVersionAsync(nobody, 1)).Should().BeNull();
        (await profiles.History.RedactAsync(nobody, ProfileField.Notes)).Should().BeFalse();
        var request = new MergeRequest { From = nobody, Into = Stranger };
        (await profiles.Merging.PreviewAsync(request)).Should().BeOfType<MergePreviewOutcome.NotFound>();
        (await profiles.Merging.MergeAsync(request, TestHost.Kim)).Should().BeOfType<MergeOutcome.NotFound>();
        (await profiles.Merging.UnmergeAsync(default, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.NotFound>();
        (await profiles.Merging.ResolveAsync(nobody)).Should().BeOfType<CustomerResolution.Unknown>();
        (await profiles.Merging.GetMergesAsync(nobody)).Should().BeEmpty();
        (await profiles.Merging.MarkNotDuplicatesAsync(nobody, Stranger, TestHost.Kim)).Should().BeFalse();
        (await profiles.Merging.MarkNotDuplicatesAsync(Stranger, nobody, TestHost.Kim)).Should().BeFalse();
        (await profiles.Privacy.EraseAsync(nobody, TestHost.Kim)).Should().BeOfType<EraseOutcome.NotFound>();
    }

    [Fact]
    public async Task Allowing_needs_an_identity_retention_an_actor_and_replaying_receipts()
    {
        await using var host = new TestHost();
        var privacy = host.Profiles.Privacy;
        await privacy.Awaiting(one => one.AllowAsync(default).AsTask()).Should().ThrowAsync<ArgumentException>();
        await privacy
            .Awaiting(one => one.ExportAsync(default(Identity)).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        await privacy
            .Awaiting(one => one.ApplyRetentionAsync(default).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        await privacy
            .Awaiting(one => one.ReplayErasuresAsync(null!).AsTask())
            .Should()
            .ThrowAsync<ArgumentNullException>();
    }

    private static async Task ImportAsync(ICustomerProfiles profiles, ImportOptions options, params ImportRow[] rows) =>
        await profiles.ImportAsync(rows.ToAsyncEnumerable(), options).ToArrayAsync();

    [Fact]
    public void A_conversation_has_an_id()
    {
        Refused(() => new Conversation("", "ada@example.com", ProfileFixture.Start), "*id*");
        Refused(() => new Conversation(null!, "ada@example.com", ProfileFixture.Start), "*id*");
        Refused(() => new ComposedConversation(" ", "ada@example.com", ProfileFixture.Start), "*id*");
        Refused(
            () => new Conversation(new string('x', 501), "ada@example.com", ProfileFixture.Start),
            "*at most 500*501*Pass a hash*"
        );
        Refused(
            () => new ComposedConversation(new string('x', 501), "ada@example.com", ProfileFixture.Start),
            "*at most 500*501*Pass a hash*"
        );
        Refused(() => new Conversation("\u0001c", "ada@example.com", ProfileFixture.Start), "*no control characters*");
        Refused(
            () => new ComposedConversation("c\nd", "ada@example.com", ProfileFixture.Start),
            "*no control characters*"
        );
        Refused(
            () => new Conversation("c", default(Identity), "Ada", ProfileFixture.Start),
            "*make one with Identity.Email*"
        );
        Refused(
            () => new ComposedConversation("c", default(Identity), "Ada", ProfileFixture.Start),
            "*make one with Identity.Email*"
        );
        new Conversation(new string('x', 500), null, ProfileFixture.Start).Id.Should().HaveLength(500);

        static void Refused(Func<object> make, string message) =>
            make.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public async Task An_edit_needs_an_actor()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();

        ((Action)(() => ada.Edit(default)))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*Actor.Agent(id) or Actor.Import(system)*");
        ((Action)(() => Actor.Agent(" "))).Should().Throw<ArgumentException>();
        ((Action)(() => Actor.Import(null!))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task An_edit_refuses_null_arguments()
    {
        await using var host = new ProfileFixture();
        var edit = (await host.CreateAsync()).Edit(ProfileFixture.Kim);

        Refused(() => edit.Set(ProfileField.Company, null!));
        Refused(() => edit.Set((ProfileField<string>)null!, "x"));
        Refused(() => edit.Clear(null!));
        Refused(() => edit.Reset(null!));
        Refused(() => edit.Undo(null!));
        Refused(() => edit.Undo(ProfileField.Phones, null!));
        Refused(() => edit.Phones.ReplaceWith(null!));
        Refused(() => edit.Custom[null!] = "x");
        Refused(() => _ = edit.Custom[null!]);
        Refused(() => edit.Get((ProfileField<string>)null!));
        Refused(() => edit.Get((PropertyDefinition<decimal>)null!));
        Refused(() => edit.Set((PropertyDefinition<decimal>)null!, 1));
        Refused(() => edit.Emails.Add(null!));
        Refused(() => edit.Phones.Remove(null!));
        Refused(() => edit.Rebase(null!));
        edit.IsEmpty.Should().BeTrue();

        static void Refused(Action call) => call.Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task A_value_with_nothing_in_it_is_an_error_of_its_field_and_no_crash()
    {
        await using var host = new ProfileFixture(
            null,
            builder => builder.UseEditRules(EditRules.PhotoEditableByAgents)
        );
        var ada = await host.CreateAsync();

        Only(
            await host.RejectedAsync(ada, edit => edit.Emails.Add(new ProfileEmail(default(EmailAddress)))),
            ProfileField.Emails
        );
        Only(await host.RejectedAsync(ada, edit => edit.Phones.Add(new PhoneNumber(null!))), ProfileField.Phones);
        Only(await host.RejectedAsync(ada, edit => edit.Photo = new Photo(null!)), ProfileField.Photo);

        static void Only(SaveOutcome.Rejected rejected, ProfileField field) =>
            rejected
                .Errors.Should()
                .ContainSingle()
                .Which.Should()
                .Match<FieldError>(error => error.Field.Equals(field) && error.Code == FieldErrorCode.Malformed);
    }

    [Fact]
    public void A_profile_is_made_of_what_a_store_kept()
    {
        var id = CustomerId.New(ProfileFixture.Start);

        Refused(() => new CustomerProfile(default, default, 1, default, default, [], []), "*nobody's id*");
        Refused(() => new CustomerProfile(default, id, 0, default, default, [], []), "*version*");
        Refused(() => new CustomerProfile(default, id, 1, default, default, default, []), "*not default*identities*");
        Refused(() => new CustomerProfile(default, id, 1, default, default, [], default), "*not default*values*");

        static void Refused(Func<object> make, string message) =>
            make.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public void A_page_has_1_to_500_profiles(int size) =>
        ((Action)(() => _ = new ProfileQuery { PageSize = size })).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public async Task An_unknown_or_garbage_id_is_an_outcome_and_no_exception()
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync();
        CustomerId.TryParse("garbage from a route", out var garbage).Should().BeFalse();

        foreach (var id in new[] { Stranger, garbage })
        {
            (await host.Profiles.GetAsync(id)).Should().BeNull();
            (await host.Profiles.GetSidebarAsync(id)).Should().BeNull();
            (await host.Profiles.ClearPhotoAsync(id, ProfileFixture.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
            (await host.Profiles.ResetPhotoAsync(id, ProfileFixture.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
            (await host.Profiles.Privacy.RemoveProviderDataAsync("directory", id, TestHost.Kim)).Should().BeFalse();
            (await host.Profiles.SuppressAsync(id, TestHost.Kim)).Should().BeFalse();
            (await host.Profiles.UnsuppressAsync(id, TestHost.Kim)).Should().BeFalse();
        }

        (await host.Profiles.FindAsync(Identity.External("stranger"))).Should().BeNull();
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var cancelled = new CancellationToken(canceled: true);
        var edit = ada.Edit(ProfileFixture.Kim);
        edit.Company = "Example Ltd";

        var receive = async () =>
            await host.Profiles.ConversationReceivedAsync(
                new Conversation("c", "bob@example.com", host.Now),
                cancelled
            );
        var save = async () => await host.Profiles.SaveAsync(edit, cancelled);
        var clear = async () => await host.Profiles.ClearPhotoAsync(ada.Id, ProfileFixture.Kim, cancelled);

        await receive.Should().ThrowAsync<OperationCanceledException>();
        await save.Should().ThrowAsync<OperationCanceledException>();
        await clear.Should().ThrowAsync<OperationCanceledException>();
        (await host.CountAsync()).Should().Be(1);
        (await host.ReadAsync(ada)).Should().BeSameAs(ada);
        (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>("the draft is as good as before");
    }
}
