namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A customer about whom FullContact was asked, and where it is to call.</summary>
internal sealed record AskedCustomer(TenantId Tenant, CustomerId Id, Uri Address)
{
    public string Token => Address.Query["?token=".Length..];
}
