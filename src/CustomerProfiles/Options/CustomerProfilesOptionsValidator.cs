using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Finds everything that is wrong with the options. Each error names the option, its value, and what it may be.
/// </summary>
internal sealed class CustomerProfilesOptionsValidator : IValidateOptions<CustomerProfilesOptions>
{
    public ValidateOptionsResult Validate(string? name, CustomerProfilesOptions options)
    {
        if (HostGlobalization.Defect is { } defect)
        {
            // The tests below read addresses and domains, and would report errors that are none.
            return ValidateOptionsResult.Fail(defect);
        }

        var errors = new List<string>();
        CheckRecheckAfter(options.RecheckAfter, errors);
        if (options.UnmergeWithin is null || !IsKeepable(options.UnmergeWithin, leastDays: 1))
        {
            errors.Add(
                $"UnmergeWithin is {options.UnmergeWithin?.ToString() ?? "null"}; it is one day to 100 years, made of "
                    + "years, months, weeks and days, none below zero."
            );
        }

        if (options.KeepConversationsFor is { } kept && !IsKeepable(kept, leastDays: 7))
        {
            errors.Add(
                $"KeepConversationsFor is {kept}; it is seven days to 100 years, made of years, months, weeks and "
                    + "days, none below zero, or null for ever."
            );
        }

        if (
            options.RedeliveryWindow is null
            || (!options.RedeliveryWindow.Equals(Period.Zero) && !IsKeepable(options.RedeliveryWindow, leastDays: 1))
        )
        {
            errors.Add(
                $"RedeliveryWindow is {options.RedeliveryWindow?.ToString() ?? "null"}; it is one day to 100 years, "
                    + "made of years, months, weeks and days, none below zero, or Period.Zero for none."
            );
        }

        if (options.EraseInactiveAfter is { } age && !IsKeepable(age, leastDays: 1))
        {
            errors.Add(
                $"EraseInactiveAfter is {age}; it is one day to 100 years, made of years, months, weeks and days, none "
                    + "below zero, or null for never."
            );
        }

        if (options.LegalHoldProperty is { } hold && !ProfileField.TryCustom(hold, out _))
        {
            errors.Add($"LegalHoldProperty is '{hold}'; it is the key of a custom property, or null for none.");
        }

        CheckErasureKeys(options.ErasureKeys, errors);
        if (options.RecheckZone is null)
        {
            errors.Add("RecheckZone is null; set a time zone, such as DateTimeZone.Utc.");
        }

        if (options.Limits is null)
        {
            errors.Add("Limits is null; set EditLimits.Default or your own.");
        }
        else
        {
            errors.AddRange(
                options
                    .Limits.All.Where(limit => limit.Value < 1)
                    .Select(limit => $"Limits.{limit.Name} is {limit.Value}; it is at least 1.")
            );
        }

        if (!Enum.IsDefined(options.OnLostMatch))
        {
            errors.Add($"OnLostMatch is {options.OnLostMatch}; it is Keep or Remove.");
        }

        CheckRange(nameof(options.MaxConcurrentChecks), options.MaxConcurrentChecks, 1, 1_000, errors);
        if (options.MaxFirstChecksPerHour is < 1 or > 1_000_000)
        {
            errors.Add(
                $"MaxFirstChecksPerHour is {options.MaxFirstChecksPerHour}; it is 1 to 1000000, or null for no limit."
            );
        }

        CheckRange(nameof(options.HistoryEntries), options.HistoryEntries, 0, 10_000, errors);
        CheckRange(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100, errors);
        CheckRange(
            nameof(options.PauseAfterPaidFailure),
            options.PauseAfterPaidFailure,
            TimeSpan.Zero,
            TimeSpan.FromDays(60),
            errors
        );
        CheckRange(
            nameof(options.SweepInterval),
            options.SweepInterval,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromDays(1),
            errors
        );
        CheckRange(
            nameof(options.LeaseDuration),
            options.LeaseDuration,
            TimeSpan.FromMilliseconds(1),
            TimeSpan.FromDays(1),
            errors
        );
        if (options.CheckTimeout <= TimeSpan.Zero || options.CheckTimeout >= options.LeaseDuration)
        {
            errors.Add(
                $"CheckTimeout is {options.CheckTimeout}; it is above zero and below LeaseDuration, which "
                    + $"is {options.LeaseDuration}."
            );
        }

        // The host's own addresses are personal data too, so the error names their index.
        errors.AddRange(
            options
                .OwnAddresses.Select((address, index) => (address, index))
                .Where(own => !EmailAddress.TryParse(own.address, out _))
                .Select(own => $"OwnAddresses[{own.index}] is not an e-mail address.")
        );
        CheckDomains(nameof(options.OwnDomains), options.OwnDomains, errors);
        CheckDomains(nameof(options.FreeMailDomains), options.FreeMailDomains, errors);
        CheckDomains(nameof(options.FoldPlusTagsFor), options.FoldPlusTagsFor, errors);
        CheckRegions(options, errors);
        errors.AddRange(PropertyDefinitionErrors.Of(options.Properties));
        CheckNames(nameof(options.RoleNames), options.RoleNames, errors);
        CheckNames(nameof(options.NoReplyNames), options.NoReplyNames, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>A secret is never repeated.</summary>
    private static void CheckErasureKeys(IList<ErasureKey> keys, List<string> errors)
    {
        foreach (var (index, key) in keys.Index())
        {
            if (
                string.IsNullOrWhiteSpace(key.Id)
                || key.Id.Length > ErasureKey.MaxIdLength
                || PlainText.IndexOfUnfit(key.Id, lines: false) >= 0
                || key.Id.Contains(':', StringComparison.Ordinal)
            )
            {
                errors.Add(
                    $"ErasureKeys[{index}].Id is '{key.Id}'; it is 1 to {ErasureKey.MaxIdLength} characters without "
                        + "control characters and colons."
                );
            }

            if (keys.Take(index).Any(other => string.Equals(other.Id, key.Id, StringComparison.Ordinal)))
            {
                errors.Add($"ErasureKeys[{index}].Id is '{key.Id}', as that of another key; give each its own.");
            }

            var secret = new byte[key.Secret?.Length ?? 0];
            if (
                !Convert.TryFromBase64String(key.Secret ?? "", secret, out var bytes)
                || bytes < ErasureKey.MinSecretBytes
            )
            {
                errors.Add(
                    $"ErasureKeys[{index}].Secret is not the Base64 of at least {ErasureKey.MinSecretBytes} bytes; "
                        + "make one with 'openssl rand -base64 32'."
                );
            }
        }
    }

    private static bool IsKeepable(Period period, int leastDays)
    {
        var most = new LocalDate(2100, 1, 1);
        var start = new LocalDate(2000, 1, 1);
        return IsOfDays(period)
            && period is { Years: <= 100, Months: <= 1_200, Weeks: <= 5_300, Days: <= 36_600 }
            && start.PlusDays(leastDays) <= start + period
            && start + period <= most;
    }

    /// <summary>Whether it is made of days and longer parts, none below zero.</summary>
    private static bool IsOfDays(Period period) =>
        !period.HasTimeComponent && period is { Years: >= 0, Months: >= 0, Weeks: >= 0, Days: >= 0 };

    private static void CheckRecheckAfter(Period? after, List<string> errors)
    {
        if (after is null)
        {
            errors.Add("RecheckAfter is null; set a period, such as Period.FromMonths(2).");
            return;
        }

        if (!IsOfDays(after) || after is { Years: 0, Months: 0, Weeks: 0, Days: 0 })
        {
            errors.Add(
                $"RecheckAfter is {after}; it is made of years, months, weeks and days, none below zero and "
                    + $"not all zero."
            );
        }
    }

    /// <summary>Finds a value that is out of its range.</summary>
    internal static void CheckRange<T>(string option, T value, T least, T most, List<string> errors)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            errors.Add($"{option} is {value}; it is {least} to {most}.");
        }
    }

    private static void CheckDomains(string option, IEnumerable<string> domains, List<string> errors) =>
        errors.AddRange(
            domains
                .Select((domain, index) => (domain, index))
                .Where(entry =>
                    entry.domain is null
                    || !EmailAddress.TryParse($"x@{entry.domain}", out _)
                    || entry.domain.Contains('@', StringComparison.Ordinal)
                )
                .Select(entry =>
                    $"{option}[{entry.index}] is {Shown(entry.domain)}, which is not a domain such as example.com."
                )
        );

    private static void CheckRegions(CustomerProfilesOptions options, List<string> errors)
    {
        if (options.PhoneRegion is { } region && PhoneRegion.Find(region) is null)
        {
            errors.Add($"PhoneRegion is \"{region}\"; it is null or one of {PhoneRegion.Codes}.");
        }

        foreach (var (tenant, code) in options.PhoneRegions)
        {
            if (!string.IsNullOrWhiteSpace(code) && PhoneRegion.Find(code) is null)
            {
                errors.Add($"PhoneRegions[\"{tenant}\"] is \"{code}\"; it is empty or one of {PhoneRegion.Codes}.");
            }
        }
    }

    private static void CheckNames(string option, IEnumerable<string> names, List<string> errors) =>
        errors.AddRange(
            names
                .Select((name, index) => (name, index))
                .Where(entry =>
                    string.IsNullOrWhiteSpace(entry.name) || entry.name.Contains('@', StringComparison.Ordinal)
                )
                .Select(entry =>
                    $"{option}[{entry.index}] is {Shown(entry.name)}, which is not the part of an address "
                    + $"before the at sign."
                )
        );

    /// <summary>An address put here by mistake is personal data, and is not repeated.</summary>
    private static string Shown(string? value) =>
        value is null ? "null"
        : value.Contains('@', StringComparison.Ordinal) ? "an e-mail address"
        : $"\"{value}\"";
}
