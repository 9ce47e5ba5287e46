using CustomerProfiles.Stores;
using CustomerProfiles.Testing.Tests.BrokenStores;

namespace CustomerProfiles.Testing.Tests;

/// <summary>The kit itself: its cases, how they run, and what they report about a broken store.</summary>
public sealed class StoreConformanceTests
{
    [Fact]
    public void Each_case_has_a_name_of_its_own_and_says_its_rule()
    {
        StoreConformance.Cases.Should().NotBeEmpty();
        StoreConformance.Names.Should().OnlyHaveUniqueItems().And.Equal(StoreConformance.Cases.Select(one => one.Name));
        foreach (var one in StoreConformance.Cases)
        {
            one.Name.Should().StartWith($"{one.Group}: ").And.NotContain("_");
            one.Rule.Should().EndWith(".");
            one.ToString().Should().Be(one.Name);
            StoreConformance.Named(one.Name).Should().BeSameAs(one);
        }

        var unknown = () => StoreConformance.Named("no such case");
        unknown.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Each_method_of_the_contract_is_called_by_a_case()
    {
        // A new method of the contract needs cases; the rules of the cases name the methods.
        var rules = string.Join(' ', StoreConformance.Cases.Select(one => one.Rule));
        typeof(ICustomerProfileStore)
            .GetMethods()
            .Concat(typeof(ISearchStore).GetMethods())
            .Concat(typeof(IRetentionStore).GetMethods())
            .Concat(typeof(IErasureStore).GetMethods())
            .Concat(typeof(IEventStore).GetMethods())
            .Concat(typeof(IDuplicateStore).GetMethods())
            .Concat(typeof(IPropertyStore).GetMethods())
            .Select(method => method.Name)
            .Distinct()
            .Should()
            .OnlyContain(name => rules.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_documentation_explains_each_group()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "extend", "writing-a-store.md"));
        var table = lines
            .SkipWhile(line => line != "## What the cases mean")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Split('|')[1].Trim());
        table.Should().Equal(StoreConformance.Cases.Select(one => one.Group).Distinct());
    }

    [Fact]
    public async Task All_cases_run_whether_they_pass_or_not()
    {
        var recorded = new Dictionary<string, StoreConformanceException?>();
        var store = new InMemoryStoreUnderTest(sequences: 4, inner => new RefundsBelowZero(inner), rounds: 1);
        var failed = await StoreConformance.RunAllAsync(store, (one, found) => recorded.Add(one.Name, found));
        recorded.Keys.Should().Equal(StoreConformance.Names);
        failed
            .Select(one => one.Case.Name)
            .Should()
            .Contain("budgets: A refunded lookup can be reserved again")
            .And.Equal(recorded.Where(one => one.Value is not null).Select(one => one.Key));
        failed.Should().OnlyContain(one => one.Found == recorded[one.Case.Name]);
    }

    [Fact]
    public async Task A_failure_has_the_rule_the_place_and_both_values()
    {
        var run = async () =>
            await StoreConformance
                .Named("budgets: A refunded lookup can be reserved again")
                .RunAsync(new InMemoryStoreUnderTest(1, inner => new RefundsBelowZero(inner)));
        var found = (await run.Should().ThrowAsync<StoreConformanceException>()).Which;
        found
            .Message.Should()
            .Be(
                """
                RefundAsync subtracts one counted lookup. The count never falls below zero.
                here: the count did not fall below zero
                expected: no
                actual:   yes
                """
            );
        (found.Expected, found.Actual).Should().Be(("no", "yes"));
    }

    [Fact]
    public async Task A_sequence_can_be_repeated_by_its_seed()
    {
        const string name = "sequences: Any sequence of calls returns what the model does";
        var run = async (string? seed) =>
        {
            var store = new InMemoryStoreUnderTest(sequences: 2_000, inner => new VersionIgnored(inner), seed: seed);
            var act = async () => await StoreConformance.Named(name).RunAsync(store);
            return (await act.Should().ThrowAsync<StoreConformanceException>()).Which;
        };
        var first = await run(null);
        first.Rule.Should().Contain("generated: ").And.Contain("Update").And.Contain("here: ");
        var seed = System.Text.RegularExpressions.Regex.Match(first.Rule, "Set seed: \"([^\"]+)\"").Groups[1].Value;
        seed.Should().NotBeEmpty();
        (await run(seed)).Rule.Should().Contain(seed);
    }

    [Fact]
    public async Task An_exception_of_a_store_is_a_failure_too()
    {
        var run = async () =>
            await StoreConformance
                .Cases[0]
                .RunAsync(
                    new InMemoryStoreUnderTest(
                        1,
                        inner =>
                            new FaultInjectingStore(inner).Next(
                                nameof(ICustomerProfileStore.FindAsync),
                                Fault.ThrowBefore(new IOException("The disk is gone."))
                            )
                    )
                );
        var found = (await run.Should().ThrowAsync<StoreConformanceException>()).Which;
        found.Actual.Should().Be("System.IO.IOException: The disk is gone.");
        found.InnerException.Should().BeOfType<IOException>();
    }

    [Fact]
    public async Task A_case_ends_with_its_token_also_when_the_store_hangs()
    {
        var holdPoint = new HoldPoint();
        var store = new InMemoryStoreUnderTest(
            1,
            inner => new FaultInjectingStore(inner) { Before = _ => holdPoint.WaitAsync() }
        );
        using var cancel = new CancellationTokenSource();
        var run = StoreConformance.Cases[0].RunAsync(store, cancel.Token);
        await holdPoint.Reached.Soon();
        await cancel.CancelAsync();
        var ends = () => run.Soon();
        await ends.Should().ThrowAsync<OperationCanceledException>();
        var notBegun = () => StoreConformance.Cases[0].RunAsync(store, cancel.Token).Soon();
        await notBegun.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Every_other_caller_of_a_race_is_another_host_which_is_closed_after_the_case()
    {
        var store = new InMemoryStoreUnderTest(1);
        var opened = new List<OtherHost>();
        store.OpensAnother = () =>
        {
            opened.Add(new OtherHost(store.Store));
            return opened[^1];
        };
        foreach (var one in StoreConformance.Cases.Where(one => one.Group is "races"))
        {
            await one.RunAsync(store);
        }

        opened.Should().HaveCount(StoreConformance.Cases.Count(one => one.Group is "races"));
        opened.Should().OnlyContain(host => host.IsClosed);
        opened.Count(host => host.IsUsed).Should().Be(opened.Count, "every race has a caller on the other host");
    }

    private sealed class OtherHost(ICustomerProfileStore inner) : PassingStore(inner), IAsyncDisposable
    {
        private readonly ICustomerProfileStore _inner = inner;

        public bool IsUsed { get; private set; }

        public bool IsClosed { get; private set; }

        protected override ICustomerProfileStore Inner
        {
            get
            {
                IsUsed = true;
                return _inner;
            }
        }

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return default;
        }
    }
}
