using System.Collections.Immutable;
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
internal sealed class StoreStatement(string text, bool isSearch = false)
{
    private IRelationalCommandTemplate? _template;
    private Tuple<string, string>? _after;
    private Tuple<string?, ImmutableArray<NumberedStatement>>? _numbered;

    public string Text => text;

    public bool IsSearch => isSearch;

    public static implicit operator StoreStatement(string text) => new(text);

    /// <summary>The SQL after settings in the same batch. It is kept, for the settings rarely differ.</summary>
    /// <param name="before">The settings; null for none.</param>
    public string TextAfter(string? before)
    {
        if (before is null)
        {
            return text;
        }

        if (_after is not { } known || known.Item1 != before)
        {
            _after = known = Tuple.Create(before, before + text);
        }

        return known.Item2;
    }

    /// <summary>The same as statements with numbered parameters. They are kept, for the settings rarely differ.</summary>
    /// <param name="before">The settings; null for none.</param>
    public ImmutableArray<NumberedStatement> NumberedAfter(string? before)
    {
        if (_numbered is not { } known || known.Item1 != before)
        {
            _numbered = known = Tuple.Create(before, NumberedStatement.Of(before + text));
        }

        return known.Item2;
    }

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

        public void AddDbParameter(DbCommand command, object? value)
        {
            foreach (var parameter in ((StoreParameters)value!).All)
            {
                command.Parameters.Add(parameter);
            }
        }
    }
}
