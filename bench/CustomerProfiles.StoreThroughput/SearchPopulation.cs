using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// Customers as a help desk has them: names, companies, addresses and telephone numbers of many kinds, some of them
/// common and most of them rare. The number of each gives everything, so that every run measures the same customers.
/// </summary>
internal static class SearchPopulation
{
    private const int MinuteSteps = 500_000;

    private static readonly string[] First = (
        "Ada Ben Chiara Dmitri Elif Fatima Goran Hana Ines Jakub Kim Lars Mei Nadia Oskar Priya Quentin Rosa Sven "
        + "Tomás Ulrike Viktor Wanda Xenia Yusuf Zoë Мария Иван 민준 さくら"
    ).Split(' ');

    private static readonly string[] Syllables = (
        "ba bel bor chen da del dor eck fal gar gren hol ing jan ka kov lan lin mar mil "
        + "nor ov pet quist ra ros san sen son ström tan ter ul vas ver wal wen xu yam zel"
    ).Split(' ');

    private static readonly string[] Trades =
        "Foods Motors Books Freight Optics Studios Textiles Bakery Software Garden Clinic Energy".Split(' ');

    private static readonly string[] Places =
    [
        "Aarhus, Denmark",
        "Bern, Switzerland",
        "Cork, Ireland",
        "Gdańsk, Poland",
        "Kyoto, Japan",
        "Lyon, France",
        "Porto, Portugal",
        "Seoul, South Korea",
        "Toronto, Canada",
        "Zagreb, Croatia",
    ];

    /// <summary>One in about <see cref="Syllables"/> to the power of three has this surname.</summary>
    public static string RareNameOf(int number) => Surname(Mixed(number, 1));

    public static CustomerProfile ProfileOf(int number)
    {
        var by = new Provenance(
            ProvenanceSource.Conversation,
            "conversation-1",
            Population.Now - Duration.FromSeconds(Mixed(number, 9) % MinuteSteps * 60L)
        );
        var name = $"{First[Mixed(number, 0) % First.Length]} {Surname(Mixed(number, 1))}";
        var company = CompanyOf(Mixed(number, 2));
        var user = $"{Ascii(Surname(Mixed(number, 1)))}.{number}";
        var email = EmailAddress.Parse($"{user}@{Host(Mixed(number, 2))}.example.com");
        var phone = new PhoneNumber($"+1555{Mixed(number, 3) % 10_000_000:0000000}");
        return new CustomerProfile(
            default,
            Population.IdOf(number),
            1,
            by.ObservedAt,
            by.ObservedAt,
            [Identity.Email(email)],
            [
                new FieldValue(ProfileField.Name, "", new PersonName(name), by),
                new FieldValue(ProfileField.Emails, email.Normalized, new ProfileEmail(email), by),
                new FieldValue(ProfileField.Phones, phone.Number, phone, by),
                new FieldValue(ProfileField.Company, "", company, by),
                new FieldValue(ProfileField.Location, "", Places[Mixed(number, 4) % Places.Length], by),
            ]
        );
    }

    private static string CompanyOf(int number) => $"{Surname(number % 20_000)} {Trades[number % Trades.Length]}";

    private static string Host(int number) => Ascii(Surname(number % 20_000));

    private static string Ascii(string name) => name.Replace('ö', 'o').ToLowerInvariant();

    private static string Surname(int number)
    {
        var some = Syllables.Length;
        var text = Syllables[number % some] + Syllables[number / some % some] + Syllables[number / some / some % some];
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>A number that is spread evenly, and the same for the same customer and purpose.</summary>
    private static int Mixed(int number, int purpose)
    {
        var mixed = ((uint)number * 2_654_435_761u) ^ ((uint)purpose * 0x9E37_79B9u);
        mixed = (mixed ^ (mixed >> 15)) * 2_246_822_519u;
        mixed = (mixed ^ (mixed >> 13)) * 3_266_489_917u;
        return (int)((mixed ^ (mixed >> 16)) >> 1);
    }
}
