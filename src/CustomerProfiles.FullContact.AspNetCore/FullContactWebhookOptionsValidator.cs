using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Finds all errors of the options. Each names the option, its value (never a key) and the allowed values.
/// </summary>
internal sealed class FullContactWebhookOptionsValidator(IOptions<CustomerProfilesOptions> core)
    : IValidateOptions<FullContactWebhookOptions>
{
    private const int MaxKeys = 10;

    public ValidateOptionsResult Validate(string? name, FullContactWebhookOptions options)
    {
        var errors = new List<string>();
        CheckPublicAddress(options.PublicAddress, errors);
        CheckSigningKeys(options.SigningKeys, errors);
        CheckRange(
            nameof(options.CallbackTimeout),
            options.CallbackTimeout,
            TimeSpan.FromMinutes(1),
            TimeSpan.FromDays(1),
            errors
        );
        CheckLifetime(options, errors);
        CheckMaxAttempts(errors);
        CheckRange(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, FullContactCallback.MaxBytes, errors);
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(FullContactWebhookOptions)}.{error}"));
    }

    private void CheckMaxAttempts(List<string> errors)
    {
        try
        {
            if (core.Value.MaxAttempts < 2)
            {
                errors.Add(
                    $"CallbackTimeout has no effect while CustomerProfilesOptions.MaxAttempts is "
                        + $"{core.Value.MaxAttempts}: a lookup whose callback is lost is only repeated if "
                        + $"that is at least 2."
                );
            }
        }
        catch (OptionsValidationException)
        {
            // The core reports its own options.
        }
    }

    private static void CheckPublicAddress(Uri? address, List<string> errors)
    {
        const string wanted =
            "it is the absolute https address of the mapped endpoint as FullContact reaches it, or an http "
            + "address of this machine";
        if (address is null)
        {
            errors.Add($"PublicAddress is not set; {wanted}.");
        }
        else if (
            !address.IsAbsoluteUri
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        )
        {
            errors.Add($"PublicAddress is \"{Shown(address)}\"; {wanted}, because personal data arrives there.");
        }
        else if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            errors.Add(
                $"PublicAddress is \"{Shown(address)}\" with a user name, query or fragment; it has none of "
                    + $"them, for the token becomes the query."
            );
        }
    }

    private static void CheckSigningKeys(IList<string>? keys, List<string> errors)
    {
        if (keys is null or { Count: 0 })
        {
            errors.Add(
                $"SigningKeys is {(keys is null ? "null" : "empty")}; set at least one key of "
                    + $"{CallbackTokenProtector.MinKeyBytes} random bytes in base64, the same on every host."
            );
            return;
        }

        if (keys.Count > MaxKeys)
        {
            errors.Add($"SigningKeys has {keys.Count} keys; it has at most {MaxKeys}.");
            return;
        }

        for (var i = 0; i < keys.Count; i++)
        {
            if (BytesOf(keys[i]) is not { } bytes)
            {
                errors.Add(
                    $"SigningKeys[{i}] is not base64; a key is at least "
                        + $"{CallbackTokenProtector.MinKeyBytes} random bytes in base64."
                );
            }
            else if (bytes.Length < CallbackTokenProtector.MinKeyBytes)
            {
                errors.Add(
                    $"SigningKeys[{i}] has {bytes.Length} bytes; a key has at least "
                        + $"{CallbackTokenProtector.MinKeyBytes} random ones."
                );
            }
            else if (WeakKey.WhyWeak(bytes) is { } why)
            {
                errors.Add(
                    $"SigningKeys[{i}] {why}, so it can be guessed; make one with a random generator, such "
                        + $"as \"openssl rand -base64 32\"."
                );
            }
        }
    }

    private static byte[]? BytesOf(string? key)
    {
        if (key is null)
        {
            return null;
        }

        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key, bytes, out var count) ? bytes[..count] : null;
    }

    private static void CheckLifetime(FullContactWebhookOptions options, List<string> errors)
    {
        if (options.Lifetime < options.CallbackTimeout || options.Lifetime > TimeSpan.FromDays(30))
        {
            errors.Add(
                $"Lifetime is {options.Lifetime}; it is at least CallbackTimeout, which is "
                    + $"{options.CallbackTimeout}, and at most {TimeSpan.FromDays(30)}."
            );
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

    // Without possible credentials: a user name and password, or a secret in the query.
    private static string Shown(Uri address) =>
        address.IsAbsoluteUri
            ? address.GetComponents(
                UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path,
                UriFormat.UriEscaped
            )
            : address.OriginalString.Split('?', '#')[0];
}
