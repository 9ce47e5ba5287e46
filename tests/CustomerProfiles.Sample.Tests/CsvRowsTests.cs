using System.Text;
using CustomerProfiles.Sample.Csv;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The rows of a CSV file, also of a broken one.</summary>
public sealed class CsvRowsTests
{
    [Theory]
    [InlineData("id,name\n1,\"Ann; B\"\n", ',')]
    [InlineData("id;name\n1;\"Ann, B\"\n", ';')]
    [InlineData("id\tname\n1\tAnn, B; C\n", '\t')]
    [InlineData("id;\"name, full, as known\";plan\n1;Ann;gold\n", ';')]
    [InlineData("email\nann@example.org\n", ',')]
    public async Task The_separator_is_the_one_that_splits_the_header(string text, char separator)
    {
        var rows = await OpenAsync(text);

        rows.Separator.Should().Be(separator);
    }

    [Fact]
    public async Task Quoted_fields_hold_separators_quotes_and_line_breaks()
    {
        var (_, rows) = await ReadAsync("id,notes\n1,\"a, \"\"b\"\"\r\nc\"\n2,d\n");

        rows.Select(row => (row.Line, row.Problem)).Should().Equal((2, null), (4, null));
        rows[0].Fields.Should().Equal("1", "a, \"b\"\r\nc");
        rows[0].Text.Should().Be("1,\"a, \"\"b\"\"\r\nc\"");
        rows[1].Fields.Should().Equal("2", "d");
    }

    [Fact]
    public async Task Spaces_around_fields_do_not_matter()
    {
        var (_, rows) = await ReadAsync("id,name\n 1 , \"Ann\" \n");

        rows.Single().Fields.Should().Equal("1", "Ann");
    }

    [Fact]
    public async Task Rows_without_any_text_are_passed_over()
    {
        var (header, rows) = await ReadAsync("\n\nid,name\n\n1,Ann\n,\n , \n\n2,Bob\n\n");

        header.Fields.Should().Equal("id", "name");
        rows.Select(row => row.Line).Should().Equal(5, 9);
    }

    [Theory]
    [InlineData("2,\"Bob", "A quote is opened and not closed.")]
    [InlineData("2,\"Bob\" the builder", "Text follows a closing quote.")]
    [InlineData("2,Bob \"the builder\"", "A field has a quote within it.")]
    public async Task A_row_with_broken_quotes_is_reported_with_its_line_and_the_others_are_read(
        string broken,
        string problem
    )
    {
        var (_, rows) = await ReadAsync($"id,name\n1,Ann\n{broken}\n3,\"Cid, D\"\n4,Dora\n");

        rows.Select(row => row.Line).Should().Equal(2, 3, 4, 5);
        rows.Select(row => row.Problem is null).Should().Equal(true, false, true, true);
        rows[1].Problem.Should().StartWith(problem);
        rows[1].Text.Should().Be(broken);
        rows[2].Fields.Should().Equal("3", "Cid, D");
    }

    [Fact]
    public async Task An_open_quote_is_followed_over_a_bounded_number_of_characters()
    {
        var text = new StringBuilder("id,name\n1,\"Ann\n");
        for (var i = 2; i <= 100_000; i++)
        {
            text.Append(i).Append(",Somebody\n");
        }

        var (_, rows) = await ReadAsync(text.ToString());

        rows.Should().HaveCount(100_000);
        rows.Where(row => row.Problem is not null).Select(row => row.Line).Should().Equal(2);
        rows[^1].Fields.Should().Equal("100000", "Somebody");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n\n", "is empty")]
    [InlineData(",,\n", "is empty")]
    [InlineData("id,\"name\n1,Ann\n", "Line 1 is to name the columns, and is broken")]
    [InlineData("i\0d\0,\0n\0", "--encoding utf-16")]
    public async Task A_file_without_a_header_is_bad_input(string text, string complaint) =>
        (await FluentActions.Awaiting(() => OpenAsync(text)).Should().ThrowAsync<BadInputException>()).WithMessage(
            $"*{complaint}*"
        );

    private static Task<CsvRows> OpenAsync(string text) =>
        CsvRows.OpenAsync(new TextLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), encoding: null), default);

    private static async Task<(CsvRow Header, List<CsvRow> Rows)> ReadAsync(string text)
    {
        var file = await OpenAsync(text);
        var rows = new List<CsvRow>();
        while (await file.ReadAsync(default) is { } row)
        {
            rows.Add(row);
        }

        return (file.Header, rows);
    }
}
