using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A result that comes by itself, after the provider said that it would call, obeys the rules of any result, and ends
/// one check once.
/// </summary>
public sealed class Rule12_CallbackTests
{
    private static readonly Duration CallbackTimeout = Duration.FromHours(1);

    public static TheoryData<ProviderResult, CheckOutcome> ResultsThatEndACheck =>
        new()
        {
            { new ProviderResult.Matched(FakeProvider.Ada()), CheckOutcome.Matched },
            { new ProviderResult.Matched(new PublicInformation()), CheckOutcome.NothingToShow },
            { new ProviderResult.NoMatch(), CheckOutcome.NoMatch },
            { new ProviderResult.Withheld(), CheckOutcome.Withheld },
        };

    public static TheoryData<ProviderResult> ResultsThatEndNone =>
        [
            new ProviderResult.Pending(Duration.FromHours(1)),
            new ProviderResult.CallbackExpected(CallbackTimeout),
            new ProviderResult.Failed(ProviderFailure.Unavailable),
            new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromMinutes(1), countsAsAttempt: false),
        ];

    public enum StoreFault
    {
        ThrowsBefore,
        ThrowsAfter,
        CancelledBefore,
        CancelledAfter,
    }

    [Fact]
    public async Task A_check_waits_for_the_callback_and_ends_with_it()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        callback
            .Should()
            .Be(
                new CallbackReference(TenantId.Default, id, FakeProvider.DefaultName, callback.LeaseId, TestHost.Start)
            );
        (await host.CheckOfAsync(id))
            .Should()
            .Be(
                new CheckState
                {
                    Provider = FakeProvider.DefaultName,
                    RequestedAt = TestHost.Start,
                    IsPending = true,
                },
                "neither a check nor a failure"
            );

        host.Time.Advance(CallbackTimeout.ToTimeSpan() - TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(0);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);

        (await host.ReadAsync(id)).Location.Should().Be("London");
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                !check.IsPending
                && check.LastOutcome == CheckOutcome.Matched
                && check.LastCheckAt == host.Now.ToMicroseconds()
                && check.LastFailure == null
            );
        host.Time.Advance(CallbackTimeout.ToTimeSpan());
        (await host.DrainAsync()).Should().Be(0);
        host.Provider.Calls.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(ResultsThatEndACheck))]
    public async Task Each_result_that_ends_a_check_is_recorded(ProviderResult result, CheckOutcome outcome)
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();

        (await host.TakeAsync(callback, result)).Should().Be(CallbackReceipt.Accepted);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                !check.IsPending && check.LastOutcome == outcome && check.LastCheckAt == host.Now
            );
        (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().Be(result is ProviderResult.Withheld);
    }

    [Fact]
    public async Task The_callback_may_reach_another_host()
    {
        await using var host = new TestHost();
        await using var web = new TestHost(store: host.Store, time: host.Time, providers: new FakeProvider());
        var (id, callback) = await host.WaitingAsync();

        (await web.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.AlreadyCompleted);
        (host.Provider.Calls, web.Provider.Calls).Should().Be((1, 0));
    }

    [Theory]
    [InlineData("while the lookup runs")]
    [InlineData("while it is being noted")]
    public async Task The_callback_may_arrive_before_the_lookup_returns(string when)
    {
        await using var host = TestHost.WithFaults(out var store);
        await using var web = new TestHost(store: store, time: host.Time, providers: new FakeProvider());
        CallbackReceipt? receipt = null;
        if (when == "while the lookup runs")
        {
            host.Provider.Next(
                async (request, _) =>
                {
                    receipt = await web.TakeAsync(request.Callback!);
                    return new ProviderResult.CallbackExpected(CallbackTimeout);
                }
            );
        }
        else
        {
            host.Provider.Next(new ProviderResult.CallbackExpected(CallbackTimeout));
            store.Before = async call =>
            {
                if (call == nameof(ICustomerProfileStore.RenewLeaseAsync))
                {
                    receipt = await web.TakeAsync(host.Provider.Questions.Single().Callback!);
                }
            };
        }

        var id = (await host.CheckedAsync()).Id;

        receipt.Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Location.Should().Be("London");
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastOutcome == CheckOutcome.Matched);
        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1010)
            .And.NotContain(line => line.Id.Id == 1004 || line.Id.Id == 1006);
        host.Time.Advance(CallbackTimeout.ToTimeSpan());
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_callback_that_races_with_the_lease_renewal_counts()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var id = (await host.ReceiveAsync()).Profile!.Id;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            var receipts = await Repeat.AtOnce(
                2,
                async i =>
                {
                    if (i == 1)
                    {
                        return await host.TakeAsync(host.Provider.Questions.Single().Callback!);
                    }

                    held.Release(new ProviderResult.CallbackExpected(CallbackTimeout));
                    return CallbackReceipt.Accepted;
                }
            );
            (await drain).Should().Be(1);

            receipts.Should().OnlyContain(receipt => receipt == CallbackReceipt.Accepted);
            (await host.CheckOfAsync(id))
                .Should()
                .Match<CheckState>(check => !check.IsPending && check.LastOutcome == CheckOutcome.Matched);
            host.Time.Advance(CallbackTimeout.ToTimeSpan());
            (await host.DrainAsync()).Should().Be(0);
        });
    }

    [Fact]
    public async Task The_second_of_two_deliveries_changes_nothing()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        await host.TakeAsync(callback);
        var (profile, check) = (await host.ReadAsync(id), await host.CheckOfAsync(id));
        host.Time.Advance(TimeSpan.FromDays(1));

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.AlreadyCompleted);
        (await host.TakeAsync(callback, new ProviderResult.Matched(FakeProvider.Ada(location: "Paris"))))
            .Should()
            .Be(CallbackReceipt.AlreadyCompleted);
        (await host.TakeAsync(callback, new ProviderResult.Withheld())).Should().Be(CallbackReceipt.AlreadyCompleted);
        (await host.ReadAsync(id)).Should().BeSameAs(profile);
        (await host.CheckOfAsync(id)).Should().Be(check);
        (await host.Profiles.GetSidebarAsync(id))!
            .IsSuppressed.Should()
            .BeFalse("a result that is not taken does nothing");
    }

    [Fact]
    public async Task Of_many_concurrent_deliveries_one_is_accepted()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await using var web = new TestHost(store: host.Store, time: host.Time, providers: new FakeProvider());
            var (id, callback) = await host.WaitingAsync();

            var receipts = await Repeat.AtOnce(
                32,
                async i =>
                    (
                        i,
                        Receipt: await (i % 2 == 0 ? host : web).TakeAsync(
                            callback,
                            new ProviderResult.Matched(FakeProvider.Ada(location: $"place {i}"))
                        )
                    )
            );

            var taken = receipts
                .Should()
                .ContainSingle(delivery => delivery.Receipt == CallbackReceipt.Accepted)
                .Subject;
            receipts
                .Should()
                .OnlyContain(delivery => delivery.i == taken.i || delivery.Receipt == CallbackReceipt.AlreadyCompleted);
            var profile = await host.ReadAsync(id);
            (profile.Location, profile.Version).Should().Be(($"place {taken.i}", 2));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callback_after_disabling_counts_as_a_check_and_is_dropped(bool onAgain)
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        var before = await host.ReadAsync(id);
        await host.SetEnabledAsync(isEnabled: false);
        if (onAgain)
        {
            await host.SetEnabledAsync(isEnabled: true);
        }

        host.Time.Advance(TimeSpan.FromMinutes(5));
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Should().BeSameAs(before);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                !check.IsPending && check.LastOutcome == CheckOutcome.Dropped && check.LastCheckAt == host.Now
            );
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.AlreadyCompleted);
        if (!onAgain)
        {
            await host.SetEnabledAsync(isEnabled: true);
        }

        (await host.DecideAsync())
            .Reason.Should()
            .Be(CheckReason.NotDueYet, "the lookup was made, and may have been paid");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_callback_after_disabling_causes_no_new_lookup(bool onAgain)
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        await host.SetEnabledAsync(isEnabled: false);
        if (onAgain)
        {
            await host.SetEnabledAsync(isEnabled: true);
        }

        host.Time.Advance(CallbackTimeout.ToTimeSpan());
        (await host.DrainAsync()).Should().Be(0);
        host.Provider.Calls.Should().Be(1);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastCheckAt == null);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.NotExpected, "it has been given up");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callback_after_suppressing_is_dropped(bool byAddress)
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        var before = await host.ReadAsync(id);
        await (
            byAddress
                ? host.Profiles.SuppressAsync(TestHost.AdasAddress).AsTask()
                : host.Profiles.SuppressAsync(id, TestHost.Kim).AsTask()
        );

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Should().BeSameAs(before);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Dropped);
    }

    [Fact]
    public async Task What_agents_did_meanwhile_stays()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        await host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
        await host.EditAsync(
            id,
            edit =>
            {
                edit.JobTitle = "Analyst";
                edit.Clear(ProfileField.Company);
            }
        );
        await host.TakeAsync(callback);

        var after = await host.ReadAsync(id);
        (after.JobTitle, after.Company, after.Photo, after.Location).Should().Be(("Analyst", null, null, "London"));
        after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task Edits_that_race_with_a_result_are_not_lost()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var (id, callback) = await host.WaitingAsync();
            await Repeat.AtOnce(
                20,
                async i =>
                {
                    if (i == 10)
                    {
                        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
                    }
                    else
                    {
                        await host.EditAsync(id, edit => edit.Set(ProfileField.Custom($"key-{i}"), "value"));
                    }

                    return true;
                }
            );

            var after = await host.ReadAsync(id);
            (after.CustomProperties.Count, after.Location, after.Version).Should().Be((19, "London", 21));
        });
    }

    [Fact]
    public async Task A_photo_cleared_while_a_result_is_written_stays_cleared()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (id, callback) = await host.WaitingAsync();
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                store.Before = null;
                (await host.Profiles.ClearPhotoAsync(id, TestHost.Kim)).Should().BeOfType<SaveOutcome.Saved>();
            }
        };

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        var after = await host.ReadAsync(id);
        after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
        after.Location.Should().Be("London");
    }

    [Fact]
    public async Task A_late_callback_is_accepted_until_the_lookup_is_made_again()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        host.Time.Advance(TimeSpan.FromDays(3));

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task After_the_timeout_the_lookup_is_made_again_and_only_its_own_callback_counts()
    {
        await using var host = new TestHost();
        var (id, old) = await host.WaitingAsync();
        host.Time.Advance(CallbackTimeout.ToTimeSpan());
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        var anew = host.Provider.Questions.Last();
        anew.Attempt.Should().Be(2);
        anew.Callback!.LeaseId.Should().NotBe(old.LeaseId);
        anew.Callback.RequestedAt.Should().Be(TestHost.Start + CallbackTimeout);

        (await host.TakeAsync(old)).Should().Be(CallbackReceipt.NotExpected);
        (await host.ReadAsync(id)).Version.Should().Be(1);
        held.Release(new ProviderResult.CallbackExpected(CallbackTimeout));
        (await drain).Should().Be(1);
        (await host.TakeAsync(old)).Should().Be(CallbackReceipt.NotExpected, "the new request is still under way");
        (await host.TakeAsync(anew.Callback, new ProviderResult.NoMatch())).Should().Be(CallbackReceipt.Accepted);
        (await host.TakeAsync(old)).Should().Be(CallbackReceipt.AlreadyCompleted);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.NoMatch);
    }

    [Fact]
    public async Task An_old_callback_reference_is_no_key_to_a_recheck()
    {
        await using var host = new TestHost();
        var (id, old) = await host.WaitingAsync();
        await host.TakeAsync(old, new ProviderResult.NoMatch());
        host.PassTwoMonths();
        var (_, callback) = await host.WaitingAsync();

        (await host.TakeAsync(old)).Should().Be(CallbackReceipt.AlreadyCompleted);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.IsPending && check.LastOutcome == CheckOutcome.NoMatch);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
    }

    [Fact]
    public async Task A_missing_callback_is_retried_at_most_MaxAttempts_times()
    {
        await using var host = new TestHost(options => options.MaxAttempts = 3);
        host.Provider.Otherwise = new ProviderResult.CallbackExpected(CallbackTimeout);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 10; i++)
        {
            await host.DrainAsync();
            host.Time.Advance(CallbackTimeout.ToTimeSpan());
        }

        host.Provider.Questions.Select(request => request.Attempt).Should().Equal(1, 2, 3);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure != null && check.LastCheckAt == null);
        (await host.TakeAsync(host.Provider.Questions.Last().Callback!)).Should().Be(CallbackReceipt.NotExpected);
        (await host.ReadAsync(id)).Version.Should().Be(1);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.RecentFailure, "each attempt may have been paid");
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DecideAsync())
            .Reason.Should()
            .Be(CheckReason.FirstCheck, "a conversation of the next day may try again");
    }

    [Fact]
    public async Task A_callback_timeout_is_limited_to_thirty_days()
    {
        await using var host = new TestHost();
        await host.WaitingAsync(timeout: Duration.MaxValue);
        host.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(0);
        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_callback_timeout_of_zero_is_retried_at_most_MaxAttempts_times_in_one_run()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.CallbackExpected(Duration.FromSeconds(-10));
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(5);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
    }

    [Fact]
    public async Task A_callback_timeout_runs_by_the_stores_clock()
    {
        await using var host = new TestHost();
        await using var ahead = new TestHost(
            store: host.Store,
            time: new TestTime(TestHost.Start + Duration.FromDays(1)),
            providers: new FakeProvider()
        );
        await host.WaitingAsync();

        (await ahead.DrainAsync()).Should().Be(0);
        ahead.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_callback_reference_of_no_waiting_check_changes_nothing()
    {
        var (one, two) = (new FakeProvider(), new FakeProvider("two"));
        await using var host = new TestHost(providers: [one, two]);
        one.Otherwise = two.Otherwise = new ProviderResult.CallbackExpected(CallbackTimeout);
        var acme = new TenantId("acme");
        var ids = new[]
        {
            (await host.ReceiveAsync()).Profile!.Id,
            (await host.ReceiveAsync("grace@example.org")).Profile!.Id,
            (await host.ReceiveAsync(tenant: acme)).Profile!.Id,
        };
        (await host.DrainAsync()).Should().Be(6);
        var callback = one
            .Questions.Select(request => request.Callback!)
            .Single(callback => callback.CustomerId == ids[0]);

        // Of the last three each part is true of some waiting check, and only the whole is of none.
        foreach (
            var forged in new[]
            {
                callback with
                {
                    Tenant = new TenantId("unheard of"),
                },
                callback with
                {
                    Tenant = acme,
                },
                callback with
                {
                    CustomerId = CustomerId.From(Guid.NewGuid()),
                },
                callback with
                {
                    LeaseId = Guid.NewGuid(),
                },
                callback with
                {
                    LeaseId = Guid.Empty,
                },
                callback with
                {
                    CustomerId = ids[1],
                },
                callback with
                {
                    Tenant = acme,
                    CustomerId = ids[2],
                },
                callback with
                {
                    Provider = "two",
                },
            }
        )
        {
            (await host.TakeAsync(forged)).Should().Be(CallbackReceipt.NotExpected);
            foreach (
                var (tenant, id) in new[] { (TenantId.Default, ids[0]), (TenantId.Default, ids[1]), (acme, ids[2]) }
            )
            {
                var customer = (await host.Store.GetAsync(tenant, id, CancellationToken.None))!;
                customer.Profile.Id.Should().Be(id);
                customer.Profile.Version.Should().Be(1);
                customer
                    .Checks.Should()
                    .HaveCount(2)
                    .And.OnlyContain(check => check.IsPending && check.LastCheckAt == null);
            }
        }

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
    }

    [Theory]
    [MemberData(nameof(ResultsThatEndNone))]
    public async Task A_callback_result_that_ends_no_check_is_misuse(ProviderResult result)
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();

        (await host.Invoking(misused => misused.TakeAsync(callback, result)).Should().ThrowAsync<ArgumentException>())
            .Which.ParamName.Should()
            .Be("result");
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
    }

    [Fact]
    public async Task A_callback_for_an_unregistered_provider_or_with_null_throws()
    {
        await using var host = new TestHost();
        var (_, callback) = await host.WaitingAsync();
        var results = host.Get<IProviderCallbacks>();

        (
            await host.Invoking(misused => misused.TakeAsync(callback with { Provider = "unheard" }))
                .Should()
                .ThrowAsync<ArgumentException>()
        )
            .Which.Message.Should()
            .Contain("\"unheard\"")
            .And.Contain(FakeProvider.DefaultName);
        await results
            .Invoking(misused => misused.CompleteAsync(null!, new ProviderResult.NoMatch()).AsTask())
            .Should()
            .ThrowAsync<ArgumentNullException>();
        await results
            .Invoking(misused => misused.CompleteAsync(callback, null!).AsTask())
            .Should()
            .ThrowAsync<ArgumentNullException>();
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_takes_nothing()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();

        await host.Invoking(cancelled =>
                cancelled.TakeAsync(callback, cancellationToken: new CancellationToken(canceled: true))
            )
            .Should()
            .ThrowAsync<OperationCanceledException>();
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
    }

    [Theory]
    [InlineData("matched", StoreFault.ThrowsBefore)]
    [InlineData("matched", StoreFault.ThrowsAfter)]
    [InlineData("matched", StoreFault.CancelledBefore)]
    [InlineData("matched", StoreFault.CancelledAfter)]
    [InlineData("no match", StoreFault.ThrowsBefore)]
    [InlineData("no match", StoreFault.ThrowsAfter)]
    [InlineData("no match", StoreFault.CancelledBefore)]
    [InlineData("no match", StoreFault.CancelledAfter)]
    [InlineData("withheld", StoreFault.CancelledBefore)]
    [InlineData("withheld", StoreFault.CancelledAfter)]
    public async Task With_a_fault_at_any_store_call_the_callback_is_accepted_as_a_whole_or_can_be_repeated(
        string kind,
        StoreFault fault
    )
    {
        ProviderResult result = kind switch
        {
            "matched" => new ProviderResult.Matched(FakeProvider.Ada()),
            "no match" => new ProviderResult.NoMatch(),
            _ => new ProviderResult.Withheld(),
        };
        var calls = 1;
        for (var faulty = 0; faulty <= calls; faulty++)
        {
            await using var host = TestHost.WithFaults(out var store);
            host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: 100);
            var (id, callback) = await host.WaitingAsync();
            using var cancel = new CancellationTokenSource();
            store.ClearCalls();
            Task Meet(StoreFault at) =>
                store.Calls.Length != faulty || fault != at ? Task.CompletedTask
                : at is StoreFault.ThrowsBefore or StoreFault.ThrowsAfter
                    ? throw new IOException("The disk is on fire.")
                : cancel.CancelAsync();
            store.Before = async _ =>
            {
                await Meet(StoreFault.ThrowsBefore);
                await Meet(StoreFault.CancelledBefore);
            };
            store.After = async _ =>
            {
                await Meet(StoreFault.ThrowsAfter);
                await Meet(StoreFault.CancelledAfter);
            };

            CallbackReceipt? first = null;
            try
            {
                first = await host.TakeAsync(callback, result, cancel.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                faulty.Should().BePositive();
            }

            if (faulty == 0)
            {
                // Without a fault: the number of calls at which there can be one.
                calls = store.Calls.Length;
                calls.Should().BeGreaterThan(1);
            }

            (store.Before, store.After) = (null, null);
            var wasTaken = (await host.CheckOfAsync(id))!.LastOutcome is not null;
            (await host.TakeAsync(callback, result))
                .Should()
                .Be(wasTaken ? CallbackReceipt.AlreadyCompleted : CallbackReceipt.Accepted);
            (first is null || (wasTaken && first is CallbackReceipt.Accepted)).Should().BeTrue();
            (await host.CheckOfAsync(id))
                .Should()
                .Match<CheckState>(check => !check.IsPending && check.LastOutcome == CheckCompletion.OutcomeOf(result));
            (await host.ReadAsync(id)).Location.Should().Be(kind == "matched" ? "London" : null);
            (await host.Profiles.GetSidebarAsync(id))!.IsSuppressed.Should().Be(kind == "withheld");
            var used = await host.BudgetUsedAsync("2026-01-31");
            if (fault is StoreFault.CancelledBefore or StoreFault.CancelledAfter)
            {
                used.Should().Be(kind == "matched" ? 1 : 0, "to be cancelled is no fault of the store's");
            }
            else
            {
                used.Should()
                    .BeInRange(kind == "matched" ? 1 : 0, 1, "what the store could not take back stays counted");
            }
        }
    }
}
