using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.Profiles;

public sealed class EmailAddressKindTests
{
    [Theory]
    [InlineData("no-reply")]
    [InlineData("noreply")]
    [InlineData("No_Reply")]
    [InlineData("no.reply")]
    [InlineData("NOREPLY")]
    [InlineData("noreply2")]
    [InlineData("noreply+4711")]
    [InlineData("noreply-orders")]
    [InlineData("billing.noreply")]
    [InlineData("notifications_no-reply")]
    [InlineData("orders-no-reply")]
    [InlineData("do-not-reply")]
    [InlineData("donotreply")]
    [InlineData("do-not-reply-orders")]
    [InlineData("orders-do-not-reply")]
    [InlineData("orders.donotreply")]
    [InlineData("dont-reply")]
    [InlineData("ne-pas-repondre")]
    [InlineData("nicht-antworten")]
    [InlineData("no-responder")]
    [InlineData("MAILER-DAEMON")]
    [InlineData("mailer_daemon")]
    [InlineData("bounce")]
    [InlineData("bounces+ada=example.net")]
    [InlineData("bounce-4711")]
    [InlineData("list-bounces")]
    [InlineData("auto-reply")]
    [InlineData("autoresponder")]
    [InlineData("nobody")]
    [InlineData("devnull")]
    [InlineData("dev-null")]
    public void No_reply_names_are_recognised(string name) => KindOf(name).Should().Be(EmailAddressKind.NoReply);

    [Theory]
    [InlineData("info")]
    [InlineData("INFO")]
    [InlineData("info+shop")]
    [InlineData("sales")]
    [InlineData("support")]
    [InlineData("postmaster")]
    [InlineData("abuse")]
    [InlineData("billing")]
    [InlineData("hr")]
    [InlineData("customer-service")]
    [InlineData("customer.care")]
    [InlineData("help_desk")]
    public void Role_names_are_recognised(string name) => KindOf(name).Should().Be(EmailAddressKind.Role);

    [Theory]
    [InlineData("ada")]
    [InlineData("ada.lovelace")]
    [InlineData("reply")]
    [InlineData("reply-all")]
    [InlineData("bouncer")]
    [InlineData("bounce-house")]
    [InlineData("nobody-knows")]
    [InlineData("bouncy.castle")]
    [InlineData("debounce")]
    [InlineData("nobodyknows")]
    [InlineData("noah.reply")]
    [InlineData("daemon")]
    [InlineData("mailer")]
    [InlineData("noresponse4u")]
    [InlineData("information")]
    [InlineData("salesman")]
    [InlineData("supporter")]
    [InlineData("h.r")]
    [InlineData("i-t")]
    [InlineData("admin.istrator.smith")]
    [InlineData("+info")]
    [InlineData("roots")]
    public void Other_names_are_personal(string name) => KindOf(name).Should().Be(EmailAddressKind.Personal);

    [Fact]
    public void A_host_can_add_role_and_no_reply_names()
    {
        var addresses = Addresses(options =>
        {
            options.RoleNames.Add("Kundendienst");
            options.NoReplyNames.Add("kein-postfach");
        });

        addresses.KindOf(EmailAddress.Parse("kundendienst@example.com")).Should().Be(EmailAddressKind.Role);
        addresses.KindOf(EmailAddress.Parse("KeinPostfach@example.com")).Should().Be(EmailAddressKind.NoReply);
        addresses
            .KindOf(EmailAddress.Parse("no-reply@example.com"))
            .Should()
            .Be(EmailAddressKind.NoReply, "the usual names stay");
        KindOf("kundendienst").Should().Be(EmailAddressKind.Personal);
        KindOf("keinpostfach").Should().Be(EmailAddressKind.Personal);
    }

    private static EmailAddressKind KindOf(string name) =>
        Addresses().KindOf(EmailAddress.Parse($"{name}@example.com"));

    private static EmailAddresses Addresses(Action<CustomerProfilesOptions>? configure = null)
    {
        var options = new CustomerProfilesOptions();
        configure?.Invoke(options);
        return new EmailAddresses(options.FoldPlusTagsFor, options.RoleNames, options.NoReplyNames);
    }
}
