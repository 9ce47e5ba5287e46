using Microsoft.Extensions.Options;

namespace CustomerProfiles.AspNetCore;

/// <summary>Finds all errors of the options. Each names the option and what to set.</summary>
internal sealed class CustomerProfilesWebOptionsValidator : IValidateOptions<CustomerProfilesWebOptions>
{
    private const int LeastBodyBytes = 16 * 1024;
    private const int MostBodyBytes = 16 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, CustomerProfilesWebOptions options)
    {
        var errors = new List<string>();
        CheckPolicies(options, errors);
        var changes =
            options.EditPolicy is not null || options.MergePolicy is not null || options.AdministerPolicy is not null;
        if (options.ResolveTenant is null)
        {
            errors.Add(
                "ResolveTenant is not set; it returns the tenant of a request, TenantId.Default for a host with one "
                    + "tenant."
            );
        }

        if (options.ResolveActor is null && changes)
        {
            errors.Add("ResolveActor is not set; it returns who edits, such as Actor.Agent with the agent's id.");
        }

        if (options.MaxBodyBytes is < LeastBodyBytes or > MostBodyBytes)
        {
            errors.Add($"MaxBodyBytes is {options.MaxBodyBytes}; it is {LeastBodyBytes} to {MostBodyBytes}.");
        }

        CheckTexts(options.Texts, errors);
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{nameof(CustomerProfilesWebOptions)}.{error}"));
    }

    private static void CheckPolicies(CustomerProfilesWebOptions options, List<string> errors)
    {
        if (options.ReadPolicy is null)
        {
            errors.Add(
                "ReadPolicy is not set; name the authorization policy of those who may see customer profiles. Nothing "
                    + "is mapped without one."
            );
        }

        (string Name, string? Value)[] policies =
        [
            (nameof(options.ReadPolicy), options.ReadPolicy),
            (nameof(options.EditPolicy), options.EditPolicy),
            (nameof(options.HistoryPolicy), options.HistoryPolicy),
            (nameof(options.MergePolicy), options.MergePolicy),
            (nameof(options.AdministerPolicy), options.AdministerPolicy),
            (nameof(options.CustomerPolicy), options.CustomerPolicy),
        ];
        errors.AddRange(
            policies
                .Where(policy => policy.Value is not null && string.IsNullOrWhiteSpace(policy.Value))
                .Select(policy => $"{policy.Name} is blank; it is the name of an authorization policy, or null.")
        );
    }

    private static void CheckTexts(IDictionary<string, IDictionary<string, string>>? texts, List<string> errors)
    {
        if (texts is null)
        {
            errors.Add("Texts is null; leave it empty for the bundled texts.");
            return;
        }

        foreach (var (culture, own) in texts)
        {
            if (!IsCulture(culture) || own is null)
            {
                errors.Add($"Texts[\"{culture}\"] is not usable; a key is the name of a culture, such as fr or pt-BR.");
                continue;
            }

            var unknown = own.Keys.Where(key => !BundledTexts.English.ContainsKey(key)).Order(StringComparer.Ordinal);
            errors.AddRange(
                unknown.Select(key => $"Texts[\"{culture}\"] has the key \"{key}\", which no text has; correct it.")
            );
        }
    }

    /// <summary>Whether it can be the name of a culture, which becomes part of an address.</summary>
    private static bool IsCulture(string name) =>
        name.Split('-').All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
}
