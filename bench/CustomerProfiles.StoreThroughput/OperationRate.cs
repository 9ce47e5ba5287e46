namespace CustomerProfiles.StoreThroughput;

/// <summary>The number of operations per second.</summary>
internal sealed class OperationRate
{
    public required string Database { get; init; }

    public required int Profiles { get; init; }

    public required string Operation { get; init; }

    public required bool IsWrite { get; init; }

    /// <summary>The number of concurrent callers.</summary>
    public required int Callers { get; init; }

    /// <summary>The slices in the order in which they were measured, each of the three in turn.</summary>
    public required IReadOnlyList<Slice> Slices { get; init; }

    public double Store => Median(Slices.Select(slice => slice.Store));

    public double ByHand => Median(Slices.Select(slice => slice.ByHand));

    public double Limit => Median(Slices.Select(slice => slice.Limit));

    /// <summary>
    /// The store's share of the limit: the median of the shares of neighbouring slices, which what else the machine
    /// does concerns alike.
    /// </summary>
    public double Share => Median(Slices.Select(slice => slice.Store / slice.Limit));

    public double Target =>
        (IsWrite, Callers) switch
        {
            (false, 1) => 0.75,
            (false, _) => 0.8,
            (true, 1) => 0.85,
            (true, _) => 0.9,
        };

    public override string ToString() =>
        FormattableString.Invariant(
            $"{Database} {Profiles} {Operation} {Callers}: {Store:F0} {ByHand:F0} {Limit:F0} {Share:F2} ({Target})"
        );

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Operations per second in one turn of the three.</summary>
    internal sealed class Slice
    {
        public required double Store { get; init; }

        public required double ByHand { get; init; }

        public required double Limit { get; init; }
    }
}
