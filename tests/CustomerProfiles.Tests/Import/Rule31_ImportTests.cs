using System.Runtime.CompilerServices;
using CsCheck;
using CustomerProfiles.Stores;
using Fault = CustomerProfiles.Testing.Fault;

namespace CustomerProfiles.Tests.Import;

/// <summary>Rule 31: customers of another system are imported, one result a row.</summary>
public sealed class Rule31_ImportTests
{
    private static readonly ImportOptions OldCrm = new() { System = "old-crm" };

    private static readonly NodaTime.Instant Long = NodaTime.Instant.FromUtc(2019, 5, 4, 3, 2);

    [Fact]
    public async Task A_row_creates_a_customer_who_is_found_by_its_id_and_addresses()
    {
        await using var host = new TestHost();
        var id = Created(
            await ImportAsync(
                host,
                new ImportRow
                {
                    Id = "4711",
                    CreatedAt = Long,
                    Profile = new NewProfile
                    {
                        Name = "Ada Lovelace",
                        Company = "Analytical Engines",
                        Emails = [new ProfileEmail("ada@example.com")],
                    },
                }
            )
        );

        var ada = await host.ReadAsync(id);
        ada.CreatedAt.Should().Be(Long);
        ada.Company.Should().Be("Analytical Engines");
        ada.Find(ProfileField.Company)!
            .Provenance.Should()
            .Be(new Provenance(ProvenanceSource.Import, "old-crm:4711", host.Now));
        (await host.Profiles.FindAsync(Identity.External("old-crm:4711")))!.Id.Should().Be(id);
        (await host.ReceiveAsync()).Profile!.Id.Should().Be(id);
    }

    [Fact]
    public async Task No_check_is_requested_and_no_conversation_is_recorded()
    {
        await using var host = new TestHost();
        var id = Created(await ImportAsync(host, Row("1", "ada@example.com")));
        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id)).Should().BeNull();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck, "the first conversation requests it");
    }

    [Fact]
    public async Task The_same_rows_again_change_nothing()
    {
        await using var host = new TestHost();
        ImportRow[] rows =
        [
            Row("1", "ada@example.com", "Ada"),
            Row("2", "grace@example.com", "Grace"),
            Row(null, "x@example.com"),
        ];
        await ImportAsync(host, rows);
        host.Time.Advance(TimeSpan.FromDays(1));
        var again = await ImportAsync(host, rows);
        again.Select(result => result.Outcome).Should().AllBeOfType<ImportOutcome.Unchanged>();
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Profiles.Should()
            .OnlyContain(profile => profile.Version == 1);
    }

    [Fact]
    public async Task It_fills_blanks_and_replaces_what_a_conversation_or_a_provider_gave()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        ada.Find(ProfileField.Company)!.Provenance.Source.Should().Be(ProvenanceSource.Provider);
        host.Time.Advance(TimeSpan.FromDays(1));

        var updated = Updated(
            await ImportAsync(
                host,
                new ImportRow
                {
                    Id = "1",
                    Profile = new NewProfile
                    {
                        Name = "Augusta Ada King",
                        Company = "Difference Engines",
                        Notes = "From the old system.",
                        Emails = [new ProfileEmail("ada@example.com")],
                    },
                }
            )
        );

        updated.Id.Should().Be(ada.Id);
        updated
            .Fields.Should()
            .BeEquivalentTo<ProfileField>([
                ProfileField.Name,
                ProfileField.Company,
                ProfileField.Notes,
                ProfileField.Emails,
            ]);
        updated.Identities.Should().Equal(Identity.External("old-crm:1"));
        var now = await host.ReadAsync(ada.Id);
        now.Name!.Full.Should().Be("Augusta Ada King");
        now.Company.Should().Be("Difference Engines");
        now.Photo.Should().Be(ada.Photo, "the row says nothing of it");
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries[0].Kind.Should().Be(HistoryKind.Import);
    }

    [Fact]
    public async Task A_provider_does_not_replace_what_was_imported()
    {
        await using var host = new TestHost();
        var id = Created(
            await ImportAsync(
                host,
                new ImportRow
                {
                    Id = "1",
                    Profile = new NewProfile
                    {
                        Company = "Difference Engines",
                        Emails = [new ProfileEmail("ada@example.com")],
                    },
                }
            )
        );
        await host.ReceiveAsync();
        await host.DrainAsync();
        (await host.ReadAsync(id)).Company.Should().Be("Difference Engines");
    }

    [Fact]
    public async Task What_an_agent_set_or_cleared_stays()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Company = "Analytical Engines";
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0001"));
                edit.Clear(ProfileField.JobTitle);
            }
        );
        await host.EditAsync(ada.Id, edit => edit.Phones.Remove(new PhoneNumber("+44 20 7946 0001")));
        await host.EditAsync(ada.Id, edit => edit.Clear(ProfileField.Websites));
        var row = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile
            {
                Company = "Difference Engines",
                JobTitle = "Analyst",
                Emails = [new ProfileEmail("ada@example.com")],
                Phones = [new PhoneNumber("+44 20 7946 0001"), new PhoneNumber("+44 20 7946 0002")],
                Websites = [new Uri("https://ada.example.com/")],
            },
        };

        await ImportAsync(host, row);
        var kept = await host.ReadAsync(ada.Id);
        kept.Company.Should().Be("Analytical Engines");
        kept.JobTitle.Should().BeNull();
        kept.Phones.Should().ContainSingle().Which.Number.Should().Be("+44 20 7946 0002");
        kept.Websites.Should().BeEmpty("the whole list was cleared");

        await ImportAsync(host, new ImportOptions { System = "old-crm", Replace = true }, row);
        var replaced = await host.ReadAsync(ada.Id);
        replaced.Company.Should().Be("Difference Engines");
        replaced.JobTitle.Should().Be("Analyst");
        replaced.Phones.Should().HaveCount(2);
        replaced.Websites.Should().ContainSingle();
    }

    [Fact]
    public async Task A_row_refreshes_only_what_the_same_row_gave()
    {
        await using var host = new TestHost();
        var id = Created(await ImportAsync(host, Row("1", "ada@example.com", "Ada of row 1")));
        Updated(await ImportAsync(host, Row("2", "ada@example.com", "Ada of row 2")))
            .Fields.Should()
            .BeEmpty("the name is the other row's");
        (await host.ReadAsync(id)).Name!.Full.Should().Be("Ada of row 1");

        Updated(await ImportAsync(host, Row("1", "ada@example.com", "Ada of row 1, renamed")))
            .Fields.Should()
            .Equal(ProfileField.Name);
        (await ImportAsync(host, Row("2", "ada@example.com", "Ada of row 2")))[0]
            .Outcome.Should()
            .BeOfType<ImportOutcome.Unchanged>();
        (await host.ReadAsync(id)).Name!.Full.Should().Be("Ada of row 1, renamed");
    }

    [Fact]
    public async Task Blank_means_leave()
    {
        await using var host = new TestHost();
        var id = Created(await ImportAsync(host, Row("1", "ada@example.com", "Ada")));
        var blank = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile { Name = " ", Company = "" },
        };
        (await ImportAsync(host, blank))[0].Outcome.Should().BeOfType<ImportOutcome.Unchanged>();
        (await host.ReadAsync(id)).Emails.Should().ContainSingle();
    }

    [Fact]
    public async Task Two_customers_in_a_row_are_ambiguous_and_nothing_is_written()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        var grace = (await host.ReceiveAsync("grace@example.com")).Profile!;
        var results = await ImportAsync(
            host,
            new ImportRow
            {
                Id = "1",
                Profile = new NewProfile
                {
                    Company = "Analytical Engines",
                    Emails = [new ProfileEmail("grace@example.com"), new ProfileEmail("ada@example.com")],
                },
            },
            Row("2", "third@example.com")
        );
        var whose = results[0].Outcome.Should().BeOfType<ImportOutcome.Ambiguous>().Subject.Ids;
        whose.Should().Equal(new[] { ada.Id, grace.Id }.Order());
        results[1].Outcome.Should().BeOfType<ImportOutcome.Created>();
        (await host.ReadAsync(ada.Id)).Company.Should().BeNull();
        (await host.Profiles.FindAsync(Identity.External("old-crm:1"))).Should().BeNull();
    }

    [Fact]
    public async Task A_row_is_found_by_its_id_first_so_that_a_changed_address_is_added()
    {
        await using var host = new TestHost();
        var id = Created(await ImportAsync(host, Row("1", "ada@example.com")));
        Updated(await ImportAsync(host, Row("1", "ada@example.org"))).Id.Should().Be(id);
        (await host.ReadAsync(id))
            .Emails.Select(email => email.Text)
            .Should()
            .Equal("ada@example.com", "ada@example.org");
    }

    [Fact]
    public async Task A_rejected_row_says_everything_that_is_wrong_and_harms_no_other()
    {
        await using var host = new TestHost();
        var results = await ImportAsync(
            host,
            Row("1", "ada@example.com"),
            new ImportRow
            {
                Id = new string('9', 500),
                Profile = new NewProfile
                {
                    Company = new string('x', 300),
                    Emails = [new ProfileEmail("nobody"), new ProfileEmail("second@example.com")],
                },
            },
            Row("3", "grace@example.com")
        );
        results.Select(result => result.Number).Should().Equal(1, 2, 3);
        var rejected = results[1].Outcome.Should().BeOfType<ImportOutcome.Rejected>().Subject;
        rejected
            .Errors.Select(error => error.Code)
            .Should()
            .BeEquivalentTo([FieldErrorCode.TooLong, FieldErrorCode.Malformed]);
        rejected.IdError.Should().Contain("392");
        results[0].Outcome.Should().BeOfType<ImportOutcome.Created>();
        results[2].Outcome.Should().BeOfType<ImportOutcome.Created>();
        (await host.Profiles.FindAsync(TestHost.IdentityOf("second@example.com"))).Should().BeNull();
    }

    [Fact]
    public async Task Rows_of_one_customer_in_one_file_meet()
    {
        await using var host = new TestHost();
        var results = await ImportAsync(
            host,
            Row("1", "ada@example.com", "Ada"),
            new ImportRow
            {
                Id = "1",
                Profile = new NewProfile
                {
                    Company = "Analytical Engines",
                    Emails = [new ProfileEmail("ada@example.org")],
                },
            },
            new ImportRow
            {
                Profile = new NewProfile { JobTitle = "Analyst", Emails = [new ProfileEmail("ada@example.org")] },
            }
        );
        var id = ((ImportOutcome.Created)results[0].Outcome).Id;
        results[1..].Select(result => ((ImportOutcome.Updated)result.Outcome).Id).Should().Equal(id, id);
        var ada = await host.ReadAsync(id);
        (ada.Company, ada.JobTitle).Should().Be(("Analytical Engines", "Analyst"));
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
    }

    [Fact]
    public async Task A_conversation_of_the_same_address_that_comes_meanwhile_is_met()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Next(
            nameof(ICustomerProfileStore.AddAsync),
            Fault.Before(async _ => await host.ReceiveAsync("Ada <ada@example.com>"))
        );
        var results = await ImportAsync(
            host,
            Row("1", "ada@example.com", "Ada Lovelace"),
            Row("2", "grace@example.com")
        );
        var updated = results[0].Outcome.Should().BeOfType<ImportOutcome.Updated>().Subject;
        results[1].Outcome.Should().BeOfType<ImportOutcome.Created>();
        (await host.ReadAsync(updated.Id)).Name!.Full.Should().Be("Ada Lovelace");
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_row_that_the_store_refuses_fails_alone()
    {
        await using var host = TestHost.WithFaults(out var store);
        var refusals = 0;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.AddAsync) && ++refusals <= 2
                ? throw new StoreDataException("The database refuses it.", new InvalidOperationException())
                : Task.CompletedTask;
        var results = await ImportAsync(host, Row("1", "ada@example.com"), Row("2", "grace@example.com"));
        results[0].Outcome.Should().BeOfType<ImportOutcome.Failed>().Which.Exception.Should().NotBeNull();
        results[1].Outcome.Should().BeOfType<ImportOutcome.Created>();
    }

    [Fact]
    public async Task Rows_that_were_added_beside_a_refused_one_are_not_added_again()
    {
        await using var host = TestHost.WithFaults(out var store);
        store.Next(
            nameof(ICustomerProfileStore.AddAsync),
            Fault.After(_ => throw new StoreDataException("Refused.", new InvalidOperationException()))
        );
        var nameless = new ImportRow
        {
            Profile = new NewProfile { Id = CustomerId.New(host.Now), Company = "Example Engines" },
        };
        var results = await ImportAsync(host, nameless, Row("2", "grace@example.com"));
        results.Select(result => result.Outcome).Should().AllBeOfType<ImportOutcome.Created>();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().HaveCount(2);
    }

    [Fact]
    public async Task When_the_store_fails_the_results_before_come_first_and_running_again_completes()
    {
        await using var host = TestHost.WithFaults(out var store);
        var rows = Enumerable.Range(1, 5).Select(i => Row($"{i}", $"c{i}@example.com")).ToArray();
        var options = new ImportOptions { System = "old-crm", BatchSize = 2 };
        var calls = 0;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.AddAsync) && ++calls == 2
                ? throw new IOException("The disk is full.")
                : Task.CompletedTask;
        var reported = new List<ImportResult>();
        var import = async () =>
        {
            await foreach (var result in host.Profiles.ImportAsync(AsInput(rows), options))
            {
                reported.Add(result);
            }
        };
        await import.Should().ThrowAsync<IOException>();
        reported.Should().HaveCount(2);

        var again = await ImportAsync(host, options, rows);
        again
            .Select(result => result.Outcome.Code)
            .Should()
            .Equal("unchanged", "unchanged", "created", "created", "created");
    }

    [Fact]
    public async Task A_row_that_no_later_import_could_find_is_rejected()
    {
        await using var host = new TestHost();
        var results = await ImportAsync(
            host,
            new ImportRow
            {
                Profile = new NewProfile { Name = "Ada", Phones = [new PhoneNumber("+44 20 7946 0000")] },
            }
        );
        results[0].Outcome.Should().BeOfType<ImportOutcome.Rejected>().Which.IdError.Should().Contain("Give it one");
    }

    [Fact]
    public async Task The_same_identity_twice_in_a_row_counts_once()
    {
        await using var host = new TestHost();
        var crm = Identity.External("old-crm:1842");
        var id = Created(
            await ImportAsync(
                host,
                new ImportRow
                {
                    Id = "1842",
                    Profile = new NewProfile { Identities = [crm, crm] },
                }
            )
        );
        (await host.ReadAsync(id)).Identities.Should().Equal(crm);
    }

    [Fact]
    public async Task Rows_without_ids_never_replace_what_an_import_gave()
    {
        await using var host = new TestHost();
        var id = Created(await ImportAsync(host, Row(null, "ada@example.com", "Ada")));
        var again = await ImportAsync(host, Row(null, "ada@example.com", "Somebody else"));
        again[0].Outcome.Should().BeOfType<ImportOutcome.Unchanged>();
        (await host.ReadAsync(id)).Name!.Full.Should().Be("Ada");
    }

    [Fact]
    public async Task The_parts_of_a_value_of_which_a_row_says_nothing_stay()
    {
        await using var host = new TestHost();
        var first = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile
            {
                Name = new PersonName("Ada Lovelace", "Ada", "Lovelace"),
                Emails = [new ProfileEmail("ada@example.com", "work")],
            },
        };
        var id = Created(await ImportAsync(host, first));
        (await ImportAsync(host, Row("1", "ada@example.com", "Ada Lovelace")))[0]
            .Outcome.Should()
            .BeOfType<ImportOutcome.Unchanged>();
        var ada = await host.ReadAsync(id);
        ada.Name!.Family.Should().Be("Lovelace");
        ada.Emails[0].Label.Should().Be("work");
    }

    [Fact]
    public async Task A_row_whose_address_moves_to_another_customer_meanwhile_follows_it()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = (await host.ReceiveAsync()).Profile!;
        CustomerProfile? heir = null;
        store.Next(
            nameof(ICustomerProfileStore.UpdateAsync),
            Fault.Before(async _ =>
            {
                await host.EditAsync(ada.Id, edit => edit.Emails.Remove(ada.Emails[0]));
                heir = (await host.ReceiveAsync("Ada King <ada@example.com>")).Profile;
            })
        );
        var updated = Updated(await ImportAsync(host, Row("1", "ada@example.com", "Ada of the old system")));
        updated.Id.Should().Be(heir!.Id);
        (await host.ReadAsync(ada.Id)).Name!.Full.Should().Be("Ada Lovelace");
        (await host.Profiles.FindAsync(Identity.External("old-crm:1")))!.Id.Should().Be(heir.Id);
    }

    [Fact]
    public async Task A_bad_row_ends_the_import_after_the_rows_before_it()
    {
        await using var host = new TestHost();
        var reported = new List<ImportResult>();
        var import = async () =>
        {
            await foreach (
                var result in host.Profiles.ImportAsync(AsInput([Row("1", "ada@example.com"), null!]), OldCrm)
            )
            {
                reported.Add(result);
            }
        };
        await import.Should().ThrowAsync<ArgumentException>();
        reported.Should().ContainSingle().Which.Outcome.Should().BeOfType<ImportOutcome.Created>();
    }

    [Fact]
    public async Task When_the_input_fails_the_rows_before_are_imported_first()
    {
        await using var host = new TestHost();
        var reported = new List<ImportResult>();
        var import = async () =>
        {
            await foreach (var result in host.Profiles.ImportAsync(BrokenInput(), OldCrm))
            {
                reported.Add(result);
            }
        };
        await import.Should().ThrowAsync<IOException>();
        reported.Should().ContainSingle().Which.Outcome.Should().BeOfType<ImportOutcome.Created>();
        (await host.Profiles.FindAsync(TestHost.AdasAddress)).Should().NotBeNull();

        static async IAsyncEnumerable<ImportRow> BrokenInput()
        {
            await Task.Yield();
            yield return Row("1", "ada@example.com");
            throw new IOException("The file is cut off.");
        }
    }

    [Fact]
    public async Task Cancelled_at_a_row_and_run_again_it_completes()
    {
        await using var host = new TestHost();
        var rows = Enumerable.Range(1, 10).Select(i => Row($"{i}", $"c{i}@example.com")).ToArray();
        var options = new ImportOptions { System = "old-crm", BatchSize = 3 };
        using var cancel = new CancellationTokenSource();
        var import = async () =>
        {
            await foreach (var result in host.Profiles.ImportAsync(AsInput(rows), options, cancel.Token))
            {
                if (result.Number == 4)
                {
                    await cancel.CancelAsync();
                }
            }
        };
        await import.Should().ThrowAsync<OperationCanceledException>();

        await ImportAsync(host, options, rows);
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().HaveCount(10);
        (await ImportAsync(host, options, rows))
            .Should()
            .OnlyContain(result => result.Outcome is ImportOutcome.Unchanged);
    }

    [Fact]
    public async Task A_customer_is_named_by_their_own_id()
    {
        await using var host = new TestHost();
        var id = CustomerId.New(host.Now);
        var row = new ImportRow
        {
            Profile = new NewProfile { Id = id, Name = "Ada" },
        };
        Created(await ImportAsync(host, row)).Should().Be(id);
        (await ImportAsync(host, row))[0].Outcome.Should().BeOfType<ImportOutcome.Unchanged>().Which.Id.Should().Be(id);
    }

    [Fact]
    public async Task A_custom_property_that_does_not_fit_is_kept_and_warned_of()
    {
        var seats = PropertyDefinition.Number("seats", "Seats");
        await using var host = new TestHost(options =>
        {
            options.Properties.Add(seats);
            options.AllowUnknownProperties = false;
        });
        var result = (
            await ImportAsync(
                host,
                new ImportRow
                {
                    Id = "1",
                    Profile = new NewProfile
                    {
                        Custom = new Dictionary<string, string> { ["seats"] = "1,5", ["colour"] = "blue" },
                    },
                }
            )
        ).Single();

        result
            .Warnings.Select(warning => (warning.Field.Code, warning.Code))
            .Should()
            .BeEquivalentTo([
                ("custom:seats", FieldErrorCode.WrongType),
                ("custom:colour", FieldErrorCode.UnknownProperty),
            ]);
        var imported = await host.ReadAsync(((ImportOutcome.Created)result.Outcome).Id);
        imported.CustomProperties.Should().Contain("seats", "1,5").And.Contain("colour", "blue");
        imported.Get(seats).Unfit.Should().NotBeNull();
    }

    /// <summary>
    /// The law of the dry run, over rows that meet customers and each other in many ways: it says what the import then
    /// does, and writes nothing.
    /// </summary>
    [Fact]
    public async Task A_dry_run_says_what_the_import_does() =>
        await Gen.Select(
                Gen.Int[0, 4],
                Gen.Int[0, 4],
                Gen.OneOf("Ada", "Grace", "", new string('x', 300)),
                (id, address, name) =>
                    new ImportRow
                    {
                        Id = id == 0 ? null : $"{id}",
                        Profile = new NewProfile
                        {
                            Name = name,
                            Emails = address == 0 ? [] : [new ProfileEmail($"c{address}@example.com")],
                        },
                    }
            )
            .Array[1, 12]
            .Where(rows => rows.All(row => row.Id is not null || !row.Profile.Emails.IsEmpty))
            .Select(Gen.Int[1, 5])
            .SampleAsync(
                async (rows, batchSize) =>
                {
                    await using var host = new TestHost();
                    await host.ReceiveAsync("c1@example.com");
                    await host.EditAsync(
                        (await host.ReceiveAsync("c2@example.com")).Profile!.Id,
                        edit => edit.Name = "Kim's"
                    );
                    var before = await AllAsync(host);

                    var dry = await ImportAsync(
                        host,
                        new ImportOptions
                        {
                            System = "old-crm",
                            DryRun = true,
                            BatchSize = batchSize,
                        },
                        rows
                    );
                    (await AllAsync(host)).Should().Equal(before, "a dry run writes nothing");
                    var wet = await ImportAsync(
                        host,
                        new ImportOptions { System = "old-crm", BatchSize = batchSize },
                        rows
                    );

                    dry.Select(Summary).Should().Equal(wet.Select(Summary));
                    dry.Should().HaveCount(rows.Length);
                },
                iter: 300
            );

    private static string Summary(ImportResult result) =>
        result.Outcome switch
        {
            ImportOutcome.Updated updated => $"updated {string.Join(',', updated.Fields)} {updated.Identities.Length}",
            ImportOutcome.Ambiguous ambiguous => $"ambiguous {ambiguous.Ids.Length}",
            ImportOutcome.Rejected rejected => $"rejected {string.Join(',', rejected.Errors)}",
            var other => other.Code,
        };

    private static async Task<string[]> AllAsync(TestHost host) =>
        [
            .. (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Select(profile =>
                $"{profile.Id} {profile.Version} {profile.Name?.Full}"
            ),
        ];

    private static ImportRow Row(string? id, string address, string? name = null) =>
        new()
        {
            Id = id,
            Profile = new NewProfile { Name = name, Emails = [new ProfileEmail(address)] },
        };

    private static CustomerId Created(ImportResult[] results) =>
        results.Should().ContainSingle().Which.Outcome.Should().BeOfType<ImportOutcome.Created>().Subject.Id;

    private static ImportOutcome.Updated Updated(ImportResult[] results) =>
        results.Should().ContainSingle().Which.Outcome.Should().BeOfType<ImportOutcome.Updated>().Subject;

    private static Task<ImportResult[]> ImportAsync(TestHost host, params ImportRow[] rows) =>
        ImportAsync(host, OldCrm, rows);

    private static async Task<ImportResult[]> ImportAsync(
        TestHost host,
        ImportOptions options,
        params ImportRow[] rows
    ) => [.. await host.Profiles.ImportAsync(AsInput(rows), options).ToListAsync()];

    private static async IAsyncEnumerable<ImportRow> AsInput(
        IEnumerable<ImportRow> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return row;
        }
    }
}
