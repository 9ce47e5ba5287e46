using CustomerProfiles.Testing;

/// <summary>The variables that samples use: the reader's host, and a customer in it.</summary>
public static class GivenToSamples
{
    public static IServiceCollection services => null!;
    public static WebApplicationBuilder builder => null!;
    public static WebApplication app => null!;
    public static IConfiguration configuration => null!;
    public static string connectionString => "";
    public static IServiceProvider provider => null!;
    public static ICustomerProfiles profiles => null!;
    public static CustomerProfile profile => null!;
    public static CustomerProfile latest => null!;
    public static CustomerId customerId => default;

    public static CustomerId duplicateId => default;

    public static MergeId mergeId => default;

    public static MergePreview preview => null!;
    public static ProfileEdit edit => null!;
    public static Actor kim => Actor.Agent("kim");
    public static Instant now => default;
    public static CancellationToken cancellationToken => default;
    public static StoreUnderTest storeUnderTest => null!;
}
