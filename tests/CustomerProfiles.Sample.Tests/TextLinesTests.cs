using System.Text;
using CustomerProfiles.Sample.Csv;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The lines of a text, whatever its encoding and its line breaks.</summary>
public sealed class TextLinesTests
{
    private const string German = "Käthe\nGroß\n";

    public static TheoryData<string> MarkedEncodings => ["utf-8", "utf-16", "utf-16BE"];

    [Fact]
    public async Task Every_kind_of_line_break_ends_a_line()
    {
        var lines = await ReadAsync(Encoding.UTF8.GetBytes("a\nb\r\nc\rd\n\ne"));

        lines
            .Should()
            .Equal(
                new TextLine(1, "a", "\n"),
                new TextLine(2, "b", "\r\n"),
                new TextLine(3, "c", "\r"),
                new TextLine(4, "d", "\n"),
                new TextLine(5, "", "\n"),
                new TextLine(6, "e", "")
            );
    }

    [Theory]
    [InlineData("a\r\nb\r\n")]
    [InlineData("a\rb\r")]
    public async Task A_line_break_is_read_as_one_wherever_a_block_ends(string text)
    {
        var lines = await ReadAsync(Encoding.UTF8.GetBytes(text), blockLength: 1);

        lines.Select(line => line.Text).Should().Equal("a", "b");
    }

    [Fact]
    public async Task A_character_is_read_whole_wherever_a_block_ends()
    {
        var lines = await ReadAsync(Encoding.UTF8.GetBytes("Käthe 😀\n"), blockLength: 1);

        lines.Should().Equal(new TextLine(1, "Käthe 😀", "\n"));
    }

    [Fact]
    public async Task A_text_without_a_byte_order_mark_is_UTF_8()
    {
        var lines = await ReadAsync(Encoding.UTF8.GetBytes(German));

        lines.Select(line => line.Text).Should().Equal("Käthe", "Groß");
    }

    [Theory]
    [MemberData(nameof(MarkedEncodings))]
    public async Task A_byte_order_mark_says_the_encoding_even_against_the_user(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] text = [.. encoding.GetPreamble(), .. encoding.GetBytes(German)];

        var lines = await ReadAsync(text, TextEncoding.Parse("windows-1252"));

        lines.Select(line => line.Text).Should().Equal("Käthe", "Groß");
    }

    [Fact]
    public async Task A_text_in_the_encoding_that_the_user_names_is_read()
    {
        var windows = TextEncoding.Parse("windows-1252");

        var lines = await ReadAsync(windows.GetBytes(German + "9 €"), windows);

        lines.Select(line => line.Text).Should().Equal("Käthe", "Groß", "9 €");
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', (byte)'\n', (byte)'K', 0xE4, (byte)'t' })]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', (byte)'\n', 0xE2, 0x82 })]
    public async Task Bytes_that_are_not_UTF_8_are_reported_with_their_line_after_the_lines_before(byte[] text)
    {
        var lines = new TextLines(new MemoryStream(text), encoding: null);
        var before = new[] { await lines.ReadAsync(default), await lines.ReadAsync(default) };

        var read = async () => await lines.ReadAsync(default);

        before.Select(line => line!.Value.Text).Should().Equal("a", "b");
        (await read.Should().ThrowAsync<BadInputException>()).WithMessage(
            "Line 3 holds bytes that are not text in utf-8.*--encoding*windows-1252*"
        );
    }

    [Fact]
    public void An_unknown_encoding_is_bad_input() =>
        FluentActions.Invoking(() => TextEncoding.Parse("klingon")).Should().Throw<BadInputException>();

    [Fact]
    public async Task A_line_of_the_greatest_length_is_read_and_one_without_end_is_not()
    {
        var longest = new string('x', TextLines.MaxLength);

        var lines = await ReadAsync(Encoding.UTF8.GetBytes($"{longest}\ny"));
        var endless = () => ReadAsync(Encoding.UTF8.GetBytes($"y\n{longest}{longest}"));

        lines.Select(line => line.Text.Length).Should().Equal(TextLines.MaxLength, 1);
        (await endless.Should().ThrowAsync<BadInputException>()).WithMessage("Line 2 is longer than*");
    }

    private static async Task<List<TextLine>> ReadAsync(
        byte[] text,
        Encoding? encoding = null,
        int blockLength = int.MaxValue
    )
    {
        var lines = new TextLines(new BlockStream(text, blockLength), encoding);
        var read = new List<TextLine>();
        while (await lines.ReadAsync(default) is { } line)
        {
            read.Add(line);
        }

        return read;
    }

    /// <summary>Gives at most a number of bytes at a time, as a network does.</summary>
    private sealed class BlockStream(byte[] bytes, int blockLength) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, blockLength)], cancellationToken);
    }
}
