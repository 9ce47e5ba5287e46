using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A command that stays prepared with its connection. Its parameters stay too, and get other values for each call.
/// </summary>
internal sealed class KeptCommand(DbCommand command) : IDisposable
{
    private string[] _names = [];

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
            _names = [];
            command.Parameters.Clear();
            parameters.AddTo(command);
            _names = [.. Enumerable.Range(0, parameters.Count).Select(parameters.NameAt)];
            return;
        }

        for (var i = 0; i < _names.Length; i++)
        {
            command.Parameters[i].Value = parameters.ValueAt(i);
        }
    }

    /// <summary>
    /// Lets go of the values after a call, which may be long. SQLite keeps its copies until the next call.
    /// </summary>
    public void ClearValues()
    {
        for (var i = 0; i < _names.Length; i++)
        {
            command.Parameters[i].Value = DBNull.Value;
        }
    }

    public void Dispose() => command.Dispose();

    private bool HasNamesOf(StoreParameters parameters)
    {
        if (_names.Length != parameters.Count)
        {
            return false;
        }

        for (var i = 0; i < _names.Length; i++)
        {
            if (!string.Equals(_names[i], parameters.NameAt(i), StringComparison.Ordinal))
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
