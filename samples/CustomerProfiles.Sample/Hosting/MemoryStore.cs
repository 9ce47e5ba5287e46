namespace CustomerProfiles.Sample;

/// <summary>Memory: nothing remains after the run.</summary>
internal sealed class MemoryStore : SampleStore
{
    public override string Description => "in memory; nothing remains after the run";

    public override void AddTo(CustomerProfilesBuilder builder, bool upgrade)
    {
        // The library uses its in-memory store unless another one is registered.
    }

    public override void ThrowIfMissing() =>
        throw new BadInputException("Memory holds nothing from an earlier run. Omit --memory.");

    public override bool IsNew => true;

    public override void Delete() { }
}
