namespace CustomerProfiles.Benchmarks.Page;

/// <summary>The cost with a number of profiles.</summary>
/// <param name="Profiles">The number of profiles.</param>
/// <param name="BytesPerProfile">The memory of each, with its index and its one conversation.</param>
/// <param name="Floor">Nanoseconds of the least code that can handle a message.</param>
/// <param name="Receive">Nanoseconds of a message in a known thread.</param>
/// <param name="Find">Nanoseconds of finding a customer by address.</param>
/// <param name="Save">Nanoseconds of finding a customer and saving an edit.</param>
internal sealed record GrowthRow(
    int Profiles,
    double BytesPerProfile,
    double Floor,
    double Receive,
    double Find,
    double Save
);
