namespace CustomerProfiles.Sample.Stores;

/// <summary>Nowhere: what is taken in is gone when the program ends.</summary>
internal sealed class MemoryStore : SampleStore
{
    public override string Description => "in memory; nothing is kept";

    public override void Use(CustomerProfilesBuilder builder, bool upgrade)
    {
        // The store that keeps nothing is the library's own when no other is chosen.
    }

    public override void ThrowIfNothingIsKept() =>
        throw new BadInputException("In memory nothing is left from an earlier run. Leave --memory away.");

    public override void Remove() { }
}
