using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The provider's pool of open connections. A pooled connection keeps using a file that was deleted or replaced, so a
/// start does not reuse the connections of an earlier host of the same process.
/// </summary>
/// <param name="clear">Closes the pooled connections to the database of a connection.</param>
internal sealed class ConnectionPool(Action<DbConnection> clear)
{
    public void Clear(DbConnection connection) => clear(connection);
}
