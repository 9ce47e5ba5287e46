using System.Collections.Immutable;
using System.Reflection;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>What docs/operate/privacy.md says of what is stored, what is sent, and for how long it stays.</summary>
public sealed class WhatIsStoredTests
{
    /// <summary>A member that is added has to be decided about here, and on the page.</summary>
    [Fact]
    public void A_conversation_has_no_place_for_a_subject_a_text_an_attachment_or_another_recipient()
    {
        PropertiesOf<Conversation>().Should().BeEquivalentTo("Id", "From", "Address", "Identity", "At", "IsAutomatic");
        PropertiesOf<ComposedConversation>().Should().BeEquivalentTo("Id", "To", "Address", "Identity", "At");
        PropertiesOf<ConversationRecord>().Should().BeEquivalentTo("Id", "Direction", "At");
    }

    [Fact]
    public void Of_a_photo_the_address_is_stored_and_no_picture() => PropertiesOf<Photo>().Should().Equal("Url");

    [Fact]
    public void A_result_has_no_place_for_anything_but_fields_of_a_profile()
    {
        PropertiesOf<ProviderResult.Matched>().Should().BeEquivalentTo("Information", "MayBeCharged");
        PropertiesOf<PublicInformation>()
            .Should()
            .BeEquivalentTo(
                "Name",
                "Company",
                "JobTitle",
                "Websites",
                "Photo",
                "SocialProfiles",
                "Location",
                "Bio",
                "IsEmpty"
            );
    }

    [Fact]
    public void A_request_has_no_place_for_notes_properties_accounts_or_conversations() =>
        PropertiesOf<ProviderRequest>()
            .Should()
            .BeEquivalentTo("Tenant", "Emails", "Phones", "SocialProfiles", "Name", "Address", "Attempt", "Callback");

    [Fact]
    public async Task Without_a_provider_nobody_is_looked_up()
    {
        await using var services = new ServiceCollection().AddCustomerProfiles().Services.BuildServiceProvider();
        var profiles = services.GetRequiredService<ICustomerProfiles>();

        var outcome = await profiles.ConversationReceivedAsync(new Conversation("1", TestHost.Ada, TestHost.Start));

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Checks.Should().BeEmpty();
        (await services.GetRequiredService<ICheckRunner>().DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Nothing_expires_before_somebody_applies_retention()
    {
        await using var host = new TestHost(options =>
        {
            options.EraseInactiveAfter = Period.FromMonths(1);
            options.KeepConversationsFor = Period.FromMonths(1);
        });
        var ada = await host.CheckedAsync(conversation: "first");
        host.Time.Advance(TimeSpan.FromDays(1));
        await host.ReceiveAsync(id: "second");
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        var before = await ExportAsync();

        host.Time.Advance(TimeSpan.FromDays(36_500));
        await host.DrainAsync();

        (await ExportAsync()).Should().Be(before);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).Erased.Should().ContainSingle();

        async Task<string> ExportAsync()
        {
            var json = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
            return string.Join('\n', json.Split('\n').Where(line => !line.Contains("exportedAt")));
        }
    }

    [Fact]
    public async Task A_chat_account_and_an_id_of_the_host_go_with_the_customer_alone()
    {
        await using var host = new TestHost();
        Identity[] identities = [Identity.Chat("irc", "ada"), Identity.External("crm:1")];
        var ada = await host.CreatedAsync(
            new NewProfile { Identities = [.. identities], Emails = [new ProfileEmail("ada@example.com")] }
        );
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Clear(ProfileField.Emails);
                edit.Clear(ProfileField.Phones);
                edit.Clear(ProfileField.Name);
            }
        );
        (await host.ReadAsync(ada.Id)).Identities.Should().BeEquivalentTo(identities);

        await host.ErasedAsync(ada.Id);

        foreach (var identity in identities)
        {
            (await host.Profiles.FindAsync(identity)).Should().BeNull();
        }
    }

    /// <summary>The steps of the page for one value.</summary>
    [Fact]
    public async Task What_is_removed_reset_and_redacted_is_held_nowhere_and_is_nobodys()
    {
        const string Old = "analytical@example.org";
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = "Analytical.";
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse(Old)));
            }
        );

        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = null;
                edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse(Old)));
            }
        );
        (await ExportAsync()).Should().Contain(Old, "the mark of a removed entry holds its address");
        await host.EditAsync(ada.Id, edit => edit.Reset(ProfileField.Emails));
        (await host.ReadAsync(ada.Id)).Values.Should().NotContain(value => value.Key == Old);
        await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Notes);
        await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Emails);

        (await ExportAsync()).Should().NotContainEquivalentOf("analytical").And.Contain("ada@example.com");
        var writer = (await host.ReceiveAsync(Old)).Should().BeOfType<ConversationOutcome.Created>().Subject;
        writer.Profile.Id.Should().NotBe(ada.Id);

        async Task<string> ExportAsync() => (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
    }

    private static ImmutableArray<string> PropertiesOf<T>() =>
        [
            .. typeof(T)
                .GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Select(property => property.Name)
                .Except(["Code"], StringComparer.Ordinal),
        ];
}
