using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>Finds everything that is wrong with the options. Each error names the option, its value (never the key's) and what it may be.</summary>
internal sealed class FullContactOptionsValidator : IValidateOptions<FullContactOptions>
{
    private const int MaxFilters = 50;
    private const int MaxFilterLength = 100;

    public ValidateOptionsResult Validate(string? name, FullContactOptions options)
    {
        var errors = new List<string>();
        CheckApiKey(options.ApiKey, errors);
        CheckBaseAddress(options.BaseAddress, errors);
        CheckRange(nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), errors);
        CheckDataFilter(options.DataFilter, errors);
        CheckClaimPage(options.ClaimPage, errors);
        CheckRange(nameof(options.MaxAnswerBytes), options.MaxAnswerBytes, 1024, 16 * 1024 * 1024, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(FullContactOptions)}.{error}"));
    }

    private static void CheckApiKey(string? key, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            errors.Add("ApiKey is not set; FullContact answers nothing without one.");
            return;
        }

        // A header cannot carry anything else, and a blank at either end is the usual slip of a copied key. The place stands for the character.
        var unfit = key.AsSpan().IndexOfAnyExceptInRange('!', '~');
        if (unfit >= 0)
        {
            errors.Add($"ApiKey holds a blank or another character that no key has, at place {unfit + 1}; copy the key again.");
        }
    }

    private static void CheckBaseAddress(Uri? address, List<string> errors)
    {
        const string wanted = "it is an absolute https address, or an http address of this machine";
        if (address is null)
        {
            errors.Add($"BaseAddress is null; {wanted}.");
        }
        else if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            errors.Add($"BaseAddress is \"{Shown(address)}\"; {wanted}, for the key and the customers' addresses go there.");
        }
        else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            errors.Add($"BaseAddress is \"{Shown(address)}\" with a user name, query or fragment; it has none of them, and the key goes into ApiKey.");
        }
    }

    private static void CheckDataFilter(IList<string>? filter, List<string> errors)
    {
        if (filter is null or { Count: 0 })
        {
            errors.Add($"DataFilter is {(filter is null ? "null" : "empty")}; FullContact would return every bundle of the account and charge for it. Name the bundles.");
            return;
        }

        if (filter.Count > MaxFilters)
        {
            errors.Add($"DataFilter has {filter.Count} entries; it has at most {MaxFilters}.");
            return;
        }

        for (var i = 0; i < filter.Count; i++)
        {
            // The set of bundles is open, so only their form is known: lower-case words joined by underscores.
            if (filter[i] is not { Length: > 0 and <= MaxFilterLength } bundle
                || !bundle.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            {
                errors.Add($"DataFilter[{i}] is \"{filter[i]}\"; a bundle is named in lower-case letters, digits and underscores, such as \"social\".");
            }
        }
    }

    private static void CheckClaimPage(Uri? page, List<string> errors)
    {
        if (page is not null && !(page.IsAbsoluteUri && (page.Scheme == Uri.UriSchemeHttps || page.Scheme == Uri.UriSchemeHttp)))
        {
            errors.Add($"ClaimPage is \"{page}\"; it is an absolute https or http address, or null for none.");
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
        address.IsAbsoluteUri ? address.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped)
        : address.OriginalString.Split('?', '#')[0];
}
