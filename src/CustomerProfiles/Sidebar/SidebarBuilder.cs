using System.Collections.Immutable;
using System.Globalization;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Makes the view of a profile.</summary>
internal sealed class SidebarBuilder(
    IEditRules rules,
    ProviderRegistry providers,
    CheckBudget budget,
    IRecheckPolicy policy,
    IClock clock
)
{
    /// <summary>The most code units of one initial.</summary>
    private const int MaxInitialLength = 16;

    public SidebarView Build(StoredCustomer customer)
    {
        var profile = customer.Profile;
        var displayName = DisplayNameOf(profile);
        return new SidebarView
        {
            Profile = profile,
            DisplayName = displayName,
            Initials = InitialsOf(profile.Name, displayName),
            Photo = profile.Photo,
            Notes = profile.Notes,
            Fields =
            [
                .. ProfileField.All.Select(field => FieldOf(profile, field)),
                .. profile
                    .Values.Select(value => value.Field)
                    .Where(field => field.CustomKey is not null)
                    .Distinct()
                    .OrderBy(field => field.Code, StringComparer.Ordinal)
                    .Select(field => FieldOf(profile, field)),
            ],
            Providers = [.. providers.All.Select(provider => ProviderOf(customer, provider))],
            IsSuppressed = customer.IsSuppressed,
        };
    }

    private SidebarField FieldOf(CustomerProfile profile, ProfileField field)
    {
        ImmutableArray<FieldValue> values =
        [
            .. profile.Values.Where(value => !value.IsCleared && field.Equals(value.Field)),
        ];
        var isLocked = rules.OwnerOf(field) == FieldOwner.Provider;
        return new SidebarField
        {
            Field = field,
            Values = values,
            Texts = [.. values.Select(value => TextOf(value.Value!))],
            // A list may have been cleared as a whole and have got an entry since.
            IsCleared = values.IsEmpty && profile.Find(field) is { IsCleared: true },
            LockedBecause = isLocked ? "It comes from the provider, where the customer can correct it." : null,
            CorrectAt = isLocked ? providers.ClaimPageFor(profile, field) : null,
        };
    }

    private SidebarProvider ProviderOf(StoredCustomer customer, IProfileProvider provider)
    {
        var check = customer.GetCheck(provider.Name);
        var isOn = customer.GetProviderSetting(provider.Name)?.IsEnabled ?? true;
        var next =
            isOn && !customer.IsSuppressed
                ? policy
                    .Decide(
                        new RecheckContext(
                            ConversationDirection.Received,
                            clock.GetCurrentInstant(),
                            check?.LastCheckAt
                        )
                    )
                    .DueAfter
                : null;
        return new SidebarProvider(
            provider.Name,
            isOn,
            check?.LastCheckAt,
            check?.LastOutcome,
            check?.IsPending ?? false,
            check?.LastFailure,
            next,
            provider.ClaimPage,
            provider.OptOutPage,
            provider.Pause ?? budget.PauseOf(provider)
        );
    }

    private static string DisplayNameOf(CustomerProfile profile)
    {
        if (
            (
                profile.Name?.Full
                ?? profile.Emails.FirstOrDefault()?.Address.Value
                ?? profile.Phones.FirstOrDefault()?.Number
            ) is
            { } shown
        )
        {
            return shown;
        }

        // Of a chat account the service's name is no part of what to call the customer.
        return profile.Identities.FirstOrDefault() switch
        {
            { Kind: IdentityKind.Chat, Value: { } account } => account[
                (account.IndexOf(':', StringComparison.Ordinal) + 1)..
            ],
            { Value: { } value } => value,
            _ => profile.Company ?? "Unknown customer",
        };
    }

    /// <summary>
    /// The first letters of the given and the family name, or of the first and the last word. Scripts without words
    /// give one.
    /// </summary>
    private static string InitialsOf(PersonName? name, string displayName)
    {
        var words = name is { Given: { } given, Family: { } family }
            ? [given, family]
            : displayName.Split(
                (char[]?)[' ', '\u00a0', '\u3000', ',', '.', '-', '_', '@'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            );
        var letters = words.Select(FirstLetter).OfType<string>().ToArray();
        return letters.Length switch
        {
            0 => "?",
            1 => letters[0],
            // Of an address only the local part speaks, and one letter of it is enough.
            _ when name is null => letters[0],
            _ => letters[0] + letters[^1],
        };
    }

    private static string? FirstLetter(string word)
    {
        for (var rest = word.AsSpan(); !rest.IsEmpty; )
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            if (
                System.Text.Rune.DecodeFromUtf16(rest, out var rune, out _) == System.Buffers.OperationStatus.Done
                && System.Text.Rune.IsLetterOrDigit(rune)
            )
            {
                // With its marks, unless there are more than any script has: then a letter without them.
                return rest[..(length <= MaxInitialLength ? length : rune.Utf16SequenceLength)]
                    .ToString()
                    .ToUpperInvariant();
            }

            rest = rest[length..];
        }

        return null;
    }

    private static string TextOf(object value) =>
        value switch
        {
            string text => text,
            PersonName name => name.Full,
            ProfileEmail email => WithLabel(email.Address.Value, email.Label),
            PhoneNumber phone => WithLabel(phone.Number, phone.Label),
            Uri website => website.OriginalString,
            Photo photo => photo.Url.OriginalString,
            SocialProfile social => $"{social.Network}: {social.Url?.OriginalString ?? social.Username}",
            PostalAddress address => string.Join(
                '\n',
                new[]
                {
                    address.Street,
                    $"{address.PostalCode} {address.City}".Trim(),
                    address.Region,
                    address.Country,
                }.Where(part => !string.IsNullOrWhiteSpace(part))
            ),
            _ => "",
        };

    private static string WithLabel(string text, string? label) => label is null ? text : $"{text} ({label})";
}
