using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CsCheck;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>A fictional person, written in one of the accepted shapes.</summary>
internal sealed record WrittenPerson(PublicInformation Person, string Json)
{
    private static readonly Gen<string> Text = Gen.OneOf(
        "Maria",
        "Quill & Sons",
        "a",
        "\"quoted\" \\ /",
        "two\nlines",
        "Ångström",
        "例え",
        "😀 ink",
        "null",
        "0",
        "a\u0001b",
        "{}"
    );

    private static readonly Gen<string> Address = Gen.Select(
            Gen.OneOf("https://", "http://"),
            Gen.Int[0, 9_999],
            Gen.OneOf("", "/", "/a?b=c#d", "/é/%20")
        )
        .Select((scheme, number, rest) => $"{scheme}site{number}.example{rest}");

    private static readonly Gen<PublicInformation> AnyPerson =
        from name in Optional(
            Gen.Select(Text, Optional(Text), Optional(Text))
                .Select((full, given, family) => new PersonName(full, given, family))
        )
        from texts in Gen.Select(Optional(Text), Optional(Text), Text, Text)
        from photo in Optional(Address)
        from websites in Gen.Int[0, 9_999].HashSet[0, 4]
        from networks in Gen.OneOf(
            "twitter",
            "linkedin",
            "facebook",
            "github",
            "linkedincompany",
            "δίκτυο",
            "new network"
        ).HashSet[0, 5]
        from accounts in Gen.Select(Address, Text, Gen.Int[0, 2]).Array[5]
        from hasJob in Gen.Bool
        select new PublicInformation
        {
            Name = name,
            Bio = texts.Item1,
            Location = texts.Item2,
            Company = hasJob ? texts.Item3 : null,
            JobTitle = hasJob ? texts.Item4 : null,
            Photo = photo is null ? null : new Photo(new Uri(photo)),
            Websites = [.. websites.Select(number => new Uri($"https://web{number}.example/"))],
            SocialProfiles =
            [
                .. networks.Zip(
                    accounts,
                    (network, account) =>
                        new SocialProfile(
                            network,
                            account.Item3 == 0 ? null : new Uri(account.Item1),
                            account.Item3 == 1 ? null : account.Item2
                        )
                ),
            ],
        };

    /// <summary>Any person in any shape.</summary>
    public static Gen<WrittenPerson> Any { get; } =
        Gen.Select(AnyPerson, Gen.Int[0, int.MaxValue])
            .Select((person, style) => new WrittenPerson(person, new Writer(style).Write(person)));

    private static Gen<T?> Optional<T>(Gen<T> gen)
        where T : class => Gen.Frequency((1, Gen.Const<T?>((T?)null)), (3, gen.Select(value => (T?)value)));

    /// <summary>
    /// Writes in a random style: position, order and spelling of fields, and other fields beside them.
    /// </summary>
    private sealed class Writer(int style)
    {
        private readonly PCG _choice = new((uint)style, 1);

        public string Write(PublicInformation person)
        {
            var top = new List<string>();
            var details = new List<string>();
            WriteName(person.Name, top, details);
            WriteJob(person, top, details);
            WriteAt(person.Bio, top, "bio");
            WriteLocation(person.Location, top, details);
            WritePhoto(person.Photo?.Url.OriginalString, top, details);
            WriteWebsites(person.Websites, top, details);
            WriteAccounts(person.SocialProfiles, top, details);
            if (details.Count > 0 || Chance(2))
            {
                top.Add(Member("details", Shuffled(details)));
            }

            return (Chance(4) ? "\uFEFF" : "") + Shuffled(top);
        }

        private void WriteName(PersonName? name, List<string> top, List<string> details)
        {
            if (name is null)
            {
                return;
            }

            var parts = new List<string>();
            WriteAt(name.Given, parts, "given");
            WriteAt(name.Family, parts, "family");
            if (Chance(2))
            {
                top.Add(Member("fullName", String(name.Full)));
            }
            else
            {
                parts.Add(Member("full", String(name.Full)));
            }

            details.Add(Member("name", Shuffled(parts)));
        }

        private void WriteJob(PublicInformation person, List<string> top, List<string> details)
        {
            if (person.Company is null || person.JobTitle is null)
            {
                return;
            }

            var job = new List<string>
            {
                Member("name", String(person.Company)),
                Member("title", String(person.JobTitle)),
            };
            switch (Choice(3))
            {
                case 0:
                    top.AddRange([
                        Member("organization", String(person.Company)),
                        Member("title", String(person.JobTitle)),
                    ]);
                    break;
                case 1:
                    job.Add(Member("current", "true"));
                    details.Add(
                        Member(
                            "employment",
                            $"[{Shuffled(["\"name\":\"Old\"", "\"end\":{\"year\":2010}"])},null,{Shuffled(job)}]"
                        )
                    );
                    break;
                default:
                    top.Add(Member("title", String(person.JobTitle)));
                    details.Add(Member("employment", $"[{Shuffled(job)}]"));
                    break;
            }
        }

        private void WriteLocation(string? location, List<string> top, List<string> details)
        {
            if (location is not null && Choice(3) is var place)
            {
                (place == 0 ? top : details).Add(
                    place < 2
                        ? Member("location", String(location))
                        : Member(
                            "locations",
                            $"[{Shuffled([Member(Chance(2) ? "city" : "countryCode", String(location))])},"
                                + $"{Shuffled([])}]"
                        )
                );
            }
        }

        private void WritePhoto(string? photo, List<string> top, List<string> details)
        {
            if (photo is not null && Chance(2))
            {
                top.Add(Member("avatar", String(photo)));
            }
            else if (photo is not null)
            {
                details.Add(
                    Member(
                        "photos",
                        $"[{Shuffled(["\"value\":\"no address\""])},{Shuffled([Member("value", String(photo))])}]"
                    )
                );
            }
        }

        private void WriteWebsites(ImmutableArray<Uri> websites, List<string> top, List<string> details)
        {
            var isFirstAtTop = websites.Length > 0 && Chance(2);
            if (isFirstAtTop)
            {
                top.Add(Member("website", String(websites[0].OriginalString)));
            }

            var links = websites
                .Skip(isFirstAtTop && Chance(2) ? 1 : 0)
                .Select(website => Shuffled([Member("value", String(website.OriginalString))]));
            details.Add(Member("urls", $"[{string.Join(',', links)}]"));
        }

        private void WriteAccounts(ImmutableArray<SocialProfile> accounts, List<string> top, List<string> details)
        {
            // The shortcuts come last and in a fixed order, so only the last account may be one.
            var isLastAtTop =
                accounts is [.., { Network: "twitter" or "linkedin" or "facebook", Username: null }] && Chance(2);
            if (isLastAtTop)
            {
                top.Add(Member(accounts[^1].Network, String(accounts[^1].Url!.OriginalString)));
            }

            var named = accounts.Take(accounts.Length - (isLastAtTop ? 1 : 0)).ToList();
            var isList = Chance(2);
            details.Add(
                Member(
                    "profiles",
                    isList
                        ? $"[{string.Join(',', named.Select(account => Account(account, isNamedInside: true)))}]"
                        : "{"
                            + string.Join(
                                ',',
                                named.Select(account =>
                                    Member(
                                        account.Network,
                                        Choice(3) switch
                                        {
                                            0 when account is { Username: null, Url: { } url } => String(
                                                url.OriginalString
                                            ),
                                            1 => $"[{Account(account, Chance(2))}]",
                                            _ => Account(account, Chance(2)),
                                        }
                                    )
                                )
                            )
                            + "}"
                )
            );
        }

        private string Account(SocialProfile account, bool isNamedInside)
        {
            var members = new List<string>();
            WriteAt(isNamedInside ? account.Network.ToUpperInvariant() : null, members, "service");
            WriteAt(account.Username, members, "username");
            WriteAt(account.Url?.OriginalString, members, "url");
            return Shuffled(members);
        }

        private void WriteAt(string? text, List<string> members, string name)
        {
            if (text is not null)
            {
                members.Add(Member(name, String(text)));
            }
            else if (Chance(2))
            {
                members.Add(Member(name, Chance(2) ? "null" : "\"\""));
            }
        }

        private string Shuffled(List<string> members)
        {
            List<string> all = [.. members];
            for (var i = Choice(3); i > 0; i--)
            {
                all.Add(
                    Choice(4) switch
                    {
                        0 => "\"unknown\":null",
                        1 => "\"household\":{\"fullName\":\"X\",\"bio\":[\"X\"]}",
                        2 => "\"survey\":[[{\"url\":\"https://x.example\"}],true,2.3000000000000003]",
                        _ => "\"b\\u0069os\":\"X\"",
                    }
                );
            }

            for (var i = all.Count - 1; i > 0; i--)
            {
                var other = Choice(i + 1);
                (all[i], all[other]) = (all[other], all[i]);
            }

            var blank = Chance(3) ? "\r\n\t " : "";
            return "{" + blank + string.Join("," + blank, all) + blank + "}";
        }

        private string Member(string name, string value) =>
            Choice(4) switch
            {
                0 => $"\"{name.ToUpperInvariant()}\":{value}",
                1 => $"\"{Escaped(name)}\" : {value}",
                _ => $"\"{name}\":{value}",
            };

        private string String(string text)
        {
            var padding = Chance(6) ? " " : "";
            return Choice(3) switch
            {
                0 => JsonSerializer.Serialize(padding + text),
                1 => $"\"{Escaped(padding + text)}\"",
                _ => $"\"{ShortlyEscaped(text + padding)}\"",
            };
        }

        private static StringBuilder ShortlyEscaped(string text) =>
            new StringBuilder(text)
                .Replace("\\", "\\\\")
                .Replace("\"", "\\\"")
                .Replace("/", "\\/")
                .Replace("\n", "\\n")
                .Replace("\u0001", "\\u0001");

        private static string Escaped(string text) => string.Concat(text.Select(unit => $"\\u{(int)unit:X4}"));

        private int Choice(int count) => (int)_choice.Next((uint)count);

        private bool Chance(int oneIn) => Choice(oneIn) == 0;
    }
}
