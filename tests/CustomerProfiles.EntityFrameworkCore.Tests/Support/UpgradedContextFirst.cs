using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Two tables with a foreign key between them, in place of the tables of profiles.</summary>
[DbContext(typeof(UpgradedContext))]
[Migration("20250101000000_First")]
internal sealed class UpgradedContextFirst : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("create table parent (id integer primary key, gone text)");
        migrationBuilder.Sql(
            "create table child (id integer primary key, parent_id integer not null references parent (id) "
                + "on delete cascade)"
        );
        migrationBuilder.Sql("insert into parent values (1, 'x')");
        migrationBuilder.Sql("insert into child values (1, 1)");
        migrationBuilder.Sql("create table cp_schema (version integer primary key)");
        migrationBuilder.Sql($"insert into cp_schema values ({StoreModel.SchemaVersion})");
    }
}
