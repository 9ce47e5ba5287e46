using System.Collections.Immutable;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A statement in a form for each combination of parts that it may have to write: a part costs something also where it
/// writes nothing.
/// </summary>
internal sealed class StatementForms
{
    /// <summary>A statement with a form for each combination.</summary>
    public StatementForms(Func<WrittenParts, StoreStatement> form) =>
        All = [.. Enumerable.Range(0, (int)WrittenParts.All + 1).Select(parts => form((WrittenParts)parts))];

    private StatementForms(StoreStatement only) => All = [.. Enumerable.Repeat(only, (int)WrittenParts.All + 1)];

    /// <summary>Every form, by the number of its parts.</summary>
    public ImmutableArray<StoreStatement> All { get; }

    /// <summary>The form that writes at least these parts.</summary>
    public StoreStatement this[WrittenParts parts] => All[(int)parts];

    /// <summary>A statement with one form, which writes whatever there is.</summary>
    public static implicit operator StatementForms(string text) => new((StoreStatement)text);
}
