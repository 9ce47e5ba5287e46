using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A statement or a batch, with its command for Entity Framework. Created once, so that a long text is not copied or
/// parsed for each call.
/// </summary>
/// <param name="text">The SQL.</param>
/// <param name="isSearch">
/// Whether the best plan depends on the parameters, so that the statement is planned for each call. All others have one
/// good plan, which the database keeps.
/// </param>
internal sealed class StoreStatement(string text, bool isSearch = false) : IEquatable<StoreStatement>
{
    private IRelationalCommandTemplate? _template;
    private Tuple<string, StoreStatement>? _after;
    private IReadOnlyList<NumberedStatement>? _numbered;
    private int _hash;

    public string Text => text;

    public bool IsSearch => isSearch;

    /// <summary>The same as statements with numbered parameters.</summary>
    public IReadOnlyList<NumberedStatement> Numbered => _numbered ??= NumberedStatement.Of(text);

    public static implicit operator StoreStatement(string text) => new(text);

    /// <summary>The statement after settings in the same batch. It is kept, for the settings rarely differ.</summary>
    /// <param name="before">The settings; null for none.</param>
    public StoreStatement After(string? before)
    {
        if (before is null)
        {
            return this;
        }

        if (_after is not { } known || known.Item1 != before)
        {
            _after = known = Tuple.Create(before, new StoreStatement(before + text, isSearch));
        }

        return known.Item2;
    }

    public bool Equals(StoreStatement? other) =>
        ReferenceEquals(this, other)
        || (other is not null && string.Equals(text, other.Text, StringComparison.Ordinal));

    public override bool Equals(object? obj) => Equals(obj as StoreStatement);

    /// <summary>Computed once: the texts are long.</summary>
    public override int GetHashCode() => _hash != 0 ? _hash : _hash = text.GetHashCode(StringComparison.Ordinal) | 1;

    /// <summary>The command of Entity Framework. Concurrent first callers each create one, and all are equal.</summary>
    /// <param name="commands">Creates the command.</param>
    /// <param name="before">The settings before the statement, in the same batch; the same at each call.</param>
    public IRelationalCommandTemplate Template(IRelationalCommandBuilderFactory commands, string? before) =>
        _template ??= commands.Create().Append(before + text).AddParameter(AllParameters.Instance).Build();

    /// <summary>One parameter of Entity Framework that contains all parameters of a call.</summary>
    private sealed class AllParameters : IRelationalParameter
    {
        public static AllParameters Instance { get; } = new();

        public string InvariantName => StoreParameters.Name;

        public void AddDbParameter(DbCommand command, IReadOnlyDictionary<string, object?>? parameterValues) =>
            AddDbParameter(command, parameterValues![StoreParameters.Name]);

        public void AddDbParameter(DbCommand command, object? value) => ((StoreParameters)value!).AddTo(command);
    }
}
