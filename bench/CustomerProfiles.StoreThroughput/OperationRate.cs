namespace CustomerProfiles.StoreThroughput;

/// <summary>The number of operations per second.</summary>
/// <param name="Database">The database.</param>
/// <param name="Profiles">The number of profiles.</param>
/// <param name="Operation">Its name.</param>
/// <param name="Callers">The number of concurrent callers.</param>
/// <param name="Store">Through the store.</param>
/// <param name="ByHand">By hand with the same statements: the baseline.</param>
internal sealed record OperationRate(
    string Database,
    int Profiles,
    string Operation,
    int Callers,
    double Store,
    double ByHand
)
{
    public double Share => Store / ByHand;
}
