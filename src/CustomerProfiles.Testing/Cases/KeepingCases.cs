using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>A store returns exactly what it was given.</summary>
internal static class KeepingCases
{
    private const string Rule = "A store keeps what it is given.";

    private static readonly Case Case = new("keeping");

    /// <summary>Text that some database, driver or serializer has changed before.</summary>
    private static readonly ImmutableArray<string> Texts =
    [
        .. Lookalikes.Texts,
        "",
        " ",
        " in blanks ",
        "\t",
        "line\nby\r\nline\rby\u2028line",
        "null",
        "NULL",
        "0",
        "true",
        "{}",
        "<b>&amp;</b>",
        "\\u0041\\n\\",
        "$1 %s {0} @p0 :p ?",
        "'; --",
        "\u200f\u05d0\u05d1\u05d2 (abc)",
        "\u0645\u0631\u062d\u0628\u0627 123",
        "e\u0301\u0323",
        "\u1100\u1161\u11a8",
        "\ufb01\u2126\u212b",
        "\ud83c\udff4\ud83c\udde9\ud83c\uddea",
        "\udbff\udffd",
        "\u00a0",
        "\u0085",
        "2026-01-31T10:15:00Z",
        "1e5",
        "\ufffd",
    ];

    /// <summary>Times that some databases round, or cannot store.</summary>
    private static readonly ImmutableArray<Instant> Times =
    [
        Instant.FromUnixTimeTicks(0),
        Instant.FromUnixTimeTicks(10),
        Instant.FromUnixTimeTicks(-10),
        Instant.FromUtc(1969, 12, 31, 23, 59, 59) + Duration.FromTicks(9999990),
        Instant.FromUtc(1815, 12, 10, 12, 0) + Duration.FromTicks(1234560),
        Instant.FromUtc(2026, 1, 31, 10, 15) + Duration.FromTicks(10),
        Instant.FromUtc(2026, 1, 31, 10, 15) + Duration.FromTicks(9999990),
        Instant.FromUtc(2026, 3, 29, 1, 30),
        Instant.FromUtc(2038, 1, 19, 3, 14, 8),
        Instant.FromUtc(9999, 12, 31, 23, 59, 59) + Duration.FromTicks(9999990),
    ];

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(Rule, Every_field_with_every_provenance_is_kept),
        Case.Of("A cleared mark is a value like any other: it is kept with its provenance.", Cleared_marks_are_kept),
        Case.Of("The values are in the order in which they are shown.", The_order_of_values_is_kept),
        Case.Of(Rule, Text_is_kept_to_the_character),
        Case.Of(Rule, Long_text_and_many_values_are_kept),
        Case.Of("An empty part stays empty, and a missing part stays missing.", Empty_and_missing_parts_are_told_apart),
        Case.Of(Rule, Addresses_are_kept_as_they_were_written),
        Case.Of(
            "Times are kept to the microsecond, so that every store returns what it was given.",
            Times_are_kept_to_the_microsecond
        ),
        Case.Of(
            "Times are kept to the microsecond, so that every store returns what it was given.",
            The_times_of_checks_and_settings_are_kept_to_the_microsecond
        ),
        Case.Of(Rule, Every_outcome_and_failure_is_kept),
        Case.Of(Rule, Any_profile_is_kept),
    ];

    private static async Task Every_field_with_every_provenance_is_kept(Scene scene)
    {
        var provenances = ProvenancesAt(scene.Now);
        foreach (var provenance in provenances)
        {
            await KeepsAsync(
                    scene,
                    [
                        .. ValuesOfEveryField()
                            .Select(value => new FieldValue(value.Field, value.Key, value.Value, provenance)),
                    ],
                    $"all from {provenance.Source}"
                )
                .ConfigureAwait(false);
        }

        var values = ValuesOfEveryField();
        await KeepsAsync(
                scene,
                [
                    .. values.Select(
                        (value, i) =>
                            new FieldValue(value.Field, value.Key, value.Value, provenances[i % provenances.Length])
                    ),
                ],
                "from here and there"
            )
            .ConfigureAwait(false);
    }

    private static async Task Cleared_marks_are_kept(Scene scene)
    {
        var cleared = ValuesOfEveryField()
            .SelectMany(value =>
                ProvenancesAt(scene.Now)
                    .Select(
                        (provenance, i) =>
                            new FieldValue(
                                value.Field.IsList ? value.Field
                                    : i == 0 ? value.Field
                                    : ProfileField.Custom($"{value.Field.Code} {i}"),
                                value.Field.IsList && i > 0 ? $"{value.Key} {i}" : value.Key,
                                null,
                                provenance
                            )
                    )
            );
        ImmutableArray<FieldValue> wholeLists =
        [
            .. ProfileField
                .All.Where(field => field.IsList)
                .Append(ProfileField.CustomProperties)
                .Select(field => new FieldValue(
                    field,
                    "",
                    null,
                    new Provenance(ProvenanceSource.Agent, "kim", scene.Now)
                )),
        ];
        await KeepsAsync(scene, [.. cleared], "every place cleared").ConfigureAwait(false);
        await KeepsAsync(scene, wholeLists, "whole lists cleared").ConfigureAwait(false);
        await KeepsAsync(
                scene,
                [.. wholeLists, .. ValuesOfEveryField()],
                "whole lists cleared, and entries that came later"
            )
            .ConfigureAwait(false);
    }

    private static async Task The_order_of_values_is_kept(Scene scene)
    {
        var values = ValuesOfEveryField();
        await KeepsAsync(scene, [.. values.Reverse()], "the other way round").ConfigureAwait(false);
        await KeepsAsync(scene, [.. values.Where((_, i) => i % 2 == 1), .. values.Where((_, i) => i % 2 == 0)], "mixed")
            .ConfigureAwait(false);
        await KeepsAsync(
                scene,
                [
                    .. Enumerable
                        .Range(0, 30)
                        .Select(i =>
                            Custom(scene, $"{(i * 7) % 30}", "thirty properties, not in the order of their keys")
                        ),
                ],
                "custom properties"
            )
            .ConfigureAwait(false);
    }

    private static async Task Text_is_kept_to_the_character(Scene scene)
    {
        await KeepsAsync(scene, [.. Texts.Select((text, i) => Custom(scene, $"{i}", text))], "in custom properties")
            .ConfigureAwait(false);
        await KeepsAsync(
                scene,
                [.. Lookalikes.Texts.Select(text => Custom(scene, text, text))],
                "in the keys of custom properties"
            )
            .ConfigureAwait(false);
        await KeepsAsync(
                scene,
                [.. Texts.Select((text, i) => Custom(scene, $"{i}", "by whom", by: text))],
                "in provenances"
            )
            .ConfigureAwait(false);
        await KeepsAsync(
                scene,
                [
                    .. Texts.Select(
                        (text, i) =>
                            new FieldValue(ProfileField.Phones, $"{text} {i}", new PhoneNumber(text, text), By(scene))
                    ),
                ],
                "in telephone numbers and their keys"
            )
            .ConfigureAwait(false);
        foreach (var text in Texts)
        {
            await KeepsAsync(
                    scene,
                    [
                        new(ProfileField.Name, "", new PersonName(text, text, text), By(scene)),
                        new(ProfileField.Company, "", text, By(scene)),
                        new(ProfileField.JobTitle, "", text, By(scene)),
                        new(ProfileField.Address, "", new PostalAddress(text, text, text, text, text), By(scene)),
                        new(ProfileField.Notes, "", text, By(scene)),
                        new(ProfileField.Location, "", text, By(scene)),
                        new(ProfileField.Bio, "", text, By(scene)),
                        new(ProfileField.SocialProfiles, text, new SocialProfile(text, null, text), By(scene)),
                    ],
                    $"{StoredText.Quoted(text)} in every field of text",
                    briefly: true
                )
                .ConfigureAwait(false);
        }
    }

    private static async Task Long_text_and_many_values_are_kept(Scene scene)
    {
        // As much as the limits allow: 20,000 text elements of notes, made of the longest ones.
        var notes = string.Concat(Enumerable.Repeat("\ud83d\udc69\ud83c\udffd\u200d\ud83d\udcbb", 20_000));
        var url = $"https://example.com/{new string('x', 1_980)}";
        await KeepsAsync(
                scene,
                [
                    new(ProfileField.Notes, "", notes, By(scene)),
                    new(ProfileField.Bio, "", new string('\u4e00', 4_000), By(scene)),
                    new(ProfileField.Photo, "", new Photo(new Uri(url)), By(scene)),
                    .. Enumerable
                        .Range(0, 50)
                        .Select(i => new FieldValue(
                            ProfileField.Websites,
                            $"{url}{i:00}",
                            new Uri($"{url}{i:00}"),
                            By(scene)
                        )),
                    .. Enumerable
                        .Range(0, 200)
                        .Select(i =>
                            Custom(
                                scene,
                                $"{i:000}{new string('\u4e00', ProfileField.MaxCustomKeyLength - 3)}",
                                new string('\u5409', 4_000)
                            )
                        ),
                ],
                "as long and as many as the limits allow"
            )
            .ConfigureAwait(false);

        var longest = Enumerable
            .Range(0, 20)
            .Select(i => Identity.External(Incompressible(Identity.MaxLength, i, scene.Mark)))
            .ToImmutableArray();
        var tenant = new TenantId(Incompressible(TenantId.MaxLength, 99, scene.Mark));
        var profile = await scene.CreateAsync(scene.Someone(longest[0], tenant)).ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, longest)).ConfigureAwait(false);
        foreach (var identity in longest)
        {
            var found = await scene.Store.FindAsync(tenant, identity, scene.Cancel).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(profile),
                found is { } customer ? StoredText.Of(customer.Profile) : "nobody",
                "found by the longest identities in the tenant with the longest name"
            );
        }

        var recorded = scene.Conversation(Incompressible(500, 7, scene.Mark));
        await scene.Store.RecordConversationAsync(tenant, longest[0], recorded, scene.Cancel).ConfigureAwait(false);
        var again = await scene
            .Store.RecordConversationAsync(tenant, longest[0], recorded, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(recorded),
            StoredText.Of(again?.FirstRecorded ?? default),
            "the longest id of a conversation, redelivered"
        );
    }

    private static async Task Empty_and_missing_parts_are_told_apart(Scene scene)
    {
        ImmutableArray<object> values =
        [
            new PersonName("x"),
            new PersonName("x", "", null),
            new PersonName("x", null, ""),
            new PersonName("", "", ""),
            new PostalAddress(),
            new PostalAddress(""),
            new PostalAddress(null, ""),
            new PostalAddress(country: ""),
            new PostalAddress("", "", "", "", ""),
        ];
        foreach (var value in values)
        {
            await KeepsAsync(
                    scene,
                    [new(value is PersonName ? ProfileField.Name : ProfileField.Address, "", value, By(scene))],
                    "parts that are empty, or not there",
                    briefly: true
                )
                .ConfigureAwait(false);
        }

        await KeepsAsync(
                scene,
                [
                    new(ProfileField.Phones, "1", new PhoneNumber("1"), By(scene)),
                    new(ProfileField.Phones, "2", new PhoneNumber("2", ""), By(scene)),
                    new(ProfileField.SocialProfiles, "1", new SocialProfile("irc"), By(scene)),
                    new(ProfileField.SocialProfiles, "2", new SocialProfile("irc", null, ""), By(scene)),
                    new(
                        ProfileField.Emails,
                        "ada@example.com",
                        new ProfileEmail(EmailAddress.Parse("ada@example.com"), ""),
                        By(scene)
                    ),
                    new(
                        ProfileField.Emails,
                        "grace@example.com",
                        new ProfileEmail(EmailAddress.Parse("grace@example.com")),
                        By(scene)
                    ),
                    new(ProfileField.Notes, "", "", By(scene)),
                    new(ProfileField.Bio, "", null, By(scene)),
                ],
                "entries of lists whose parts are empty, or not there; a field that is empty beside one "
                    + "that was cleared"
            )
            .ConfigureAwait(false);
        await KeepsAsync(scene, [], "no values at all").ConfigureAwait(false);
    }

    private static async Task Addresses_are_kept_as_they_were_written(Scene scene)
    {
        string[] urls =
        [
            "https://example.com",
            "https://example.com/",
            "HTTPS://Example.COM:443/A/../b?q=%c3%bc&r=\u00fc#Frag",
            "http://b\u00fccher.example/\u00e9",
            "https://xn--bcher-kva.example/%E9",
            "https://user@example.com/?#",
            "https://example.com/a%20b c",
            "http://[::1]:8080/",
        ];
        (string Value, string Normalized)[] addresses =
        [
            ("Ada.Lovelace+Shop@Example.COM", "ada.lovelace@example.com"),
            ("Ada@B\u00fccher.example", "ada@xn--bcher-kva.example"),
            ("\"Ada Lovelace\"@example.com", "\"ada lovelace\"@example.com"),
            ("\u00e9@example.com", "\u00e9@example.com"),
        ];
        await KeepsAsync(
                scene,
                [
                    .. urls.Select(url => new FieldValue(ProfileField.Websites, url, new Uri(url), By(scene))),
                    .. urls.Select(url => new FieldValue(
                        ProfileField.SocialProfiles,
                        url,
                        new SocialProfile("network", new Uri(url)),
                        By(scene)
                    )),
                    .. addresses.Select(address => new FieldValue(
                        ProfileField.Emails,
                        address.Normalized,
                        new ProfileEmail(EmailAddress.FromStore(address.Value, address.Normalized)),
                        By(scene)
                    )),
                ],
                "addresses with what a parser would change, and e-mail addresses in both forms"
            )
            .ConfigureAwait(false);
        foreach (var url in urls)
        {
            await KeepsAsync(
                    scene,
                    [new(ProfileField.Photo, "", new Photo(new Uri(url)), By(scene))],
                    $"a photo at {url}",
                    briefly: true
                )
                .ConfigureAwait(false);
        }
    }

    private static async Task Times_are_kept_to_the_microsecond(Scene scene)
    {
        foreach (var time in Times)
        {
            var profile = new CustomerProfile(
                scene.Tenant,
                CustomerId.New(time),
                1,
                time,
                time,
                [scene.NextEmail()],
                [new(ProfileField.Notes, "", "then", new Provenance(ProvenanceSource.Conversation, "then", time))]
            );
            var recorded = new ConversationRecord($"at {StoredText.Of(time)}", default, time);
            var result = await scene
                .Store.CreatedAsync(
                    new NewCustomer
                    {
                        Profile = profile,
                        Conversation = recorded,
                        Checks = [scene.Provider],
                    },
                    scene.Cancel
                )
                .ConfigureAwait(false);
            var expected = new StoredCustomer
            {
                Profile = profile,
                Checks =
                [
                    new()
                    {
                        Provider = scene.Provider,
                        IsPending = true,
                        RequestedAt = time,
                    },
                ],
                ProviderSettings = [],
                IsSuppressed = false,
            };
            scene.Same(expected, result.Customer, "created then, as returned");
            scene.Same(expected, await scene.ReadAsync(profile).ConfigureAwait(false), "created then, as read");
            var again = await scene
                .Store.RecordConversationAsync(
                    scene.Tenant,
                    profile.Identities[0],
                    recorded with
                    {
                        At = Scene.Start,
                    },
                    scene.Cancel
                )
                .ConfigureAwait(false);
            scene.Same(
                StoredText.Of(recorded),
                StoredText.Of(again?.FirstRecorded ?? default),
                "a old conversation, redelivered"
            );
            await scene.UpdateAsync(Scene.Next(profile, time + Duration.FromTicks(-10))).ConfigureAwait(false);
            scene.Same(
                StoredText.Of(time - Duration.FromTicks(10)),
                StoredText.Of((await scene.ReadAsync(profile).ConfigureAwait(false)).Profile.UpdatedAt),
                "updated a microsecond before"
            );
        }
    }

    private static async Task The_times_of_checks_and_settings_are_kept_to_the_microsecond(Scene scene)
    {
        foreach (var time in Times.Where(time => time > Instant.FromUnixTimeTicks(0)))
        {
            var one = scene.Anew();
            var profile = await one.CreateAsync().ConfigureAwait(false);
            one.Is(
                true,
                await one
                    .Store.RequestCheckAsync(one.Tenant, profile.Id, one.Provider, null, time, one.Cancel)
                    .ConfigureAwait(false),
                "the first request"
            );
            var claim =
                await one.Store.ClaimNextCheckAsync([one.Provider], time, Scene.Lease, one.Cancel).ConfigureAwait(false)
                ?? throw one.Broken(
                    "a claim",
                    "nothing to do",
                    $"claiming at {StoredText.Of(time)} what was requested then"
                );
            await one
                .Store.ReleaseCheckAsync(
                    claim,
                    new CheckRelease
                    {
                        At = time,
                        Failure = ProviderFailure.Throttled,
                        RetryAt = time,
                        CountsAsAttempt = true,
                    },
                    one.Cancel
                )
                .ConfigureAwait(false);
            one.Same(
                StoredText.Of(
                    new CheckState
                    {
                        Provider = one.Provider,
                        IsPending = true,
                        RequestedAt = time,
                        LastFailureAt = time,
                        LastFailure = ProviderFailure.Throttled,
                    }
                ),
                StoredText.Of(await one.CheckOfAsync(profile).ConfigureAwait(false)),
                "requested and failed at the same time"
            );
            one.Same(
                "nothing to do",
                StoredText.Of(
                    await one
                        .Store.ClaimNextCheckAsync(
                            [one.Provider],
                            time - Duration.FromTicks(10),
                            Scene.Lease,
                            one.Cancel
                        )
                        .ConfigureAwait(false)
                ),
                "claiming a microsecond before it may be retried"
            );
            claim =
                await one.Store.ClaimNextCheckAsync([one.Provider], time, Scene.Lease, one.Cancel).ConfigureAwait(false)
                ?? throw one.Broken("a claim", "nothing to do", "claiming when it may be retried, to the microsecond");
            one.Same(
                nameof(CompleteResult.Completed),
                StoredText.Of(
                    await one
                        .Store.CompleteCheckAsync(claim, CheckOutcome.NoMatch, null, change: null, time, one.Cancel)
                        .ConfigureAwait(false)
                ),
                "the claim is held"
            );
            one.Same(
                StoredText.Of(
                    new CheckState
                    {
                        Provider = one.Provider,
                        RequestedAt = time,
                        LastCheckAt = time,
                        LastOutcome = CheckOutcome.NoMatch,
                    }
                ),
                StoredText.Of(await one.CheckOfAsync(profile).ConfigureAwait(false)),
                "checked at the same time"
            );
            one.Is(
                false,
                await one
                    .Store.RequestCheckAsync(
                        one.Tenant,
                        profile.Id,
                        one.Provider,
                        time - Duration.FromTicks(10),
                        time,
                        one.Cancel
                    )
                    .ConfigureAwait(false),
                "requesting with a last check a microsecond before the real one"
            );
            one.Is(
                true,
                await one
                    .Store.RequestCheckAsync(one.Tenant, profile.Id, one.Provider, time, time, one.Cancel)
                    .ConfigureAwait(false),
                "requesting with the last check"
            );
            var setting = new ProviderSetting(one.Provider, isEnabled: false, time, "kim");
            await one.Store.SetProviderSettingAsync(one.Tenant, setting, one.Cancel).ConfigureAwait(false);
            one.Same(
                StoredText.Of([setting]),
                StoredText.Of(await one.Store.GetProviderSettingsAsync(one.Tenant, one.Cancel).ConfigureAwait(false)),
                "switched at the same time"
            );
        }
    }

    private static async Task Every_outcome_and_failure_is_kept(Scene scene)
    {
        foreach (var outcome in Enum.GetValues<CheckOutcome>())
        {
            var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
            scene.Same(
                nameof(CompleteResult.Completed),
                await scene
                    .CompleteAsync(await scene.ClaimAsync().ConfigureAwait(false), outcome: outcome)
                    .ConfigureAwait(false),
                $"a result: {outcome}"
            );
            scene.Same(
                $"{outcome}",
                $"{(await scene.CheckOfAsync(profile).ConfigureAwait(false))?.LastOutcome}",
                "what the last check found"
            );
        }

        foreach (var failure in Enum.GetValues<ProviderFailure>())
        {
            var profile = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
            await scene
                .ReleaseAsync(await scene.ClaimAsync().ConfigureAwait(false), retryAt: null, failure)
                .ConfigureAwait(false);
            scene.Same(
                $"{failure}",
                $"{(await scene.CheckOfAsync(profile).ConfigureAwait(false))?.LastFailure}",
                "why the last attempt failed"
            );
        }
    }

    private static async Task Any_profile_is_kept(Scene scene)
    {
        var character = Gen.OneOf(
            Gen.Char[' ', '~'],
            Gen.Char['\u00a0', '\ud7ff'],
            Gen.Char['\uf900', '\ufffd'],
            Gen.Int[0, 6].Select(i => "\n\t'\"\\\u0301\u05d0"[i])
        );
        var text = character.Array[0, 40].Select(characters => new string(characters));
        var time = Gen.Long[-2_000_000_000_000_000, 4_000_000_000_000_000]
            .Select(microseconds => Instant.FromUnixTimeTicks(microseconds * 10));
        var provenance = Gen.Select(
            Gen.Enum<ProvenanceSource>(),
            text,
            time,
            (source, by, at) => new Provenance(source, by, at)
        );
        var value = Gen.Select(
            Gen.Int[0, 11],
            text,
            text,
            Gen.Bool,
            provenance,
            (field, one, other, isCleared, from) =>
            {
                var of = ProfileField.All[field];
                return new FieldValue(of, of.IsList ? other : "", isCleared ? null : Value(of, one, other), from);
            }
        );
        await Check
            .SampleAsync(
                value.Array[0, 12],
                async values =>
                    await KeepsAsync(
                            scene,
                            [.. values.DistinctBy(one => (one.Field.Code, one.Key))],
                            "a made-up profile",
                            briefly: true
                        )
                        .ConfigureAwait(false),
                seed: scene.UnderTest.Seed,
                iter: scene.Samples,
                threads: 1,
                print: values => StoredText.Of([.. values])
            )
            .ConfigureAwait(false);
    }

    private static object Value(ProfileField field, string one, string other) =>
        field.ValueType switch
        {
            var type when type == typeof(PersonName) => new PersonName(one, other),
            var type when type == typeof(PostalAddress) => new PostalAddress(one, null, other),
            var type when type == typeof(Photo) => new Photo(
                new Uri($"https://example.com/{Uri.EscapeDataString(one)}")
            ),
            var type when type == typeof(ProfileEmail) => new ProfileEmail(
                EmailAddress.FromStore($"x{one}@example.com", $"y{one}@example.com"),
                other
            ),
            var type when type == typeof(PhoneNumber) => new PhoneNumber(one, other),
            var type when type == typeof(Uri) => new Uri($"https://example.com/{Uri.EscapeDataString(one)}"),
            var type when type == typeof(SocialProfile) => new SocialProfile(one, null, other),
            _ => one,
        };

    /// <summary>
    /// Writes the values with every call that writes a profile, and reads them with every call that reads one; with
    /// creating and reading alone when <paramref name="briefly"/>.
    /// </summary>
    private static async Task KeepsAsync(
        Scene scene,
        ImmutableArray<FieldValue> values,
        string about,
        bool briefly = false
    )
    {
        var created = scene.Someone(values: values);
        var result = await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = created,
                    Conversation = scene.Conversation(),
                    Checks = [],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Same(StoredText.Of(created), StoredText.Of(result.Customer.Profile), $"{about}; created, as returned");
        scene.Same(
            StoredText.Of(created),
            StoredText.Of((await scene.ReadAsync(created).ConfigureAwait(false)).Profile),
            $"{about}; created, as read by id"
        );
        if (briefly)
        {
            return;
        }

        var updated = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        updated = await scene.UpdateAsync(scene.Next(updated, values: values)).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(updated),
            StoredText.Of((await scene.ReadAsync(updated).ConfigureAwait(false)).Profile),
            $"{about}; updated, as read by id"
        );
        var found = await scene
            .Store.FindAsync(scene.Tenant, updated.Identities[0], scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(updated),
            found is { } one ? StoredText.Of(one.Profile) : "nobody",
            $"{about}; updated, as read by identity"
        );
        var received = await scene
            .Store.RecordConversationAsync(scene.Tenant, updated.Identities[0], scene.Conversation(), scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(updated),
            received is { } conversation ? StoredText.Of(conversation.Customer.Profile) : "nobody",
            $"{about}; updated, as read with a conversation"
        );
        var stale = await scene.Store.UpdateAsync(updated, change: null, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            StoredText.Of(new UpdateResult.Stale(updated)),
            StoredText.Of(stale),
            $"{about}; updated, as the current profile of a stale update"
        );
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        scene.Same(StoredText.Of(updated), StoredText.Of(claim.Profile), $"{about}; updated, as claimed");
        var page = await scene
            .Store.ListAsync(scene.Tenant, new ProfileQuery { PageSize = ProfileQuery.MaxPageSize }, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            StoredText.Of(updated),
            StoredText.Of(page.Profiles.Single(listed => listed.Id == updated.Id)),
            $"{about}; updated, as listed"
        );

        // A result writes the other values in between, so that the profile does not already have them.
        updated = await scene.UpdateAsync(scene.Next(updated, values: scene.Noted("in between"))).ConfigureAwait(false);
        var completed = scene.Next(updated, values: values);
        scene.Same(
            nameof(CompleteResult.Completed),
            await scene.CompleteAsync(claim, completed).ConfigureAwait(false),
            $"{about}; completing"
        );
        scene.Same(
            StoredText.Of(completed),
            StoredText.Of((await scene.ReadAsync(completed).ConfigureAwait(false)).Profile),
            $"{about}; completed, as read by id"
        );
    }

    private static ImmutableArray<Provenance> ProvenancesAt(Instant now) =>
        [
            new(ProvenanceSource.Agent, "kim@example.org", now),
            new(ProvenanceSource.Import, "the old desk", now - Duration.FromTicks(10)),
            new(ProvenanceSource.Conversation, "conversation 1", now - Duration.FromDays(1)),
            new(ProvenanceSource.Provider, "fullcontact", now - Duration.FromDays(40_000)),
        ];

    private static ImmutableArray<FieldValue> ValuesOfEveryField()
    {
        var from = new Provenance(ProvenanceSource.Agent, "kim", Scene.Start);
        ImmutableArray<FieldValue> values =
        [
            new(ProfileField.Name, "", new PersonName("Augusta Ada King", "Ada", "Lovelace"), from),
            new(ProfileField.Company, "", "Analytical Engines", from),
            new(ProfileField.JobTitle, "", "Countess", from),
            new(
                ProfileField.Emails,
                "ada@example.com",
                new ProfileEmail(EmailAddress.FromStore("Ada@Example.com", "ada@example.com"), "work"),
                from
            ),
            new(
                ProfileField.Emails,
                "countess@example.org",
                new ProfileEmail(EmailAddress.Parse("countess@example.org")),
                from
            ),
            new(ProfileField.Phones, "+442079460000", new PhoneNumber("+44 (0)20 7946 0000", "work"), from),
            new(ProfileField.Phones, "5550123", new PhoneNumber("555-0123"), from),
            new(ProfileField.Websites, "https://ada.example.com/", new Uri("https://ada.example.com"), from),
            new(
                ProfileField.Websites,
                "https://ada.example.org/#notes",
                new Uri("https://ada.example.org/#notes"),
                from
            ),
            new(
                ProfileField.Address,
                "",
                new PostalAddress("12 St James's Square\nFlat 1", "London", "Middlesex", "SW1Y 4JH", "GB"),
                from
            ),
            new(ProfileField.Notes, "", "Writes by hand.\nAsk about the engine.", from),
            new(ProfileField.Photo, "", new Photo(new Uri("https://photos.example.com/ada.jpg?size=1")), from),
            new(
                ProfileField.SocialProfiles,
                "github:https://social.example.com/ada",
                new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada"),
                from
            ),
            new(ProfileField.SocialProfiles, "irc:ada", new SocialProfile("irc", null, "ada"), from),
            new(ProfileField.Location, "", "London", from),
            new(ProfileField.Bio, "", "Wrote the first program.", from),
            new(ProfileField.Custom("plan"), "", "gold", from),
            new(ProfileField.Custom("Plan"), "", "the key's case matters", from),
        ];
        var missing = ProfileField.All.Except(values.Select(value => value.Field)).ToArray();
        return missing.Length == 0
            ? values
            : throw new InvalidOperationException(
                $"The kit has no value for {string.Join(", ", missing.Select(field => field.Code))}; give it one."
            );
    }

    private static Provenance By(Scene scene) => new(ProvenanceSource.Agent, "kim", scene.Now);

    private static FieldValue Custom(Scene scene, string key, string value, string by = "kim") =>
        new(
            ProfileField.Custom(string.IsNullOrWhiteSpace(key) ? "blank" : key),
            "",
            value,
            new Provenance(ProvenanceSource.Agent, by, scene.Now)
        );

    /// <summary>Text with so many ideographs that no index can compress it.</summary>
    private static string Incompressible(int length, int seed, string mark)
    {
        var state =
            (ulong)((seed * 7919) + 17)
            ^ ulong.Parse(mark.AsSpan(0, 15), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Create(
            length,
            state,
            static (characters, next) =>
            {
                for (var i = 0; i < characters.Length; i++)
                {
                    next ^= next << 13;
                    next ^= next >> 7;
                    next ^= next << 17;
                    characters[i] = (char)('\u4e00' + (int)(next % 20_000));
                }
            }
        );
    }
}
