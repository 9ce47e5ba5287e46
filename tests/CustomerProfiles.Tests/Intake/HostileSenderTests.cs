using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace CustomerProfiles.Tests.Intake;

/// <summary>
/// Senders made to be slow to read: nested, unclosed, and long. Time and memory grow with the text at most, and are
/// bounded for the name.
/// </summary>
public sealed class HostileSenderTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
    [
        "\"",
        "(",
        ")",
        "<",
        ">",
        ",",
        ";",
        ":",
        "@",
        "\\",
        "'",
        "(a",
        "((a)",
        "\\\"",
        "\"\\",
        "<\"",
        "<\"a\"",
        "a@",
        "@a",
        "@.",
        "a@b ",
        "a@-b.c ",
        "a@b.c ",
        "a@b.c, ",
        "<a@b>",
        "<a@b.c>",
        "<a b@>",
        "<>,",
        "<> ",
        ":;",
        "a:",
        "a: ",
        "a:;",
        "x (",
        "\"a\" ",
        "\"a\"@",
        "=?",
        "\u200b",
        "\u200d",
        "Z\u0335",
        "\u202e",
        "\ud83d",
        "\ufe0f",
        "\udb40\udc61",
        "mailto:",
    ];

    private static readonly EmailAddresses Addresses = new([], [], []);
    private static readonly PhoneRegions Phones = new(null, []);

    public static TheoryData<string> Shapes => [.. Pieces];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_field_of_a_megabyte_is_read_in_a_few_passes(string piece)
    {
        // Work that grew with the square of the length would take minutes here, far beyond the time limit of any test
        // run.
        foreach (var text in Fields(piece, 1_000_000))
        {
            Read(text).Should().BeTrue("either there is an address or none");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Allocations_do_not_grow_with_the_length_of_the_field(string piece)
    {
        var text = Fields(piece, 100_000).ElementAt(1);
        Read(text);

        AllocatedBytes
            .By(() => Read(text))
            .Should()
            .BeLessThan(
                1_500_000,
                "of a name only the beginning is kept, and of places for an address only so many are tried"
            );
    }

    /// <summary>A quiet machine needs a small part of the 5 s that are aimed at; the bound is for a busy one.</summary>
    [Fact]
    public void Thirty_thousand_of_them_are_read_in_seconds()
    {
        var reading = new Stopwatch();
        for (var i = 0; i < 30_000; i++)
        {
            var length =
                i % 100 == 0 ? 100_000
                : i % 10 == 0 ? 10_000
                : 500;
            var piece = Pieces[i % Pieces.Length];
            var text = Fields(piece, length).ElementAt(i % 3);

            reading.Start();
            var contact = ContactOf(text, out var name);
            reading.Stop();

            var isBounded =
                name is null || new StringInfo(name.Full).LengthInTextElements <= EditLimits.Default.FullName;
            isBounded.Should().BeTrue("{0} of {1} in form {2} makes no endless name", piece, length, i % 3);
            if (!piece.Contains('@', StringComparison.Ordinal))
            {
                // Whatever the punctuation, the only address there is found, or none in what holds none.
                var expected = i % 3 == 0 ? null : "ada@example.com";
                (contact?.Email?.Normalized).Should().Be(expected, "{0} of {1} in form {2}", piece, length, i % 3);
            }
        }

        output.WriteLine($"30,000 hostile senders were read in {reading.Elapsed.TotalSeconds:0.00} s.");
        reading.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(30));
    }

    private static IEnumerable<string> Fields(string piece, int length)
    {
        var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
        yield return text;
        yield return $"{text} <ada@example.com>";
        yield return $"\"{text}\" <ada@example.com>";
    }

    private static bool Read(string text) =>
        ContactOf(text, out var name) is null || name is null or { Full.Length: > 0 };

    private static Contact? ContactOf(string text, out PersonName? name)
    {
        name = null;
        var conversation = new Conversation("c", text, ProfileFixture.Start);
        if (!Contact.TryRead(TenantId.Default, conversation, Addresses, Phones, out var contact))
        {
            return null;
        }

        (name, _) = contact.ReadName(Addresses, EditLimits.Default);
        return contact;
    }
}
