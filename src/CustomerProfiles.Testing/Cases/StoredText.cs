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
    public static string Of(ProfileCount count) => count.IsMore ? $"more than {count.Count}" : $"{count.Count}";

    public static string Of(StoredCustomer? customer) =>
        customer is not { } known
            ? "nobody"
            : $"{Of(known.Profile)}\n  "
                + (known.IsSuppressed ? "suppressed" : "not suppressed")
                + $"{Of(known.Checks)}{Of(known.ProviderSettings)}";

    public static string Of(RetainedCustomer customer) =>
        $"{Of(customer.Profile)}\n  {(customer.IsSuppressed ? "suppressed" : "not suppressed")}, "
        + $"{(customer.HasPendingCheck ? "a check" : "no check")} pending, last conversation "
        + Of(customer.LastConversationAt);

    public static string Of(CustomerProfile? profile) =>
        profile is null
            ? "nobody"
            : $"{Quoted(profile.Tenant.Value)} {profile.Id} v{profile.Version} {Of(profile.CreatedAt)} "
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

    /// <summary>Everything but <see cref="MergeSide.State"/>, which is a text of the store's own.</summary>
    public static string Of(MergeSide side) =>
        $"{Of(side.Profile)}\n  {(side.IsMarked ? $"marked {Of(side.MarkedBy)}" : "not marked")}"
        + string.Concat(side.Marks.Select(mark => $"\n  {Of(mark)}"))
        + string.Concat(
            side.Checks.OrderBy(check => check.State.Provider, StringComparer.Ordinal)
                .Select(check => $"\n  {Of(check)}")
        )
        + string.Concat(side.Aliases.Select(alias => $"\n  absorbed {alias}").Order(StringComparer.Ordinal))
        + (side.Absorbed is { } absorbed ? $"\n  absorbed into {absorbed.Survivor} by {absorbed.Merge}" : "");

    public static string Of(SuppressionMark mark) => $"{Of(mark.Identity)} is marked {Of(mark.Merge)}";

    /// <summary>A check with its lease. Without one, or when none is pending, the rest has no meaning.</summary>
    public static string Of(StoredCheck check) =>
        Of(check.State)
        + (
            check.State.IsPending
                ? $", not before {Of(check.NotBefore)}, attempt {check.Attempt}, "
                    + $"{(check.IsWanted ? "wanted" : "not wanted")}"
                : ""
        )
        + (check.LeaseId is { } lease ? $", lease {lease} until {Of(check.LeasedUntil)}" : "");

    private static string Of(MergeId? merge) => merge is { } by ? $"by merge {by}" : "by somebody";

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

    public static string Of(EraseResult result) =>
        result switch
        {
            EraseResult.Erased erased => $"{nameof(EraseResult.Erased)} {Of(erased.Receipt)}",
            EraseResult.AlreadyErased already => $"{nameof(EraseResult.AlreadyErased)} {Of(already.Receipt)}",
            EraseResult.HasMerges has => $"{nameof(EraseResult.HasMerges)}{Lines(has.Merges)}",
            _ => result.GetType().Name,
        };

    /// <summary>Everything of a receipt. The absorbed ids are in no order.</summary>
    public static string Of(ErasureReceipt? receipt) =>
        receipt is null
            ? "no receipt"
            : $"{receipt.Id} of {receipt.Customers[0]}{Lines(receipt.Customers.Skip(1))}\n  at {Of(receipt.At)} by "
                + $"{Quoted(receipt.By)}, case {Quoted(receipt.CaseReference)}\n  {receipt.Identities} identities, "
                + $"{receipt.Conversations} conversations, {receipt.Changes} changes"
                + string.Concat(receipt.Providers.Select(provider => $"\n  asked {Quoted(provider)}"))
                + Lines(receipt.Marks.Select(Of));

    public static string Of(ErasureMark mark) => $"{mark.Kind} {Quoted(mark.Hash)} by key {Quoted(mark.KeyId)}";

    /// <summary>Values in no order, each on a line.</summary>
    private static string Lines<T>(IEnumerable<T> values) =>
        string.Concat(values.Select(value => $"\n  {value}").Order(StringComparer.Ordinal));

    /// <summary>Everything of an event, its id too.</summary>
    public static string Of(CustomerEvent one) =>
        $"{one.Id}: {one.Sequence} {one.Kind} of {one.CustomerId} in {Quoted(one.Tenant.Value)}, {one.By.Source} "
        + $"{Quoted(one.By.By)} at {Of(one.By.ObservedAt)}, merge {one.Merge}, other {one.OtherCustomerId}, erasure "
        + $"{one.Erasure}{string.Concat(one.Fields.Select(field => $"\n  {Quoted(field)}"))}";

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
