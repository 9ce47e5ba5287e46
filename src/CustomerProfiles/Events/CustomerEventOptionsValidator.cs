using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>Finds everything that is wrong with the options of events.</summary>
internal sealed class CustomerEventOptionsValidator : IValidateOptions<CustomerEventOptions>
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, CustomerEventOptions options)
    {
        var errors = new List<string>();
        Check(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100, errors);
        Check(nameof(options.MaxConcurrentCustomers), options.MaxConcurrentCustomers, 1, 100, errors);
        Check(nameof(options.RetryDelay), options.RetryDelay, OneMillisecond, OneHour, errors);
        Check(nameof(options.MaxRetryDelay), options.MaxRetryDelay, options.RetryDelay, OneDay, errors);
        Check(nameof(options.HandlerTimeout), options.HandlerTimeout, OneMillisecond, OneHour, errors);
        Check(nameof(options.PollInterval), options.PollInterval, 10 * OneMillisecond, OneHour, errors);
        Check(nameof(options.LeaseDuration), options.LeaseDuration, 2 * options.HandlerTimeout, OneDay, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check<T>(string option, T value, T least, T most, List<string> errors)
        where T : IComparable<T> =>
        CustomerProfilesOptionsValidator.CheckRange($"CustomerEventOptions.{option}", value, least, most, errors);
}
