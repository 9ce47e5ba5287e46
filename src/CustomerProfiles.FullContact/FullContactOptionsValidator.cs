using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Finds all errors of the options. Each names the option, its value (never the key) and the allowed values.
/// </summary>
internal sealed class FullContactOptionsValidator(IOptions<CustomerProfilesOptions> core)
    : IValidateOptions<FullContactOptions>
{
    private const int MaxFilters = 50;
    private const int MaxFilterLength = 100;

    public ValidateOptionsResult Validate(string? name, FullContactOptions options)
    {
        var errors = new List<string>();
        CheckApiKey(options.ApiKey, errors);
        CheckBaseAddress(options.BaseAddress, errors);
        CheckLookUpBy(options, errors);
        CheckDataFilter(options.DataFilter, errors);
        CheckHeaders(options, errors);
        CheckTimes(options, errors);
        CheckRange(nameof(options.MaxRetries), options.MaxRetries, 0, 5, errors);
        CheckRange(nameof(options.CallsPerMinute), options.CallsPerMinute, 1, 60_000, errors);
        CheckBudgets(options, errors);
        CheckPage(nameof(options.ClaimPage), options.ClaimPage, errors);
        CheckPage(nameof(options.OptOutPage), options.OptOutPage, errors);
        CheckRange(nameof(options.MaxResponseBytes), options.MaxResponseBytes, 1024, 16 * 1024 * 1024, errors);
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(FullContactOptions)}.{error}"));
    }

    private static void CheckApiKey(string? key, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            errors.Add("ApiKey is not set; FullContact requires one.");
            return;
        }

        // A header allows nothing else, and a blank at either end is a common copying mistake. The error gives the
        // position instead of the character.
        var unfit = key.AsSpan().IndexOfAnyExceptInRange('!', '~');
        if (unfit >= 0)
        {
            errors.Add($"ApiKey has a blank or another invalid character at position {unfit + 1}; copy the key again.");
        }
    }

    private static void CheckLookUpBy(FullContactOptions options, List<string> errors)
    {
        const FullContactIdentifiers all =
            FullContactIdentifiers.Emails
            | FullContactIdentifiers.Phones
            | FullContactIdentifiers.SocialProfiles
            | FullContactIdentifiers.NameAndAddress;
        if (
            (options.LookUpBy & all) == FullContactIdentifiers.None
            || (options.LookUpBy & ~all) != FullContactIdentifiers.None
        )
        {
            errors.Add($"LookUpBy is {options.LookUpBy}; name at least one kind of identifier, such as Emails.");
        }

        if (!Enum.IsDefined(options.HashEmails))
        {
            errors.Add($"HashEmails is {options.HashEmails}; it is None, Md5, Sha1 or Sha256.");
        }

        if (options.Confidence is { } confidence && !Enum.IsDefined(confidence))
        {
            errors.Add($"Confidence is {confidence}; it is Low, Medium, High, Max or null.");
        }

        if (string.IsNullOrEmpty(options.ConfidenceField) || !options.ConfidenceField.All(char.IsAsciiLetter))
        {
            errors.Add(
                $"ConfidenceField is "
                    + $"{(options.ConfidenceField is null ? "null" : $"\"{options.ConfidenceField}\"")}; it "
                    + $"is the name of a field, such as \"confidence\"."
            );
        }
    }

    private static void CheckHeaders(FullContactOptions options, List<string> errors)
    {
        // The value is not repeated, in case it is an address.
        if (
            options.ReportingKey is { } key
            && (
                key.Length is 0 or > 200
                || key.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || key.AsSpan().Trim().Length != key.Length
            )
        )
        {
            errors.Add(
                $"ReportingKey is not a valid header value ({key.Length} characters); it is 1 to 200 printable "
                    + $"ASCII characters without a blank at either end, or null."
            );
        }
    }

    private void CheckTimes(FullContactOptions options, List<string> errors)
    {
        var withinRange = errors.Count;
        CheckRange(nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), errors);
        if (errors.Count == withinRange && CheckTimeout() is { } checkTimeout && options.Timeout >= checkTimeout)
        {
            errors.Add(
                $"Timeout is {options.Timeout}; it is below CustomerProfilesOptions.CheckTimeout, which is "
                    + $"{checkTimeout}."
            );
        }

        if (options.AttemptTimeout < TimeSpan.FromSeconds(1) || options.AttemptTimeout >= options.Timeout)
        {
            errors.Add(
                $"AttemptTimeout is {options.AttemptTimeout}; it is 1 second or more, and below Timeout, "
                    + $"which is {options.Timeout}."
            );
        }

        CheckRange(
            nameof(options.ProbeInterval),
            options.ProbeInterval,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromDays(1),
            errors
        );
    }

    /// <summary>Null when the core's own options are invalid, which the core reports.</summary>
    private TimeSpan? CheckTimeout()
    {
        try
        {
            return core.Value.CheckTimeout;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }

    private static void CheckBudgets(FullContactOptions options, List<string> errors)
    {
        CheckBudget(nameof(options.DailyBudget), options.DailyBudget, errors);
        CheckBudget(nameof(options.MonthlyBudget), options.MonthlyBudget, errors);
        if (options.DailyBudget > options.MonthlyBudget)
        {
            errors.Add(
                $"DailyBudget is {options.DailyBudget}; it is at most MonthlyBudget, which is {options.MonthlyBudget}."
            );
        }
    }

    private static void CheckBudget(string option, int? budget, List<string> errors)
    {
        if (budget < 1)
        {
            errors.Add(
                $"{option} is {budget}; it is at least 1, or null for no limit. To stop lookups, disable "
                    + $"the provider."
            );
        }
    }

    private static void CheckBaseAddress(Uri? address, List<string> errors)
    {
        const string wanted = "it is an absolute https address, or an http address of this machine";
        if (address is null)
        {
            errors.Add($"BaseAddress is null; {wanted}.");
        }
        else if (
            !address.IsAbsoluteUri
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        )
        {
            errors.Add(
                $"BaseAddress is \"{Shown(address)}\"; {wanted}, for the key and the customers' addresses go there."
            );
        }
        else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            errors.Add(
                $"BaseAddress is \"{Shown(address)}\" with a user name, query or fragment; it has none of "
                    + $"them, and the key goes into ApiKey."
            );
        }
    }

    private static void CheckDataFilter(IList<string>? filter, List<string> errors)
    {
        if (filter is null or { Count: 0 })
        {
            errors.Add(
                $"DataFilter is {(filter is null ? "null" : "empty")}; FullContact would return every "
                    + $"bundle of the account and charge for it. Name the bundles."
            );
            return;
        }

        if (filter.Count > MaxFilters)
        {
            errors.Add($"DataFilter has {filter.Count} entries; it has at most {MaxFilters}.");
            return;
        }

        for (var i = 0; i < filter.Count; i++)
        {
            // The set of bundles is open, so only their format is checked: lower-case words joined by underscores.
            if (
                filter[i] is not { Length: > 0 and <= MaxFilterLength } bundle
                || !bundle.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            )
            {
                errors.Add(
                    $"DataFilter[{i}] is \"{filter[i]}\"; a bundle is named in lower-case letters, digits "
                        + $"and underscores, such as \"social\"."
                );
            }
        }
    }

    private static void CheckPage(string option, Uri? page, List<string> errors)
    {
        if (
            page is not null
            && !(page.IsAbsoluteUri && (page.Scheme == Uri.UriSchemeHttps || page.Scheme == Uri.UriSchemeHttp))
        )
        {
            var text = page.OriginalString;
            var shown = text.Contains('@', StringComparison.Ordinal) ? "..." : text.Split('?', '#')[0];
            errors.Add($"{option} is \"{shown}\"; it is an absolute https or http address, or null for none.");
        }
    }

    private static void CheckRange<T>(string option, T value, T least, T most, List<string> errors)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            errors.Add($"{option} is {value}; it is {least} to {most}.");
        }
    }

    // Without what may be a credential: a user name and password, or a key in the query as FullContact's V2 had it.
    private static string Shown(Uri address) =>
        address.IsAbsoluteUri
            ? address.GetComponents(
                UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path,
                UriFormat.UriEscaped
            )
            : address.OriginalString.Split('?', '#')[0];
}
