using MimeKit.Utils;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Shows people as address fields do.</summary>
public static class MailContactText
{
    /// <summary>Name and address, the name quoted where it must be; or the field as it stands.</summary>
    public static string Of(MailContact contact) =>
        contact switch
        {
            { Field: { } field } => field,
            { Name: "" } => contact.Address ?? "",
            _ => $"{Quoted(contact.Name)} <{contact.Address}>",
        };

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny("()<>[]:;@\\,.\"") < 0 ? name : MimeUtils.Quote(name);
}
