using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CustomerProfiles.Tests.Intake;

/// <summary>For any name: the sender is found by the address, and the name comes back or a warning does.</summary>
public sealed class Rule02_SendersAsMailServersWriteThemTests
{
    private const string Address = "ada@example.com";

    /// <summary>Set the environment variable CUSTOMERPROFILES_CASES to try that many names in each form.</summary>
    private static readonly int Cases = int.TryParse(
        Environment.GetEnvironmentVariable("CUSTOMERPROFILES_CASES"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var cases
    )
        ? Math.Max(1, cases)
        : 2_000;

    private static readonly Gen<string> Pieces = Gen.OneOf(
        "Ada",
        "Lovelace",
        "bob@example.org",
        "ada@example.com",
        "<bob@example.org>",
        "<>",
        "( )",
        "(x)",
        "Engines:",
        "a:b;",
        ";",
        ",",
        "@",
        "<",
        ">",
        "\"",
        "'",
        "\\",
        "mailto:",
        "=?",
        "?=",
        " ",
        "\t",
        "\u200f",
        "عدا\u200cدا",
        "אדה",
        "用户",
        "\U0001F469\u200d\U0001F52C",
        "e\u0301",
        "24:7",
        "[x]",
        ":(",
        "6'2\"",
        "\u202e",
        "\ud83d"
    );

    private static readonly Gen<string> Letters = Gen.Char[
            "\"'\\<>()@.,;:[]=?_ \tabÄ用א\u200c\u200f\u0627\u0301\ud83d\ude00\ufffe\0"
        ]
        .Array[0, 24]
        .Select(letters => new string(letters));

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.String,
        Letters,
        Pieces.Array[0, 6].Select(string.Concat),
        Pieces.Array[1, 6].Select(pieces => string.Join(' ', pieces)),
        Gen.String.Select(text => $"Ada {text} Lovelace")
    );

    [Fact]
    public void Quoted() =>
        Holds(name => new Conversation("c", $"\"{Escaped(name)}\" <{Address}>", ProfileFixture.Start));

    [Fact]
    public void Quoted_beside_a_bare_address() =>
        Holds(
            name => new Conversation("c", $"\"{Escaped(name)}\" {Address}", ProfileFixture.Start),
            mayBeSeveral: true
        );

    /// <summary>
    /// Decoding takes the quotes away. A name that has an address in it, and ends its mailbox, cannot be told from
    /// another sender then; that is said.
    /// </summary>
    [Fact]
    public void Encoded_then_decoded_or_bare() =>
        Holds(name => new Conversation("c", $"{name} <{Address}>", ProfileFixture.Start), mayBeSeveral: true);

    [Fact]
    public void In_a_comment_behind_the_address() =>
        Holds(name => new Conversation("c", $"{Address} ({EscapedInComment(name)})", ProfileFixture.Start));

    [Fact]
    public void Name_and_address_apart() => Holds(name => new Conversation("c", Address, name, ProfileFixture.Start));

    [Fact]
    public void Composed_with_name_and_address_apart() =>
        Holds(name => new ComposedConversation("c", Address, name, ProfileFixture.Start));

    /// <summary>What another library writes, as quoted strings and encoded words, and reads again.</summary>
    [Fact]
    public void Written_and_read_by_MimeKit() =>
        Holds(
            name =>
            {
                using var message = new MimeMessage();
                message.From.Add(new MailboxAddress(name, Address));
                using var written = new MemoryStream();
                message.WriteTo(written);
                written.Position = 0;
                using var read = MimeMessage.Load(written);
                var sender = read.From.Mailboxes.First();
                return new Conversation("c", sender.Address, sender.Name, ProfileFixture.Start);
            },
            comparesNames: false
        );

    private static void Holds(Func<string, IConversation> write, bool mayBeSeveral = false, bool comparesNames = true)
    {
        var addresses = new EmailAddresses([], [], []);
        Names.Sample(
            name =>
            {
                if (
                    !Contact.TryRead(
                        TenantId.Default,
                        write(name),
                        addresses,
                        new PhoneRegions(null, []),
                        out var contact
                    )
                )
                {
                    return false;
                }

                var (read, warnings) = contact.ReadName(addresses, EditLimits.Default);
                if (contact.Email is { } other && other.Normalized != Address)
                {
                    // Only where the name itself holds an address: one with a dot, or one that may stand in brackets.
                    return mayBeSeveral
                        && contact.IsFirstOfSeveral
                        && name.Contains('@')
                        && (other.Domain.Contains('.') || name.Contains('<'));
                }

                // Quotes, blanks and brackets around a name are punctuation; no letter of it is.
                return !comparesNames
                    || warnings.Length > 0
                    || contact.IsFirstOfSeveral
                    || IsWhole(read?.Full ?? "", name);
            },
            iter: Cases,
            print: name =>
                string.Join(' ', name.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture))) + " " + name
        );
    }

    /// <summary>
    /// Whether no letter is missing. The sender's own address in brackets behind the name is not part of it.
    /// </summary>
    private static bool IsWhole(string read, string name)
    {
        if (Spoken(read).SequenceEqual(Spoken(name)))
        {
            return true;
        }

        var open = name.LastIndexOf('<');
        return open >= 0
            && Spoken(read).SequenceEqual(Spoken(name[..open]))
            && name[open..].Contains(Address, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<char> Spoken(string name) => name.Where(char.IsLetterOrDigit);

    private static string Escaped(string name) =>
        name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapedInComment(string name) =>
        name.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("(", "\\(", StringComparison.Ordinal)
            .Replace(")", "\\)", StringComparison.Ordinal);
}
