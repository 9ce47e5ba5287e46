namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A customer whose check waits for a callback, and the address of that callback.</summary>
internal sealed record PendingCustomer(TenantId Tenant, CustomerId Id, Uri Address)
{
    public string Token => Address.Query["?token=".Length..];
}
