using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Drops a column, for which SQLite recreates the table.</summary>
[DbContext(typeof(UpgradedContext))]
[Migration("20250301000000_Anew")]
internal sealed class UpgradedContextAnew : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        if (ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
        {
            // As Entity Framework generates it for a dropped column.
            migrationBuilder.Sql(
                "create table ef_temp_parent (id integer primary key); insert into ef_temp_parent select id "
                    + "from parent;"
            );
            migrationBuilder.Sql("pragma foreign_keys = 0;", suppressTransaction: true);
            migrationBuilder.Sql("drop table parent; alter table ef_temp_parent rename to parent;");
            migrationBuilder.Sql("pragma foreign_keys = 1;", suppressTransaction: true);
        }
        else
        {
            migrationBuilder.Sql("alter table parent drop column gone");
        }
    }
}
