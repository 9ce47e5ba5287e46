using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// Evaluates the policy for one customer, or for creating one, beside the policy of the whole group.
/// </summary>
internal sealed class CustomerAuthorization(
    IOptions<CustomerProfilesWebOptions> options,
    IOptions<CustomerProfilesOptions> profiles,
    ICustomerProfileStore store
)
{
    /// <summary>
    /// How often a call evaluates the policy again, while others merge or erase the customer of its path, before it
    /// gives up.
    /// </summary>
    private const int MaxRaces = 3;

    private readonly CustomerProfilesWebOptions _options = options.Value;

    /// <summary>Whether the caller may do this with the customer.</summary>
    public ValueTask<bool> AllowsAsync(HttpContext http, CustomerProfile customer, CustomerOperation operation) =>
        AllowsAsync(http, customer.Tenant, customer.Id, operation);

    /// <summary>
    /// Whether the caller may do this with the customer of an id, who may be one that was absorbed by a merge.
    /// </summary>
    public ValueTask<bool> AllowsAsync(HttpContext http, CustomerId customer, CustomerOperation operation) =>
        AllowsAsync(http, ApiCall.Of(http).Profiles.Tenant, customer, operation);

    /// <summary>
    /// Whether the id of the customer that the policy allowed still leads to the same one. After a merge in between,
    /// what was read by it would be somebody else's.
    /// </summary>
    public async ValueTask<bool> IsStillAsync(HttpContext http, CustomerProfile customer) =>
        store is not IMergingStore
        || (await ApiCall.Of(http).Profiles.GetAsync(customer.Id, http.RequestAborted).ConfigureAwait(false))?.Id
            == customer.Id;

    /// <summary>
    /// Whether what was read by the id of the customer that the policy allowed may be shown: it is theirs, or that of
    /// whoever absorbed them meanwhile, if the caller may read that one.
    /// </summary>
    public async ValueTask<bool> MayShowAsync(HttpContext http, CustomerId allowed, CustomerProfile read) =>
        read.Id == allowed || await AllowsAsync(http, read, CustomerOperation.Read).ConfigureAwait(false);

    /// <summary>Whether the caller may create customers. Nothing is read for it.</summary>
    public ValueTask<bool> AllowsCreatingAsync(HttpContext http) =>
        AllowsAsync(http, ApiCall.Of(http).Profiles.Tenant, customer: null, CustomerOperation.Create);

    /// <summary>Whether the caller may do this with every customer of the tenant. Nothing is read for it.</summary>
    public ValueTask<bool> AllowsEverybodyAsync(HttpContext http, CustomerOperation operation) =>
        AllowsAsync(http, ApiCall.Of(http).Profiles.Tenant, customer: null, operation);

    /// <summary>
    /// Reads the customer of a path and evaluates the policy for reading them, and for each of the operations.
    /// </summary>
    /// <returns>The profile, or the response that refuses the call: a customer who may not be read gets the same one as
    /// an id that nobody has.</returns>
    public async ValueTask<FoundCustomer> FindAsync(HttpContext http, string id, params CustomerOperation[] operations)
    {
        var profile = CustomerId.TryParse(id, out var customer)
            ? await ApiCall.Of(http).Profiles.GetAsync(customer, http.RequestAborted).ConfigureAwait(false)
            : null;
        if (profile is null || !await AllowsAsync(http, profile, CustomerOperation.Read).ConfigureAwait(false))
        {
            return new FoundCustomer(null, Problems.NotFound());
        }

        foreach (var operation in operations)
        {
            if (!await AllowsAsync(http, profile, operation).ConfigureAwait(false))
            {
                return new FoundCustomer(null, Problems.NotAllowed());
            }
        }

        return new FoundCustomer(profile, null);
    }

    /// <summary>
    /// Reads the customer of a path, evaluates the policy for them, and acts on them and nobody else. When they are
    /// merged into another customer in between, nothing is done to that one unless the policy allows that one too.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="id">The id of the path.</param>
    /// <param name="operations">What the caller must be allowed to do, besides reading.</param>
    /// <param name="act">Acts by the exact id; null when nobody has it any more.</param>
    /// <returns>The response.</returns>
    public async Task<IResult> ActAsync(
        HttpContext http,
        string id,
        CustomerOperation[] operations,
        Func<ICustomerProfiles, CustomerProfile, Task<IResult?>> act
    )
    {
        var exact = ApiCall.Of(http).Profiles.ByExactId();
        for (var race = 0; race < MaxRaces; race++)
        {
            var found = await FindAsync(http, id, operations).ConfigureAwait(false);
            if (found.Profile is not { } customer)
            {
                return found.Refusal!;
            }

            if (await act(exact, customer).ConfigureAwait(false) is { } response)
            {
                return response;
            }
        }

        return Problems.Busy(http);
    }

    /// <summary>Reads the receipt of a customer who was erased, and evaluates the policy for that customer.</summary>
    /// <returns>The receipt; null when nobody of the id was erased, or the caller may not have erased them.</returns>
    public async ValueTask<ErasureReceipt?> FindErasureAsync(HttpContext http, string id) =>
        store is IErasureStore erasures
        && CustomerId.TryParse(id, out var customer)
        && await erasures
            .FindErasureAsync(ApiCall.Of(http).Profiles.Tenant, customer, http.RequestAborted)
            .ConfigureAwait(false)
            is { } receipt
        && await MayShowAsync(http, receipt).ConfigureAwait(false)
            ? receipt
            : null;

    /// <summary>
    /// Whether the caller may see a receipt: whoever might erase the customer, had they not been erased. Of whoever was
    /// absorbed before, it is that of the customer who had absorbed them.
    /// </summary>
    public async ValueTask<bool> MayShowAsync(HttpContext http, ErasureReceipt receipt) =>
        await AllowsAsync(http, receipt.Customers[0], CustomerOperation.Read).ConfigureAwait(false)
        && await AllowsAsync(http, receipt.Customers[0], CustomerOperation.Administer).ConfigureAwait(false);

    /// <summary>What the caller may do with a customer, so that a page offers nothing that would be refused.</summary>
    public async ValueTask<Permissions> PermissionsAsync(HttpContext http, CustomerProfile customer)
    {
        var mayEdit = await MayAsync(http, customer, _options.EditPolicy, CustomerOperation.Edit).ConfigureAwait(false);
        return new Permissions
        {
            Edit = mayEdit,
            AddProperties = mayEdit && profiles.Value.AllowUnknownProperties,
            History =
                store is IHistoryStore
                && await MayAsync(http, customer, _options.HistoryPolicy, CustomerOperation.History)
                    .ConfigureAwait(false),
            Administer = await MayAsync(http, customer, _options.AdministerPolicy, CustomerOperation.Administer)
                .ConfigureAwait(false),
            Merge =
                store is IMergingStore
                && await MayAsync(http, customer, _options.MergePolicy, CustomerOperation.Merge).ConfigureAwait(false),
        };
    }

    private async ValueTask<bool> MayAsync(
        HttpContext http,
        CustomerProfile customer,
        string? policy,
        CustomerOperation operation
    ) =>
        policy is not null
        && await IsAllowedAsync(http, http, policy).ConfigureAwait(false)
        && await AllowsAsync(http, customer, operation).ConfigureAwait(false);

    private async ValueTask<bool> AllowsAsync(
        HttpContext http,
        TenantId tenant,
        CustomerId? customer,
        CustomerOperation operation
    )
    {
        if (_options.CustomerPolicy is not { } policy)
        {
            return true;
        }

        var access = new CustomerAccess
        {
            Tenant = tenant,
            Customer = customer,
            Operation = operation,
        };
        return await IsAllowedAsync(http, access, policy).ConfigureAwait(false);
    }

    private static async ValueTask<bool> IsAllowedAsync(HttpContext http, object resource, string policy)
    {
        var authorization = http.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(http.User, resource, policy).ConfigureAwait(false)).Succeeded;
    }
}
