using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The connection of a context, through Entity Framework's pipeline, so that interceptors, timeouts and logs of the
/// host apply.
/// </summary>
internal sealed class ContextConnection(DbContext context) : StoreConnection
{
    private readonly IRelationalConnection _connection = context.GetService<IRelationalConnection>();

    public override DbConnection Connection => _connection.DbConnection;

    public override Task OpenAsync(CancellationToken cancellationToken) => _connection.OpenAsync(cancellationToken);

    public override Task CloseAsync() => _connection.CloseAsync();

    public override async Task<T> QueryAsync<T>(
        StoreStatement statement,
        string? before,
        StoreParameters parameters,
        Func<DbDataReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        var command = _connection.RentCommand();
        command.PopulateFrom(statement.Template(context.GetService<IRelationalCommandBuilderFactory>(), before));
        var reader = await command
            .ExecuteReaderAsync(
                new RelationalCommandParameterObject(
                    _connection,
                    parameters.ByName,
                    readerColumns: null,
                    context,
                    context.GetService<IRelationalCommandDiagnosticsLogger>(),
                    CommandSource.FromSqlQuery
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var result = await read(reader.DbDataReader).ConfigureAwait(false);
            _connection.ReturnCommand(command);
            return result;
        }
    }
}
