using NodaTime;

namespace CustomerProfiles.Tests.Profiles;

/// <summary>Rule 32: what two profiles have in common, so that they may be one person.</summary>
public sealed class MatchKeysTests
{
    [Theory]
    [InlineData("ada@example.com", "ADA@EXAMPLE.COM")]
    [InlineData("ada+shop@example.com", "ada@example.com")]
    [InlineData("ada+shop@gmail.com", "ada+desk@gmail.com")]
    public void Addresses_match_apart_from_case_and_plus_tags(string one, string other) =>
        Common(With(emails: [one]), With(emails: [other])).Should().Equal(DuplicateReason.EmailAddress);

    [Theory]
    [InlineData("info@example.com", "info+shop@example.com")]
    [InlineData("noreply@example.com", "noreply+1@example.com")]
    [InlineData("ada@example.com", "ada@example.org")]
    public void Role_addresses_and_other_domains_do_not_match(string one, string other) =>
        Common(With(emails: [one]), With(emails: [other])).Should().BeEmpty();

    [Theory]
    [InlineData("+44 20 7946 0123", "020 7946 0123")]
    [InlineData("+49 (0)30 901820-99", "03090182099")]
    public void Numbers_match_by_their_last_nine_digits(string one, string other) =>
        Common(With(phones: [one]), With(phones: [other])).Should().Equal(DuplicateReason.PhoneNumber);

    [Theory]
    [InlineData("12345678", "12345678")]
    [InlineData("+44 20 7946 0123", "+44 20 7946 0124")]
    public void Short_and_different_numbers_do_not_match(string one, string other) =>
        Common(With(phones: [one]), With(phones: [other])).Should().BeEmpty();

    [Fact]
    public void Identities_count_as_addresses_and_numbers()
    {
        var ada = With(
            identities: [TestHost.AdasAddress, Identity.Phone("+442079460123"), Identity.Chat("chat", "ada")]
        );
        Common(ada, With(emails: ["ada+shop@example.com"], phones: ["02079460123"]))
            .Should()
            .Equal(DuplicateReason.EmailAddress, DuplicateReason.PhoneNumber);
    }

    [Theory]
    [InlineData("Ada Lovelace", "Lovelace, Ada")]
    [InlineData("Ada Lovelace", "ADA  LOVELACE")]
    [InlineData("Zoë Müller", "Zoe Muller")]
    [InlineData("محمد الخوارزمي", "محمد الخوارزمي")]
    [InlineData("김민준", "김민준")]
    [InlineData("山田太郎", "山田太郎")]
    public void A_full_name_matches_with_the_company_or_a_domain_of_its_own(string one, string other)
    {
        Common(With(one, "Engines Ltd"), With(other, "engines ltd")).Should().Equal(DuplicateReason.NameAndCompany);
        Common(With(one, emails: ["a@example.com"]), With(other, emails: ["b@example.com"]))
            .Should()
            .Equal(DuplicateReason.NameAndDomain);
    }

    [Fact]
    public void A_name_alone_or_of_one_word_or_at_a_free_mail_provider_never_matches()
    {
        Common(With("Ada Lovelace"), With("Ada Lovelace")).Should().BeEmpty();
        Common(With("Ada", "Engines"), With("Ada", "Engines")).Should().BeEmpty();
        Common(With("Ada Lovelace", emails: ["a@gmail.com"]), With("Ada Lovelace", emails: ["b@gmail.com"]))
            .Should()
            .BeEmpty();
        var keys = new MatchKeys(new EmailAddresses([], [], []), ["Example.COM"]);
        Common(With("Ada Lovelace", emails: ["a@example.com"]), With("Ada Lovelace", emails: ["b@example.com"]), keys)
            .Should()
            .BeEmpty("the host says that anybody can have an address there");
    }

    [Fact]
    public void An_account_at_a_social_network_matches()
    {
        SocialProfile account = new("mastodon", new Uri("https://social.example.com/@ada"), "ada");
        Common(With(accounts: [account]), With(accounts: [account])).Should().Equal(DuplicateReason.SocialProfile);
    }

    [Fact]
    public void A_profile_has_twelve_keys_at_most_and_each_once()
    {
        var many = With(
            "Ada Lovelace",
            "Engines",
            emails: [.. Enumerable.Range(0, 20).Select(i => $"ada{i}@example.com")],
            phones: ["+442079460123", "02079460123"]
        );
        MatchKeys.Default.Of(many).Should().HaveCount(MatchKeys.MostKeys).And.OnlyHaveUniqueItems();
        MatchKeys.Default.Of(With(phones: ["+442079460123", "02079460123"])).Should().ContainSingle();
        MatchKeys.Off.Of(many).Should().BeEmpty();
    }

    [Fact]
    public void A_cleared_value_has_no_key()
    {
        var ada = With(emails: ["ada@example.com"]);
        var cleared = FieldValue.Cleared(ProfileField.Emails, ada.Values[0].Key, ada.Values[0].Provenance);
        MatchKeys
            .Default.Of(new CustomerProfile(ada.Tenant, ada.Id, 2, ada.CreatedAt, ada.UpdatedAt, [], [cleared]))
            .Should()
            .BeEmpty();
    }

    private static IEnumerable<DuplicateReason> Common(
        CustomerProfile one,
        CustomerProfile other,
        MatchKeys? keys = null
    )
    {
        var match = keys ?? MatchKeys.Default;
        return match.Read(one).IntersectBy(match.Of(other), key => key.Hash).Select(key => key.Reason);
    }

    private static CustomerProfile With(
        string? name = null,
        string? company = null,
        string[]? emails = null,
        string[]? phones = null,
        SocialProfile[]? accounts = null,
        Identity[]? identities = null
    )
    {
        var by = new Provenance(ProvenanceSource.Agent, "kim", TestHost.Start);
        var values = new List<FieldValue>();
        if (name is not null)
        {
            values.Add(FieldValue.Set(ProfileField.Name, new PersonName(name), by));
        }

        if (company is not null)
        {
            values.Add(FieldValue.Set(ProfileField.Company, company, by));
        }

        values.AddRange((emails ?? []).Select(text => FieldValue.Set(ProfileField.Emails, new ProfileEmail(text), by)));
        values.AddRange((phones ?? []).Select(text => FieldValue.Set(ProfileField.Phones, new PhoneNumber(text), by)));
        values.AddRange((accounts ?? []).Select(one => FieldValue.Set(ProfileField.SocialProfiles, one, by)));
        return new CustomerProfile(
            TenantId.Default,
            CustomerId.New(TestHost.Start),
            1,
            TestHost.Start,
            TestHost.Start,
            [.. identities ?? []],
            [.. values]
        );
    }
}
