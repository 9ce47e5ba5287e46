using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A statement or a batch, with what Entity Framework needs to run it: made once, for a long text is neither copied nor
/// looked at for each call.
/// </summary>
/// <param name="text">The SQL.</param>
/// <param name="isSearch"> Whether the best plan depends on what is looked for, so that the statement is planned for
/// each call. All others have one good plan, which the database keeps.
/// </param>
internal sealed class StoreStatement(string text, bool isSearch = false)
{
    private IRelationalCommandTemplate? _template;

    public string Text => text;

    public bool IsSearch => isSearch;

    public static implicit operator StoreStatement(string text) => new(text);

    /// <summary>
    /// The command of Entity Framework. Of several callers who come first at once each makes one, and all are the same.
    /// </summary>
    /// <param name="commands">Makes it.</param>
    /// <param name="before">What stands before the statement, in the same batch; the same at each call.</param>
    public IRelationalCommandTemplate Template(IRelationalCommandBuilderFactory commands, string? before) =>
        _template ??= commands.Create().Append(before + text).AddParameter(AllParameters.Instance).Build();

    /// <summary>Entity Framework's place for one parameter, in which all of a call's stand.</summary>
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
