using System.Text;
using CsCheck;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>Bodies that no server should send: JSON of any shape with known names, and damaged valid bodies.</summary>
internal static class OddBodies
{
    private static readonly Gen<string> Name = Gen.Frequency(
        (
            8,
            Gen.OneOf(
                "fullName",
                "title",
                "organization",
                "bio",
                "location",
                "avatar",
                "website",
                "twitter",
                "linkedin",
                "facebook",
                "details",
                "FULLNAME",
                "Bio",
                "DETAILS"
            )
        ),
        (
            8,
            Gen.OneOf(
                "name",
                "given",
                "middle",
                "family",
                "full",
                "locations",
                "city",
                "region",
                "regionCode",
                "country",
                "countryCode",
                "photos",
                "urls",
                "value"
            )
        ),
        (
            8,
            Gen.OneOf(
                "employment",
                "current",
                "start",
                "end",
                "year",
                "month",
                "day",
                "profiles",
                "service",
                "username",
                "userid",
                "url",
                "linkedinCompany"
            )
        ),
        (
            2,
            Gen.OneOf(
                "",
                " ",
                "household",
                "survey",
                "b\\u0069o",
                "\\u0064etails",
                "\\ud800",
                "\\n",
                "ﬁ",
                "\uFEFFbio",
                "bio\\u0000",
                "𝒷𝒾ℴ"
            )
        ),
        (1, Gen.Int[0, 400].Select(length => new string('n', length)))
    );

    private static readonly Gen<string> TextWithEscapes = Gen.OneOf(
            Gen.Char['\u0020', '\u2fff'].Select(letter => letter is '"' or '\\' ? "\\" + letter : letter.ToString()),
            Gen.OneOf(
                "\\\"",
                "\\\\",
                "\\/",
                "\\b",
                "\\n",
                "\\u0000",
                "\\u0022",
                "\\ud83d\\ude00",
                "\\ud83d",
                "\\ude00",
                "\\uDBFF\\uDFFF",
                "😀",
                "@",
                ":",
                "/",
                "http://",
                "\u200f"
            )
        )
        .Array[0, 12]
        .Select(letters => $"\"{string.Concat(letters)}\"");

    private static readonly Gen<string> Address = Gen.Select(
            Gen.OneOf(
                "https://",
                "http://",
                "HTTPS://",
                "https:\\/\\/",
                "ftp://",
                "//",
                "",
                "javascript:",
                "http:",
                "http:\\\\\\\\"
            ),
            Gen.OneOf(
                "",
                "example.org",
                "a@example.org",
                "[::1]",
                "[",
                "%",
                "例え.example",
                "example.org:99999",
                "example.org:",
                "xn--",
                "127.1",
                "a..b",
                " ",
                "\\u0000"
            ),
            Gen.OneOf("", "/", "/a/../..", "?#", "/@", "/%zz", "/\\ud800", "/é", "#@")
        )
        .Select((scheme, host, path) => $"\"{scheme}{host}{path}\"");

    private static readonly Gen<string> Scalar = Gen.Frequency(
        (3, TextWithEscapes),
        (4, Address),
        (3, Gen.OneOf("null", "true", "false", "\"\"", "\" \"", "\"Text\"", "\"twitter\"", "\"2012-04\"", "{}", "[]")),
        (
            2,
            Gen.OneOf(
                "0",
                "-0",
                "1",
                "2012",
                "1e999",
                "-1E-999",
                "0.1",
                "2.3000000000000003",
                "99999999999999999999999999"
            )
        ),
        (1, Gen.Int[0, 400].Select(length => new string('9', length + 1))),
        (1, Gen.Int[0, 400].Select(length => $"\"{new string('x', length)}\""))
    );

    private static readonly Gen<string> Value = Gen.Recursive<string>(
        (depth, value) =>
            depth > 3
                ? Scalar
                : Gen.Frequency(
                    (10, Scalar),
                    (2, Members(value)),
                    (1, value.Array[0, 5].Select(items => $"[{string.Join(',', items)}]"))
                )
    );

    private static readonly Gen<string> Person = Gen.Select(Members(Value), Members(Value), Members(Value), Value)
        .Select(
            (person, details, named, listed) =>
                $$$"""{"p":{{{person}}},"details":{"profiles":{{{named}}},"urls":[{{{named}}},{{{listed}}}],"photos":[{{{listed}}}],"employment":[{{{details}}}],"profiles":[{{{person}}},{{{listed}}}]},"details":{{{details}}},"""
                + person[1..]
        );

    private static readonly Gen<byte[]> Good = Gen.Frequency(
        (
            3,
            Gen.OneOf(InventedPerson.Json, InventedBody.Thin, InventedBody.Typical, InventedBody.Full)
                .Select(Encoding.UTF8.GetBytes)
        ),
        (2, Person.Select(Encoding.UTF8.GetBytes)),
        (1, Value.Select(Encoding.UTF8.GetBytes))
    );

    /// <summary>A few bytes that break JSON, text, or what a reader expects.</summary>
    public static readonly Gen<byte[]> Splinter = Gen.Frequency(
        (3, Gen.Byte.Array[0, 8]),
        (
            5,
            Gen.OneOf(
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "null",
                    "true",
                    "0",
                    "-",
                    "1e999",
                    "{}",
                    "[]",
                    "\"\"",
                    "\\ud800",
                    "\\udc00",
                    "\\u00",
                    "\"https://x\"",
                    "\"//x\"",
                    "\uFEFF",
                    "//",
                    "/**/",
                    "\"profiles\":{",
                    "\"details\":",
                    "\"bio\":\"x\",",
                    "NaN",
                    "'",
                    "\0",
                    "\u2028"
                )
                .Select(Encoding.UTF8.GetBytes)
        ),
        (1, Scalar.Select(Encoding.UTF8.GetBytes)),
        (
            1,
            Gen.OneOf<byte[]>(
                (byte[])[0xc0, 0xaf],
                [0xed, 0xa0, 0x80],
                [0xf4, 0x90, 0x80, 0x80],
                [0xe2, 0x82],
                [0xff, 0xfe],
                [0xef, 0xbb, 0xbf],
                [0x80]
            )
        ),
        (
            1,
            Gen.Select(Gen.OneOf("[", "{\"details\":", "]", "}", "{\"profiles\":["), Gen.Int[1, 200])
                .Select((level, depth) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(level, depth))))
        )
    );

    private static readonly Gen<Func<byte[], byte[]>> Mishap = Gen.Select(
            Gen.Int[0, 6],
            Gen.Double[0, 1],
            Gen.Double[0, 1],
            Gen.Int[0, 300],
            Splinter
        )
        .Select(
            (kind, first, second, length, splinter) =>
                (Func<byte[], byte[]>)(
                    body =>
                    {
                        var at = (int)(first * body.Length);
                        var to = (int)(second * body.Length);
                        var end = Math.Min(body.Length, at + length);
                        return kind switch
                        {
                            0 => [.. body[..at], .. splinter, .. body[at..]],
                            1 => [.. body[..at], .. body[end..]],
                            2 => [.. body[..at], .. splinter, .. body[Math.Min(body.Length, at + splinter.Length)..]],
                            3 => [.. body[..end], .. body[at..]],
                            4 => [.. body[..to], .. body[at..end], .. body[to..]],
                            5 =>
                            [
                                .. body.Select((one, index) => index == at ? (byte)(one ^ (1 << (length % 8))) : one),
                            ],
                            _ => length < 100 ? body[..at] : Swapped(body, at, to),
                        };
                    }
                )
        );

    /// <summary>Any of these bodies.</summary>
    public static Gen<byte[]> Any { get; } =
        Gen.Frequency(
            (2, Good),
            (
                6,
                Gen.Select(Good, Mishap.Array[1, 6])
                    .Select((body, mishaps) => mishaps.Aggregate(body, (bytes, happens) => happens(bytes)))
            )
        );

    private static Gen<string> Members(Gen<string> value) =>
        Gen.Select(Name, value)
            .Array[0, 7]
            .Select(members =>
                "{" + string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2}")) + ",\"x\":1}"
            )
            .Select(text => text.Replace("{,", "{", StringComparison.Ordinal));

    /// <summary>Swaps the values after two colons.</summary>
    private static byte[] Swapped(byte[] body, int at, int to)
    {
        var (first, second) = (ValueAfter(body, Math.Min(at, to)), ValueAfter(body, Math.Max(at, to)));
        return first.End.Value > second.Start.Value
            ? body
            :
            [
                .. body[..first.Start],
                .. body[second],
                .. body[first.End..second.Start],
                .. body[first],
                .. body[second.End..],
            ];
    }

    private static Range ValueAfter(byte[] body, int at)
    {
        var colon = body.AsSpan(at).IndexOf((byte)':');
        if (colon < 0)
        {
            return body.Length..;
        }

        var start = at + colon + 1;
        var length = body.AsSpan(start).IndexOfAny(",}]"u8);
        return start..(length < 0 ? body.Length : start + length);
    }
}
