using CsCheck;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Many conversations recorded at once leave what the same ones leave one by one.</summary>
public sealed class BulkIntakeTests
{
    private const int Mailboxes = 12;

    private static readonly FakeTimeProvider Time = new(StoreCalls.Now.ToDateTimeOffset());

    /// <summary>Few people with few threads, so that conversations meet; some cannot be read.</summary>
    private static readonly Gen<IConversation[]> Mailbox = Gen.Select(
            Gen.Int[0, 5],
            Gen.Int[0, 3],
            Gen.Bool,
            Gen.Int[0, 2]
        )
        .Select(
            IConversation (message) =>
            {
                var (person, thread, isComposed, named) = message;
                var name =
                    named == 0 ? ""
                    : named == 1 ? "Ada"
                    : "Ada King";
                var address = person == 5 ? "nobody" : $"person-{person}@example.com";
                return isComposed
                    ? new ComposedConversation($"t{thread}", address, name, StoreCalls.Now)
                    : new Conversation($"t{thread}", address, name, StoreCalls.Now);
            }
        )
        .Array[1, 60];

    public static TheoryData<DatabaseKind?> EveryStore
    {
        get
        {
            var stores = new TheoryData<DatabaseKind?> { (DatabaseKind?)null };
            foreach (object[] row in (System.Collections.IEnumerable)TestDatabase.All)
            {
                stores.Add((DatabaseKind)row[0]);
            }

            return stores;
        }
    }

    [Theory]
    [MemberData(nameof(EveryStore))]
    public async Task Both_ways_give_the_same_profiles_and_checks(DatabaseKind? kind) =>
        await Mailbox.SampleAsync(
            async mailbox =>
            {
                foreach (var requestChecks in new[] { true, false })
                {
                    var single = await LeftByAsync(
                        kind,
                        async profiles =>
                        {
                            var outcomes = new List<ConversationOutcome>();
                            foreach (var conversation in mailbox)
                            {
                                outcomes.Add(
                                    conversation is ComposedConversation composed
                                        ? await profiles.ConversationComposedAsync(composed)
                                        : await profiles.ConversationReceivedAsync((Conversation)conversation)
                                );
                            }

                            return outcomes;
                        }
                    );
                    var bulk = await LeftByAsync(
                        kind,
                        async profiles =>
                        {
                            var outcomes = new List<ConversationOutcome>();
                            await foreach (
                                var result in profiles.RecordAllAsync(
                                    mailbox.ToAsyncEnumerable(),
                                    new BulkIntakeOptions { RequestChecks = requestChecks }
                                )
                            )
                            {
                                result.Conversation.Should().BeSameAs(mailbox[outcomes.Count]);
                                outcomes.Add(result.Outcome!);
                            }

                            return outcomes;
                        }
                    );

                    bulk.Profiles.Should().Equal(single.Profiles);
                    bulk.Outcomes.Select(outcome => outcome.Code)
                        .Should()
                        .Equal(single.Outcomes.Select(outcome => outcome.Code));
                    if (requestChecks)
                    {
                        bulk.Checks.Should().Equal(single.Checks);
                        bulk.Pending.Should().Be(single.Pending);
                    }
                    else
                    {
                        bulk.Pending.Should().Be(0);
                    }
                }
            },
            iter: Mailboxes,
            threads: 1
        );

    private static async Task<Left> LeftByAsync(
        DatabaseKind? kind,
        Func<ICustomerProfiles, Task<List<ConversationOutcome>>> takeIn
    )
    {
        await using var database = kind is { } known ? await TestDatabase.CreateAsync(known) : null;
        void Configure(CustomerProfilesBuilder builder)
        {
            builder.AddProvider(new IdleProvider());
            builder.Services.AddSingleton<TimeProvider>(Time);
        }

        await using var own = database is null ? InMemory(Configure) : null;
        var host = own ?? database!.Host(Configure, options: options => options.MaxFirstChecksPerHour = null);
        var outcomes = await takeIn(host.GetRequiredService<ICustomerProfiles>());
        var profiles = new List<string>();
        for (var person = 0; person < 5; person++)
        {
            var profile = await host.GetRequiredService<ICustomerProfiles>()
                .FindAsync(StoreCalls.IdentityOf($"person-{person}@example.com"));
            profiles.Add(
                profile is null
                    ? "nobody"
                    : $"{profile.Version} {profile.DisplayName} "
                        + string.Join(
                            ';',
                            profile.Values.Select(value =>
                                $"{value.Value} {value.Provenance.Source} {value.Provenance.By}"
                            )
                        )
            );
        }

        var pending = await host.GetRequiredService<ICustomerProfileStore>().CountPendingChecksAsync(default);
        return new Left(
            outcomes,
            profiles,
            [.. outcomes.Select(outcome => string.Join(';', outcome.Checks.Select(check => check.Reason)))],
            pending.Sum(one => one.Count)
        );
    }

    private static ServiceProvider InMemory(Action<CustomerProfilesBuilder> configure)
    {
        var builder = new ServiceCollection().AddCustomerProfiles(options => options.MaxFirstChecksPerHour = null);
        configure(builder);
        return builder.Services.BuildServiceProvider();
    }

    private sealed record Left(
        List<ConversationOutcome> Outcomes,
        List<string> Profiles,
        List<string> Checks,
        long Pending
    );
}
