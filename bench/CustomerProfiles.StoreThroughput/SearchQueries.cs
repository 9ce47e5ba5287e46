using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// What agents type, and what they should not: each with the words of many runs, so that none is answered from what was
/// read just before.
/// </summary>
internal static class SearchQueries
{
    /// <summary>A letter that is in no name of the population.</summary>
    private const string Missing = "qwzj";

    public static IEnumerable<(string Name, Func<int, ProfileSearchQuery> Of)> All(int size)
    {
        string Surname(int run) => SearchPopulation.RareNameOf((int)((run * 7_919L * 104_729L) % size));
        CustomerProfile Somebody(int run) => SearchPopulation.ProfileOf((int)((run * 15_485_863L) % size));
        string Digits(int run) => Somebody(run).Phones[0].Number[^7..];
        return
        [
            ("nothing: the newest", _ => new ProfileSearchQuery()),
            ("a surname", run => Text(Surname(run))),
            ("three letters of a surname", run => Text(Surname(run)[..3])),
            ("three letters in the middle", run => Text(Surname(run)[1..4])),
            ("first name and surname", run => Text(Somebody(run).DisplayName)),
            ("a first name that one in thirty has", run => Text(run % 2 == 0 ? "fatima" : "viktor")),
            ("a first name in another script", run => Text(run % 2 == 0 ? "мария" : "さくら")),
            ("a word that everybody has", run => Text(run % 2 == 0 ? "com" : "example")),
            ("a word that nobody has", run => Text($"{Missing}{run}")),
            ("three letters that nobody has", run => Text($"q{(char)('f' + (run % 5))}z")),
            ("an address", run => Text(Somebody(run).Identities[0].Value)),
            ("a part of an address", run => Text(Somebody(run).Identities[0].Value.Split('@')[0])),
            ("the last seven digits of a number", run => Text(Digits(run))),
            ("two common words that many have", run => Text(run % 2 == 0 ? "fatima software" : "viktor denmark")),
            (
                "two common words that few have",
                run => Text($"{(run % 2 == 0 ? "fatima" : "viktor")} {Surname(run)[..4]}")
            ),
            ("two common words that nobody has", run => Text(run % 2 == 0 ? "fatima viktor" : "motors bakery")),
            ("a common word and one that nobody has", run => Text($"example {Missing}{run}")),
            ("one letter", run => Text($"{(char)('a' + (run % 26))}")),
            ("two letters", run => Text(Surname(run)[..2])),
            ("two letters that nobody begins with", run => Text(run % 2 == 0 ? "qj" : "jq")),
            ("a surname, by name", run => Text(Surname(run), ProfileOrder.Name)),
            ("a common word, by name", run => Text("fatima", ProfileOrder.Name)),
            ("a surname, by last conversation", run => Text(Surname(run), ProfileOrder.LastConversation)),
            ("a company", run => new ProfileSearchQuery { Company = Somebody(run).Company }),
            (
                "a common word, no conversation in the last 300 days",
                _ => new ProfileSearchQuery
                {
                    Text = "fatima",
                    LastConversationBefore = Population.Now - Duration.FromDays(300),
                }
            ),
            (
                "a common word, changed in the last day",
                _ => new ProfileSearchQuery { Text = "fatima", ChangedSince = Population.Now - Duration.FromDays(1) }
            ),
            ("a pattern's signs", run => Text(run % 2 == 0 ? "%_%" : "\\\\\"'")),
            ("ten thousand letters", run => Text(new string((char)('a' + (run % 26)), 10_000))),
            ("emoji", _ => Text("🦊🦊🦊")),
        ];
    }

    /// <summary>Names as agents type them into a search box: one letter, two, and so on.</summary>
    public static IEnumerable<(string Name, Func<int, ProfileSearchQuery> Of)> Typed(int size)
    {
        string Name(int run) => SearchPopulation.ProfileOf((int)((run * 32_452_843L) % size)).DisplayName;
        string Start(int run, int letters) => Name(run) is var name && name.Length > letters ? name[..letters] : name;
        foreach (var letters in Enumerable.Range(1, 12))
        {
            yield return ($"{letters}, as {Start(1, letters).TrimEnd()}", run => Text(Start(run, letters)));
        }

        yield return ($"all, as {Name(1)}", run => Text(Name(run)));
    }

    private static ProfileSearchQuery Text(string text, ProfileOrder order = ProfileOrder.BestMatch) =>
        new() { Text = text, Order = order };
}
