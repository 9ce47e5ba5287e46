using MimeKit.Utils;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Formats contacts as in an address field.</summary>
public static class MailContactText
{
    /// <summary>Returns the name, quoted where necessary, and the address; or the text of the field.</summary>
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
