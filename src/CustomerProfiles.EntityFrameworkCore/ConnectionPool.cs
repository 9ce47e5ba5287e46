using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The connections that a provider keeps open between calls. One to a file goes on with that file when it has been
/// deleted or replaced, so a start does not take up connections of an earlier host of the same process.
/// </summary>
/// <param name="clear">Closes those to the database of a connection.</param>
internal sealed class ConnectionPool(Action<DbConnection> clear)
{
    public void Clear(DbConnection connection) => clear(connection);
}
