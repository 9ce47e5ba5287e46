using System.Collections.Immutable;
using CustomerProfiles.Conversations;
using CustomerProfiles.DependencyInjection;
using CustomerProfiles.Editing;
using CustomerProfiles.Profiles;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.Conversations;

/// <summary>Senders made to be slow to read: nested, unclosed, and long. Time and memory grow with the text at most, and are bounded for the name.</summary>
public sealed class HostileSenderTests
{
    private static readonly string[] Pieces =
    [
        "\"", "(", ")", "<", ">", ",", ";", ":", "@", "\\", "'", "(a", "((a)", "\\\"", "\"\\", "<\"", "<\"a\"", "a@", "@a", "@.", "a@b ", "a@-b.c ", "a@b.c ", "a@b.c, ", "<a@b>",
        "<a@b.c>", "<a b@>", "<>,", "<> ", ":;", "a:", "a: ", "a:;", "x (", "\"a\" ", "\"a\"@", "=?", "\u200b", "\u200d", "Z\u0335", "\u202e", "\ud83d", "\ufe0f", "\udb40\udc61", "mailto:",
    ];

    private static readonly EmailAddresses Addresses = new(Options.Create(new CustomerProfilesOptions()));

    public static TheoryData<string> Shapes => [.. Pieces];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_field_of_a_megabyte_is_read_in_a_few_passes(string piece)
    {
        // Work that grew with the square of the length would take minutes here, far beyond the patience of any test run.
        foreach (var text in Fields(piece, 1_000_000))
        {
            Read(text).Should().BeTrue("either there is an address or none");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_is_made_while_reading_does_not_grow_with_the_field(string piece)
    {
        var text = Fields(piece, 100_000).ElementAt(1);
        Read(text);

        AllocatedBytes.By(() => Read(text)).Should().BeLessThan(1_500_000, "of a name only the beginning is kept, and of places for an address only so many are tried");
    }

    [Fact]
    public void Thirty_thousand_of_them_are_read()
    {
        var read = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var length = i % 100 == 0 ? 100_000 : i % 10 == 0 ? 10_000 : 500;
            read += Read(Fields(Pieces[i % Pieces.Length], length).ElementAt(i % 3)) ? 1 : 0;
        }

        read.Should().Be(30_000);
    }

    private static IEnumerable<string> Fields(string piece, int length)
    {
        var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
        yield return text;
        yield return $"{text} <ada@example.com>";
        yield return $"\"{text}\" <ada@example.com>";
    }

    private static bool Read(string text)
    {
        ImmutableArray<IntakeWarning> warnings = [];
        return !IntakeParty.TryRead(new Conversation("c", text, ProfileFixture.Start), Addresses, out var party)
            || party.ReadName(Addresses, EditLimits.Default, ref warnings) is null or { Full.Length: > 0 };
    }
}
