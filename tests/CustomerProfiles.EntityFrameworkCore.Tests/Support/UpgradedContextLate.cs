using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A migration that was merged from another branch.</summary>
[DbContext(typeof(UpgradedContext))]
[Migration("20250201000000_Late")]
internal sealed class UpgradedContextLate : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("create table late (id integer primary key)");
    }
}
