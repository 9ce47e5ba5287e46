using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.AspNetCore;

/// <summary>Refuses at start what every request would fail for: a policy that the host has not defined.</summary>
internal sealed class PolicyStartCheck(
    IOptions<CustomerProfilesWebOptions> options,
    IAuthorizationPolicyProvider policies
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var named = options.Value;
        (string Option, string? Policy)[] all =
        [
            (nameof(named.ReadPolicy), named.ReadPolicy),
            (nameof(named.EditPolicy), named.EditPolicy),
            (nameof(named.HistoryPolicy), named.HistoryPolicy),
            (nameof(named.MergePolicy), named.MergePolicy),
            (nameof(named.AdministerPolicy), named.AdministerPolicy),
            (nameof(named.CustomerPolicy), named.CustomerPolicy),
        ];
        foreach (var (option, policy) in all)
        {
            if (policy is not null && await policies.GetPolicyAsync(policy).ConfigureAwait(false) is null)
            {
                throw new InvalidOperationException(
                    $"{nameof(CustomerProfilesWebOptions)}.{option} is \"{policy}\", and no authorization policy has "
                        + "this name. Add it with AddAuthorizationBuilder().AddPolicy(...)."
                );
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
