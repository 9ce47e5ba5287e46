using System.Collections.Immutable;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A statement in a variant for each combination of what it may have to write: a part of a statement costs something
/// also where it writes nothing.
/// </summary>
internal sealed class StatementVariants
{
    /// <summary>A statement with a variant for each combination.</summary>
    public StatementVariants(Func<OptionalWrites, StoreStatement> variant) =>
        All = [.. Enumerable.Range(0, (int)OptionalWrites.All + 1).Select(parts => variant((OptionalWrites)parts))];

    private StatementVariants(StoreStatement only) => All = [.. Enumerable.Repeat(only, (int)OptionalWrites.All + 1)];

    /// <summary>Every variant, by the number of its parts.</summary>
    public ImmutableArray<StoreStatement> All { get; }

    /// <summary>The variant that writes at least these parts.</summary>
    public StoreStatement this[OptionalWrites parts] => All[(int)parts];

    /// <summary>A statement with one variant, which writes whatever there is.</summary>
    public static implicit operator StatementVariants(string text) => new((StoreStatement)text);
}
