using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>
/// Rule 20: of an erased customer's identities nothing remains but keyed hashes, and these only if the caller says so.
/// </summary>
public sealed class Rule20_ErasedIdentitiesTests
{
    private static readonly (string Id, string Secret) Key = ("2026", ErasingSteps.Secret);
    private static readonly (string Id, string Secret) NewKey = ("2027", ErasingSteps.OtherSecret);

    [Fact]
    public async Task Unless_the_caller_says_more_nothing_is_kept_of_a_customer_who_is_not_suppressed()
    {
        await using var host = ErasingSteps.HostWith(Key);
        var ada = await host.WriterAsync(TestHost.Ada);
        (await host.ErasedAsync(ada.Id)).Marks.Should().BeEmpty();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task A_suppressed_customer_who_writes_again_is_a_new_one_who_is_never_looked_up()
    {
        await using var host = ErasingSteps.HostWith(Key);
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        var mark = (await host.ErasedAsync(ada.Id)).Marks.Should().ContainSingle().Subject;
        mark.Kind.Should().Be(ErasureMarkKind.DoNotLookUp);
        mark.KeyId.Should().MatchRegex("^2026:[0-9a-f]{9}$");
        mark.Hash.Should().MatchRegex("^[0-9a-f]{64}$");

        var outcome = await host.ReceiveAsync();
        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Id.Should().NotBe(ada.Id);
        outcome.Checks[0].Reason.Should().Be(CheckReason.Suppressed);
        host.PassTwoMonths();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Suppressed);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_suppressed_customer_who_is_to_be_forgotten_is_looked_up_when_they_write_again()
    {
        await using var host = ErasingSteps.HostWith(Key);
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        (await host.ErasedAsync(ada.Id, ErasedIdentities.Forget)).Marks.Should().BeEmpty();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, ErasedIdentities.DoNotLookUp)]
    [InlineData(false, ErasedIdentities.DoNotKeep)]
    public async Task Without_a_key_nobody_is_erased_of_whom_marks_are_to_be_kept(
        bool isSuppressed,
        ErasedIdentities? identities
    )
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        if (isSuppressed)
        {
            await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        }

        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim, new ErasureOptions { Identities = identities }))
            .Should()
            .BeOfType<EraseOutcome.NeedsKey>()
            .Which.Code.Should()
            .Be("needs-key");
        (await host.Profiles.GetAsync(ada.Id)).Should().NotBeNull();
        (await host.ErasedAsync(ada.Id, ErasedIdentities.Forget)).Marks.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_not_to_be_kept_is_declined_however_the_conversation_comes()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);

        foreach (var outcome in new[] { await host.ReceiveAsync(), await host.ComposeAsync() })
        {
            var declined = outcome.Should().BeOfType<ConversationOutcome.Declined>().Subject;
            declined.Reason.Should().Be(DeclineReason.Erased);
            declined.Explanation.Should().NotContainEquivalentOf("ada");
        }

        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
        (await host.ReceiveAsync(MergingSteps.Grace)).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task Who_is_not_to_be_kept_is_refused_by_edits_creations_and_imports()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var adas = new ProfileEmail(EmailAddress.Parse("ada@example.com"));

        var edit = (await host.ReadAsync(grace.Id)).Edit(TestHost.Kim);
        edit.Emails.Add(adas);
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.DoNotKeep>()
            .Which.Identities.Should()
            .Equal(TestHost.AdasAddress);
        (await host.ReadAsync(grace.Id)).Identities.Should().HaveCount(1);

        (await host.Profiles.CreateAsync(new NewProfile { Identities = [TestHost.AdasAddress] }, TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.DoNotKeep>()
            .Which.Identities.Should()
            .Equal(TestHost.AdasAddress);
        (await host.Profiles.FindOrCreateAsync(TestHost.AdasAddress, new NewProfile(), TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.DoNotKeep>();

        foreach (var dryRun in new[] { true, false })
        {
            var outcomes = await ImportAsync(host, dryRun, Row("1", "ada@example.com"), Row("2", "alan@example.org"));
            outcomes[0].Should().BeOfType<ImportOutcome.DoNotKeep>().Which.Code.Should().Be("do-not-keep");
            outcomes[1].Should().BeOfType<ImportOutcome.Created>();
        }

        (await host.Profiles.FindAsync(TestHost.AdasAddress)).Should().BeNull();
    }

    [Fact]
    public async Task An_import_that_adds_an_identity_not_to_be_kept_to_a_known_customer_is_refused()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var both = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile { Identities = [.. grace.Identities, TestHost.AdasAddress] },
        };
        foreach (var dryRun in new[] { true, false })
        {
            (await ImportAsync(host, dryRun, both))[0].Should().BeOfType<ImportOutcome.DoNotKeep>();
        }

        (await host.ReadAsync(grace.Id)).Identities.Should().HaveCount(1);
    }

    [Fact]
    public async Task Whoever_gains_an_identity_that_is_not_to_be_looked_up_is_suppressed_from_then_on()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotLookUp);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(
            grace.Id,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.com")))
        );
        (await host.DrainAsync()).Should().Be(0, "her waiting check has ended");
        (await host.DecideAsync(MergingSteps.Grace)).Reason.Should().Be(CheckReason.Suppressed);
    }

    [Fact]
    public async Task A_dry_run_of_an_import_marks_nobody()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotLookUp);
        (await ImportAsync(host, true, Row("1", "ada@example.com")))[0].Should().BeOfType<ImportOutcome.Created>();
        (await host.Profiles.Privacy.AllowAsync(TestHost.AdasAddress)).Should().BeTrue();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task An_allowed_identity_is_kept_and_looked_up_again()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        (await host.Profiles.Privacy.AllowAsync(TestHost.AdasAddress)).Should().BeTrue();
        (await host.Profiles.Privacy.AllowAsync(TestHost.AdasAddress)).Should().BeFalse();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Unsuppressing_an_identity_lifts_the_mark_against_lookups_and_no_other()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotLookUp);
        await host.ErasedAsync((await host.WriterAsync(MergingSteps.Grace)).Id, ErasedIdentities.DoNotKeep);
        await host.Profiles.UnsuppressAsync(TestHost.AdasAddress);
        await host.Profiles.UnsuppressAsync(TestHost.IdentityOf("grace@example.org"));
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.ReceiveAsync(MergingSteps.Grace)).Should().BeOfType<ConversationOutcome.Declined>();
    }

    [Fact]
    public async Task Unsuppressing_a_customer_lifts_the_marks_of_their_identities_for_good()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotLookUp);
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.Profiles.UnsuppressAsync(ada.Id, TestHost.Kim);
        await host.ErasedAsync(ada.Id, ErasedIdentities.Forget);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Marks_of_an_old_key_hold_after_another_key_was_added()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        await using (var before = new TestHost(options => options.AddKeys(Key), store: store, time: time))
        {
            await before.ErasedAsync((await before.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        }

        await using var host = new TestHost(options => options.AddKeys(Key, NewKey), store: store, time: time);
        (await host.ReceiveAsync()).Should().BeOfType<ConversationOutcome.Declined>();
        var grace = await host.ErasedAsync((await host.WriterAsync(MergingSteps.Grace)).Id, ErasedIdentities.DoNotKeep);
        grace.Marks.Should().ContainSingle().Which.KeyId.Should().StartWith("2027:", "the newest key comes last");
        (await host.ReceiveAsync(MergingSteps.Grace)).Should().BeOfType<ConversationOutcome.Declined>();
    }

    [Fact]
    public async Task A_host_that_lacks_a_key_which_marks_need_does_not_start()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        await using (var before = new TestHost(options => options.AddKeys(Key), store: store, time: time))
        {
            await before.ErasedAsync((await before.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
            await StartAsync(before);
        }

        await using var host = new TestHost(options => options.AddKeys(NewKey), store: store, time: time);
        await FluentActions
            .Awaiting(() => StartAsync(host))
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("CustomerProfilesOptions.ErasureKeys lacks '2026:*'*");
        await using var both = new TestHost(options => options.AddKeys(NewKey, Key), store: store, time: time);
        (await both.Profiles.Privacy.AllowAsync(TestHost.AdasAddress)).Should().BeTrue();
        await StartAsync(host);
    }

    [Fact]
    public async Task A_host_whose_key_has_another_secret_under_the_same_id_does_not_start()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        await using (var before = new TestHost(options => options.AddKeys(Key), store: store, time: time))
        {
            await before.ErasedAsync((await before.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        }

        await using var host = new TestHost(
            options => options.AddKeys((Key.Id, ErasingSteps.OtherSecret)),
            store: store,
            time: time
        );
        (
            await FluentActions
                .Awaiting(() => StartAsync(host))
                .Should()
                .ThrowAsync<InvalidOperationException>()
                .WithMessage("*lacks '2026:*fingerprint of the secret*")
        )
            .Which.Message.Should()
            .NotContain(Key.Secret)
            .And.NotContain(ErasingSteps.OtherSecret);
    }

    [Theory]
    [InlineData("", null, "ErasureKeys[0].Id is ''*")]
    [InlineData("2026:eu", null, "ErasureKeys[0].Id is '2026:eu'*colons*")]
    [InlineData("a", "no Base64!", "ErasureKeys[0].Secret is not the Base64 of at least 32 bytes*")]
    [InlineData("a", "c2hvcnQ=", "ErasureKeys[0].Secret is not the Base64 of at least 32 bytes*")]
    public void A_key_that_cannot_be_used_is_named_and_never_shown(string id, string? secret, string message) =>
        FluentActions
            .Invoking(() => ErasingSteps.HostWith((id, secret ?? ErasingSteps.Secret)))
            .Should()
            .Throw<OptionsValidationException>()
            .WithMessage(message)
            .Which.Message.Should()
            .NotContain(secret ?? ErasingSteps.Secret);

    [Fact]
    public async Task The_hash_of_an_identity_never_changes()
    {
        await using var host = ErasingSteps.HostWith(Key);
        var mark = (
            await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep)
        ).Marks.Single();

        // HMAC-SHA-256 with the bytes 0 to 31 over "default", 0, "Email", 0, "ada@example.com", computed elsewhere.
        mark.Hash.Should().Be("16d7d931c4645ed56ac3a7cee1b1191337224d292706f49b7a8dbe21813a0c17");
    }

    [Fact]
    public async Task Forgetting_also_forgets_what_an_earlier_erasure_has_kept_against_lookups()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotLookUp);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.Forget);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Nothing_is_marked_for_a_customer_who_is_refused()
    {
        await using var host = ErasingSteps.HostWith(Key);
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        await host.ErasedAsync((await host.WriterAsync(MergingSteps.Grace)).Id, ErasedIdentities.DoNotLookUp);
        var grace = TestHost.IdentityOf("grace@example.org");
        var both = new NewProfile { Identities = [TestHost.AdasAddress, grace] };

        (await host.Profiles.CreateAsync(both, TestHost.Kim)).Should().BeOfType<CreateOutcome.DoNotKeep>();
        (await ImportAsync(host, false, new ImportRow { Id = "1", Profile = both }))[0]
            .Should()
            .BeOfType<ImportOutcome.DoNotKeep>();
        await host.Profiles.Privacy.AllowAsync(grace);
        (await host.DecideAsync(MergingSteps.Grace)).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Two_tenants_have_different_hashes_of_the_same_identity()
    {
        await using var host = ErasingSteps.HostWith(Key);
        var hashes = new List<string>();
        foreach (var tenant in new[] { TenantId.Default, new TenantId("other") })
        {
            var profile = (await host.ReceiveAsync(tenant: tenant)).Profile!;
            var outcome = await host
                .Profiles.ForTenant(tenant)
                .Privacy.EraseAsync(
                    profile.Id,
                    TestHost.Kim,
                    new ErasureOptions { Identities = ErasedIdentities.DoNotKeep }
                );
            hashes.Add(((EraseOutcome.Erased)outcome).Receipt.Marks.Single().Hash);
        }

        hashes.Should().OnlyHaveUniqueItems();
    }

    private static async Task StartAsync(TestHost host)
    {
        foreach (var service in host.Get<IEnumerable<IHostedService>>())
        {
            await service.StartAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
        }
    }

    private static ImportRow Row(string id, string address) =>
        new()
        {
            Id = id,
            Profile = new NewProfile { Identities = [TestHost.IdentityOf(address)] },
        };

    private static async Task<List<ImportOutcome>> ImportAsync(TestHost host, bool dryRun, params ImportRow[] rows)
    {
        var outcomes = new List<ImportOutcome>();
        var options = new ImportOptions { System = "crm", DryRun = dryRun };
        await foreach (var result in host.Profiles.ImportAsync(rows.OneByOne(), options))
        {
            outcomes.Add(result.Outcome);
        }

        return outcomes;
    }
}
