using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A command that stays prepared with its connection. Its parameters stay too, and get other values for each call.
/// </summary>
internal sealed class KeptCommand(DbCommand command) : IDisposable
{
    private (string Name, DbParameter Parameter)[] _parameters = [];

    public DbCommand Command => command;

    /// <summary>Runs it with these values. Nothing else runs it before the result is disposed.</summary>
    public RunningCommand Run(StoreParameters parameters)
    {
        try
        {
            Set(parameters);
            return new RunningCommand(this, command.ExecuteReader());
        }
        catch
        {
            ClearValues();
            throw;
        }
    }

    private void Set(StoreParameters parameters)
    {
        if (!HasNamesOf(parameters))
        {
            _parameters = [];
            command.Parameters.Clear();
            parameters.AddTo(command);
            _parameters =
            [
                .. command.Parameters.Cast<DbParameter>().Select((added, i) => (parameters.NameAt(i), added)),
            ];
            return;
        }

        for (var i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Parameter.Value = parameters.ValueAt(i);
        }
    }

    /// <summary>
    /// Lets go of the values after a call, which may be long. SQLite keeps its copies until the next call.
    /// </summary>
    public void ClearValues()
    {
        foreach (var (_, parameter) in _parameters)
        {
            parameter.Value = DBNull.Value;
        }
    }

    public void Dispose() => command.Dispose();

    private bool HasNamesOf(StoreParameters parameters)
    {
        if (_parameters.Length != parameters.Count)
        {
            return false;
        }

        for (var i = 0; i < _parameters.Length; i++)
        {
            if (!string.Equals(_parameters[i].Name, parameters.NameAt(i), StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A command whose results are being read.</summary>
internal readonly struct RunningCommand(KeptCommand command, DbDataReader reader) : IDisposable
{
    public DbDataReader Reader => reader;

    /// <summary>Goes to the next row, also of a later result: a batch is complete only when all are read.</summary>
    public bool ReadRow(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!reader.Read())
        {
            if (!reader.NextResult())
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        try
        {
            reader.Dispose();
        }
        finally
        {
            command.ClearValues();
        }
    }
}
