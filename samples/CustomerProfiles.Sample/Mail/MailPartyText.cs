using MimeKit.Utils;

namespace CustomerProfiles.Sample.Mail;

/// <summary>Shows people as address fields do.</summary>
public static class MailPartyText
{
    /// <summary>Name and address, the name quoted where it must be; or the field as it stands.</summary>
    public static string Of(MailParty party) => party switch
    {
        { Field: { } field } => field,
        { Name: "" } => party.Address ?? "",
        _ => $"{Quoted(party.Name)} <{party.Address}>",
    };

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny("()<>[]:;@\\,.\"") < 0 ? name : MimeUtils.Quote(name);
}
