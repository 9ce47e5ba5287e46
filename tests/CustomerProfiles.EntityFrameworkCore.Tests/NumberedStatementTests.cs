using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>How a text with named parameters becomes statements with numbered ones.</summary>
public sealed class NumberedStatementTests
{
    [Fact]
    public void A_parameter_has_one_number_however_often_it_stands()
    {
        var statement = NumberedStatement
            .Of("select @id, @most from t where t.id = @id")
            .Should()
            .ContainSingle()
            .Subject;

        statement.Text.Should().Be("select $1, $2 from t where t.id = $1");
        statement.Parameters.Should().Equal("id", "most");
    }

    [Fact]
    public void Each_statement_of_a_batch_has_its_own_numbers()
    {
        var statements = NumberedStatement.Of("select @id as locked;\nselect @most, @id from t;\n");

        statements.Select(statement => statement.Text).Should().Equal("select $1 as locked", "select $1, $2 from t");
        statements[1].Parameters.Should().Equal("most", "id");
    }

    [Theory]
    [InlineData("select ';@id' from t")]
    [InlineData("select 'it''s @id;' from t")]
    [InlineData("select 1 from \"a;table@home\"")]
    [InlineData("select x @> array[1] from t")]
    [InlineData("select '[]'::json -> '@id'")]
    public void Quotes_and_operators_hold_no_parameters(string text)
    {
        var statement = NumberedStatement.Of(text).Should().ContainSingle().Subject;

        statement.Text.Should().Be(text);
        statement.Parameters.Should().BeEmpty();
    }

    [Fact]
    public void A_name_may_begin_as_another_does()
    {
        var statement = NumberedStatement.Of("select @id, @ids, @id_of").Should().ContainSingle().Subject;

        statement.Text.Should().Be("select $1, $2, $3");
        statement.Parameters.Should().Equal("id", "ids", "id_of");
    }

    [PostgreSqlFact]
    public async Task Statements_of_the_store_have_a_number_for_each_name()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var context = await database
            .Host()
            .GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContextAsync();
        var sql = new StoreSql(context, PostgreSqlDialect.Instance, keepsMatchKeys: true);
        var all = NamedStatements.Of(sql.Statements).ToArray();

        all.Should().HaveCountGreaterThan(60);
        foreach (var (name, text) in all)
        {
            var numbered = NumberedStatement.Of(text);
            var names = numbered.SelectMany(statement => statement.Parameters).Distinct(StringComparer.Ordinal);
            text.Split('@')
                .Skip(1)
                .Select(NameOf)
                .Distinct(StringComparer.Ordinal)
                .Should()
                .BeEquivalentTo(names, name);
            numbered.Should().OnlyContain(statement => !statement.Text.Contains('@'), name);
        }
    }

    private static string NameOf(string text) =>
        new([.. text.TakeWhile(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')]);
}
