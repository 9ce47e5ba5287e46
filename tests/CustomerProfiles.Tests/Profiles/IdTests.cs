using NodaTime;

namespace CustomerProfiles.Tests.Profiles;

public sealed class IdTests
{
    [Fact]
    public void Ids_sort_by_the_time_of_creation()
    {
        var ids = Enumerable
            .Range(0, 200)
            .Select(i => CustomerId.New(ProfileFixture.Start + Duration.FromMilliseconds(i)))
            .ToArray();

        ids.Should().BeInAscendingOrder();
        ids.Should().OnlyHaveUniqueItems();
        (ids[0] < ids[1]).Should().BeTrue();
        (ids[0] <= ids[0]).Should().BeTrue();
        (ids[0] > ids[1]).Should().BeFalse();
        (ids[1] >= ids[0]).Should().BeTrue();
        ids[0].Value.Version.Should().Be(7);
    }

    [Fact]
    public void Ids_of_one_instant_differ() =>
        Enumerable.Range(0, 1_000).Select(_ => CustomerId.New(ProfileFixture.Start)).Should().OnlyHaveUniqueItems();

    [Fact]
    public void An_id_can_be_made_at_any_instant()
    {
        CustomerId.New(Instant.FromUtc(1900, 1, 1, 0, 0)).Should().NotBe(default(CustomerId));
        CustomerId.New(Instant.MinValue).Should().NotBe(default(CustomerId));
        CustomerId.New(Instant.MaxValue).Should().NotBe(default(CustomerId));
    }

    [Fact]
    public void An_id_comes_back_from_its_text_and_its_uuid()
    {
        var id = CustomerId.New(ProfileFixture.Start);

        CustomerId.From(id.Value).Should().Be(id);
        CustomerId.TryParse(id.ToString(), out var read).Should().BeTrue();
        read.Should().Be(id);
        CustomerId.TryParse(id.Value.ToString("B"), out read).Should().BeTrue();
        read.Should().Be(id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void The_empty_id_is_not_parsed(string? text)
    {
        CustomerId.TryParse(text, out var id).Should().BeFalse();
        id.Should().Be(default(CustomerId));
    }

    [Fact]
    public void The_empty_uuid_is_refused() =>
        ((Action)(() => CustomerId.From(Guid.Empty)))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*pass an id that a profile carries*");

    [Fact]
    public void A_host_with_one_tenant_need_not_name_it()
    {
        default(TenantId).Should().Be(TenantId.Default);
        TenantId.Default.Value.Should().Be("default");
        new TenantId("default").Should().Be(TenantId.Default);
        new TenantId("default").GetHashCode().Should().Be(TenantId.Default.GetHashCode());
        new TenantId("Default").Should().NotBe(TenantId.Default);
        new TenantId("acme").ToString().Should().Be("acme");
    }

    [Theory]
    [InlineData("", "*empty*")]
    [InlineData(" ", "*white*")]
    [InlineData("a\nb", "*control characters*")]
    [InlineData("a\u007fb", "*control characters*")]
    public void A_tenant_has_a_name(string name, string message) =>
        ((Action)(() => _ = new TenantId(name))).Should().Throw<ArgumentException>().WithMessage(message);

    [Fact]
    public void A_tenants_name_is_bounded()
    {
        new TenantId(new string('a', TenantId.MaxLength)).Value.Should().HaveLength(TenantId.MaxLength);
        ((Action)(() => _ = new TenantId(new string('a', TenantId.MaxLength + 1))))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*at most 100*101*");
    }

    [Fact]
    public void An_identity_is_a_kind_and_a_normalised_value()
    {
        Identity.Email(EmailAddress.Parse("Ada@Example.com")).Value.Should().Be("ada@example.com");
        Identity.Phone(" +44 (20) 7946-0000").Value.Should().Be("+442079460000");
        Identity.Chat(" IRC ", " Ada ").Value.Should().Be("irc:Ada");
        Identity.Chat("irc", "a:b").Value.Should().Be("irc:a:b");
        Identity.External(" 4711 ").Value.Should().Be("4711");
        Identity.External("zoe\u0308").Should().Be(Identity.External("zoë"));
        Identity.External("A").Should().NotBe(Identity.External("a"));
        Identity.External("123").Should().NotBe(Identity.FromStore(IdentityKind.Phone, "123"));
        Identity.FromStore(IdentityKind.Chat, "irc:Ada").Should().Be(Identity.Chat("irc", "Ada"));
    }

    [Fact]
    public void A_wrong_identity_is_refused_with_what_to_do_and_without_the_value()
    {
        Refused(() => Identity.Email(default), "*nobody's address*");
        Refused(() => Identity.Phone("marked365"), "*plus sign*TryPhone*Identity.Chat*");
        Refused(() => Identity.Phone("+" + new string('1', 16)), "*at most 15 digits*");
        Refused(() => Identity.Phone(null!), "*");
        Refused(() => Identity.Chat("i:rc", "marked"), "*colon*");
        Refused(() => Identity.Chat("", "marked"), "*");
        Refused(() => Identity.Chat("irc", " "), "*");
        Refused(() => Identity.External(""), "*");
        Refused(() => Identity.External("marked" + new string('a', 400)), "*at most 400*");
        Refused(() => Identity.External("marked\ud800"), "*broken*");
        Refused(() => Identity.External("marked\ufffe"), "*broken*");
        Refused(() => Identity.FromStore((IdentityKind)99, "marked"), "*99*");
        Refused(() => Identity.FromStore(IdentityKind.Email, ""), "*");

        static void Refused(Func<Identity> make, string message) =>
            make.Should().Throw<ArgumentException>().WithMessage(message).Which.Message.Should().NotContain("marked");
    }

    [Fact]
    public void A_field_is_known_by_its_code()
    {
        foreach (var field in ProfileField.All)
        {
            ProfileField.Parse(field.Code).Should().BeSameAs(field);
        }

        ProfileField.All.Select(field => field.Code).Should().OnlyHaveUniqueItems();
        ProfileField.Parse("custom:plan").Should().Be(ProfileField.Custom("plan"));
        ProfileField.Custom("plan").CustomKey.Should().Be("plan");
        ProfileField.Custom("Plan").Should().NotBe(ProfileField.Custom("plan"));
        ProfileField.Name.CustomKey.Should().BeNull();
        ProfileField.Parse(ProfileField.CustomProperties.Code).Should().BeSameAs(ProfileField.CustomProperties);
        ProfileField.CustomProperties.CustomKey.Should().BeNull();
        ProfileField.TryParse("custom:", out _).Should().BeFalse();
        ProfileField.TryParse("nonsense", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    [InlineData("a\u202eb")]
    public void The_key_of_a_custom_property_is_text(string key) =>
        ((Action)(() => ProfileField.Custom(key))).Should().Throw<ArgumentException>();

    [Fact]
    public void The_key_of_a_custom_property_is_bounded()
    {
        ProfileField.Custom(new string('k', ProfileField.MaxCustomKeyLength)).IsList.Should().BeFalse();
        ((Action)(() => ProfileField.Custom(new string('k', ProfileField.MaxCustomKeyLength + 1))))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*1 to 100*");
    }

    [Fact]
    public void A_value_of_another_type_than_the_fields_is_refused() =>
        (
            (Action)(
                () =>
                    _ = new FieldValue(
                        ProfileField.Name,
                        "",
                        "marked",
                        new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start)
                    )
            )
        )
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*name holds a PersonName, not a String*")
            .Which.Message.Should()
            .NotContain("marked");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 10)]
    [InlineData(-1, -10)]
    [InlineData(-10, -10)]
    [InlineData(-11, -20)]
    public void Times_are_kept_to_the_microsecond_before_them(long ticks, long kept) =>
        Instant.FromUnixTimeTicks(ticks).ToMicroseconds().Should().Be(Instant.FromUnixTimeTicks(kept));
}
