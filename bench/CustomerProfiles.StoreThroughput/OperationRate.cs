namespace CustomerProfiles.StoreThroughput;

/// <summary>How often an operation is done in a second.</summary>
/// <param name="Database">On what.</param>
/// <param name="Profiles">How many profiles there are.</param>
/// <param name="Operation">Its name.</param>
/// <param name="Callers">How many do it at the same time.</param>
/// <param name="Store">Through the store.</param>
/// <param name="ByHand">With the same statements by hand: the floor.</param>
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
