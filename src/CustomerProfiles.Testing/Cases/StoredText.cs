using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Testing;

/// <summary>
/// The text of everything that a store returns, so that two values can be compared to the last character and shown
/// where they differ. Equality is not enough: two equal addresses may be written differently. All people are fictional.
/// </summary>
internal static class StoredText
{
    /// <summary>The profile and the suppression, without the tenant and id of other runs.</summary>
    public static string Of(ProfileCount count) => count.IsMore ? $"more than {count.Count}" : $"{count.Count}";

    public static string Of(StoredCustomer? customer) =>
        customer is not { } known
            ? "nobody"
            : $"{Of(known.Profile)}\n  "
                + (known.IsSuppressed ? "suppressed" : "not suppressed")
                + $"{Of(known.Checks)}{Of(known.ProviderSettings)}";

    public static string Of(CustomerProfile profile) =>
        $"{Quoted(profile.Tenant.Value)} {profile.Id} v{profile.Version} {Of(profile.CreatedAt)} "
        + $"{Of(profile.UpdatedAt)}{Of(profile.Identities)}{Of(profile.Values)}";

    public static string Of(ImmutableArray<Identity> identities) =>
        string.Concat(identities.Select(identity => $"\n  is {Of(identity)}"));

    public static string Of(Identity identity) => $"{identity.Kind} {Quoted(identity.Value)}";

    public static string Of(ImmutableArray<FieldValue> values) =>
        string.Concat(
            values.Select(value =>
                $"\n  {Quoted(value.Field.Code)}[{Quoted(value.Key)}] = {OfValue(value.Value)} from "
                + $"{value.Provenance.Source} {Quoted(value.Provenance.By)} at {Of(value.Provenance.ObservedAt)}"
            )
        );

    public static string Of(ImmutableArray<CheckState> checks) =>
        string.Concat(
            checks.OrderBy(check => check.Provider, StringComparer.Ordinal).Select(check => $"\n  {Of(check)}")
        );

    public static string Of(CheckState? check) =>
        check is null
            ? "never requested"
            : $"{Quoted(check.Provider)} {(check.IsPending ? "pending" : "not pending")}, requested "
                + $"{Of(check.RequestedAt)}, checked {Of(check.LastCheckAt)} {check.LastOutcome}, failed "
                + $"{Of(check.LastFailureAt)} {check.LastFailure}";

    public static string Of(ImmutableArray<ProviderSetting> settings) =>
        string.Concat(settings.OrderBy(one => one.Provider, StringComparer.Ordinal).Select(one => $"\n  {Of(one)}"));

    public static string Of(ProviderSetting one) =>
        $"switch {Quoted(one.Provider)} {(one.IsEnabled ? "on" : "off")} {Of(one.ChangedAt)} by "
        + $"{Quoted(one.ChangedBy)}";

    public static string Of(ConversationLookup? conversation) =>
        conversation is not { } received
            ? "nobody"
            : $"{(received.IsNewConversation ? "new" : "told before")}, first told {Of(received.FirstRecorded)}, of "
                + $"{Of(received.Customer)}";

    public static string Of(ConversationRecord recorded) =>
        $"{Quoted(recorded.Id)} {recorded.Direction} {Of(recorded.At)}";

    public static string Of(AddResult result) =>
        result is AddResult.IdentityTaken taken
            ? $"{nameof(AddResult.IdentityTaken)} {Of(taken.Identity)} {taken.Owner}"
            : result.GetType().Name;

    public static string Of(UpdateResult result) =>
        result switch
        {
            UpdateResult.Stale stale => $"{nameof(UpdateResult.Stale)} {Of(stale.Current)}",
            UpdateResult.IdentityTaken taken =>
                $"{nameof(UpdateResult.IdentityTaken)} {Of(taken.Identity)} {taken.Owner}",
            _ => result.GetType().Name,
        };

    public static string Of(CompleteResult result) =>
        result is CompleteResult.Stale stale
            ? $"{nameof(CompleteResult.Stale)} {Of(stale.Current)}"
            : result.GetType().Name;

    public static string Of(CheckClaim? claim) =>
        claim is null ? "nothing to do" : $"{Quoted(claim.Provider)}, attempt {claim.Attempt}, of {Of(claim.Profile)}";

    public static string Of(Instant? instant) =>
        instant is { } current ? InstantPattern.ExtendedIso.Format(current) : "never";

    /// <summary>
    /// Text in which every character is visible, so that lookalikes and blanks can be told apart in a message. Very
    /// long text is shown by its length and a checksum.
    /// </summary>
    public static string Quoted(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c is >= ' ' and <= '~' and not '\\' and not '"'
                ? quoted.Append(c)
                : quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        quoted.Append('"');
        return quoted.Length <= 600
            ? quoted.ToString()
            : $"{quoted.ToString(0, 200)}... ({text.Length} characters, {SumOf(text)})";
    }

    private static string OfValue(object? value) =>
        value switch
        {
            null => "cleared",
            string text => Quoted(text),
            PersonName name => $"name {Quoted(name.Full)} {Quoted(name.Given)} {Quoted(name.Family)}",
            ProfileEmail email =>
                $"email {Quoted(email.Address.Value)} {Quoted(email.Address.Normalized)} {Quoted(email.Label)}",
            PhoneNumber phone => $"phone {Quoted(phone.Number)} {Quoted(phone.Label)}",
            Uri url => $"url {OfUrl(url)}",
            Photo photo => $"photo {OfUrl(photo.Url)}",
            SocialProfile social => $"social {Quoted(social.Network)} {OfUrl(social.Url)} {Quoted(social.Username)}",
            PostalAddress address =>
                $"address {Quoted(address.Street)} {Quoted(address.City)} {Quoted(address.Region)} "
                    + $"{Quoted(address.PostalCode)} {Quoted(address.Country)}",
            _ => throw new InvalidOperationException(
                $"The kit does not know how to tell a {value.GetType().Name}; teach it."
            ),
        };

    private static string OfUrl(Uri? url) => Quoted(url?.OriginalString);

    private static string SumOf(string text) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(Encoding.Unicode.GetBytes(text)).AsSpan(0, 8)
        );
}
