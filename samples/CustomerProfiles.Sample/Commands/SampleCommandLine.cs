using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using CustomerProfiles.Sample.Customers;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Sample;

/// <summary>The command line of the sample.</summary>
internal sealed class SampleCommandLine
{
    private const int MaxWidth = 80;
    private const int MaxBatchSize = 1_000;

    private static readonly string[] FieldCodes = [.. ProfileField.All.Select(field => field.Code)];

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON document instead of text.",
        Recursive = true,
    };

    private readonly Option<string?> _db = new("--db")
    {
        Description = $"The SQLite file of the profiles. Default: {SqliteFileStore.DefaultFile} in the current folder.",
        HelpName = "file",
        Recursive = true,
    };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Store profiles in PostgreSQL: \"Host=...;Database=...; Username=...;Password=...\".",
        HelpName = "connection",
        Recursive = true,
    };

    private readonly Option<bool> _memory = new("--memory")
    {
        Description = "Store profiles in memory. Nothing remains after the run.",
    };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "Delete the file of an earlier run first." };
    private readonly Argument<string> _customer = new("customer")
    {
        Description = "The customer's e-mail address, or id as the list shows it.",
    };
    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "Save it. Without this option it is only shown.",
    };
    private readonly Option<int> _max = InRange(
        new Option<int>("--max")
        {
            Description = "The maximum number of profiles to show.",
            HelpName = "number",
            DefaultValueFactory = _ => 100,
        }
    );
    private readonly RootCommand _root;

    public SampleCommandLine()
    {
        _root = new RootCommand(
            $"""
            Customer profiles from a mailbox.
            Without a command: imports the bundled mailbox, prints each decision and its
            reason, prints three sidebars, compares the totals with an independent count,
            and plays a support case. The provider is a simulator inside this program.
            Profiles are stored in {SqliteFileStore.DefaultFile} in the current folder. A second
            run finds them, changes nothing, and makes no lookup. The commands below work
            on the stored profiles.
            To use FullContact itself, set the environment variable FULLCONTACT_API_KEY.
            Each match is then charged to your account.
            To recognise customers who were erased, set {ErasureKeyVariable.Name}.
            Exit codes: 0 success; 1 totals differ, a step failed, or a change, a merge, a
            row or an erasure could not be made; 2 bad input; 130 interrupted.
            """
        )
        {
            _json,
            _db,
            _postgres,
            _memory,
            _fresh,
            Import(),
            ImportCustomers(),
            List(),
            Find(),
            Sidebar(),
            Create(),
            Edit(),
            History(),
            Revert(),
            Merge(),
            Unmerge(),
            Merges(),
            Duplicates(),
            Export(),
            Erase(),
            Retain(),
            ClearPhoto(),
            ResetPhoto(),
            CheckNow(),
            Enable(),
            Disable(),
            Suppress(),
            Unsuppress(),
        };
        _root.SetAction(
            (result, cancellationToken) =>
                SampleApplication.RunAsync(ChoiceOf(result), OutputOf(result), cancellationToken)
        );
        _root.Options.OfType<HelpOption>().Single().Action = new HelpAction { MaxWidth = MaxWidth };
    }

    /// <summary>Parses the arguments and runs the command.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var parsed = _root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) }
            );
        }

        foreach (var error in parsed.Errors)
        {
            await ErrorText.WriteAsync(error.Message);
        }

        await ErrorText.WriteAsync("Use --help to see the commands and options.");
        return SampleApplication.BadInput;
    }

    private StoreChoice ChoiceOf(ParseResult result) =>
        new(result.GetValue(_db), result.GetValue(_postgres), result.GetValue(_memory), result.GetValue(_fresh));

    private OutputChoice OutputOf(ParseResult result) => new(result.GetValue(_json));

    private Command Import()
    {
        var file = new Argument<FileInfo>("file.mbox")
        {
            Description = "A mailbox in mbox format, of any size. A dash (-) is the standard input.",
        };
        var own = new Option<string[]>("--own")
        {
            Description = "Your own address or domain. Mail from it is composed, not received. Repeatable.",
            HelpName = "address-or-domain",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("import", "Import a mailbox of your own.") { file, own, _memory, _fresh };
        command.SetAction(
            (result, cancellationToken) =>
                SampleApplication.ImportAsync(
                    result.GetRequiredValue(file),
                    result.GetRequiredValue(own),
                    ChoiceOf(result),
                    OutputOf(result),
                    cancellationToken
                )
        );
        return command;
    }

    private Command ImportCustomers()
    {
        var file = new Argument<FileInfo>("file.csv")
        {
            Description = "A CSV file of any size; its first row names the columns. A dash (-) is the standard input.",
        };
        var system = new Option<string?>("--system")
        {
            Description = "The name of the system that the file comes from, such as old-crm.",
            HelpName = "name",
        };
        var map = new Option<FileInfo?>("--map")
        {
            Description =
                "A JSON file that says what columns become: {\"Tariff\": \"custom:plan\", \"Fax\": \"ignore\"}.",
            HelpName = "file.json",
        };
        var replace = new Option<bool>("--replace") { Description = "Also replace what agents have set or cleared." };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only say what would be done. What would be written is kept in memory.",
        };
        var rejected = new Option<FileInfo?>("--rejected")
        {
            Description = "Write the rows that are not imported to a file, with the reasons, to correct and import.",
            HelpName = "file.csv",
        };
        var batchSize = InRange(
            new Option<int>("--batch-size")
            {
                Description = "How many rows are written together.",
                HelpName = "number",
                DefaultValueFactory = _ => 200,
            },
            MaxBatchSize
        );
        var encoding = new Option<string?>("--encoding")
        {
            Description = "The encoding, such as windows-1252. Default: UTF-8, or what a byte order mark says.",
            HelpName = "name",
        };
        var command = new Command("import-customers", "Import the customers of another system from a CSV file.")
        {
            file,
            system,
            map,
            replace,
            dryRun,
            rejected,
            batchSize,
            encoding,
            _memory,
            _fresh,
        };
        command.SetAction(
            (result, cancellationToken) =>
                SampleApplication.ImportCustomersAsync(
                    new CustomerImportRequest
                    {
                        File = result.GetRequiredValue(file),
                        System = result.GetValue(system),
                        Map = result.GetValue(map),
                        Replace = result.GetValue(replace),
                        DryRun = result.GetValue(dryRun),
                        Rejected = result.GetValue(rejected),
                        BatchSize = result.GetValue(batchSize),
                        Encoding = result.GetValue(encoding),
                    },
                    ChoiceOf(result),
                    OutputOf(result),
                    cancellationToken
                )
        );
        return command;
    }

    private Command List() =>
        RunToEnd(
            new Command("list", "List the profiles, the oldest customer first.") { _max },
            (commands, result, cancellationToken) => commands.ListAsync(result.GetValue(_max), cancellationToken)
        );

    private Command Find()
    {
        var words = new Argument<string[]>("text")
        {
            Description = "Words of a name, company, e-mail, telephone or postal address.",
            Arity = ArgumentArity.OneOrMore,
        };
        return RunToEnd(
            new Command("find", "Find profiles by text.") { words, _max },
            (commands, result, cancellationToken) =>
                commands.FindAsync(
                    string.Join(' ', result.GetRequiredValue(words)),
                    result.GetValue(_max),
                    cancellationToken
                )
        );
    }

    private Command Sidebar() =>
        RunToEnd(
            new Command("sidebar", "Show a profile as an agent sees it beside a conversation.") { _customer },
            (commands, result, cancellationToken) =>
                commands.ShowAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    private Command Create()
    {
        var identity = new Argument<string?>("identity")
        {
            Description =
                "An e-mail address, a telephone number with its country code, or another identity such as "
                + "chat:irc:ada or external:4711.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var name = Text(ProfileField.Name);
        var company = Text(ProfileField.Company);
        var jobTitle = Text(ProfileField.JobTitle);
        var notes = Text(ProfileField.Notes);
        return Run(
            new Command("create", "Create a customer without a conversation.")
            {
                identity,
                name,
                company,
                jobTitle,
                notes,
            },
            (commands, result, cancellationToken) =>
                commands.CreateAsync(
                    result.GetValue(identity),
                    new NewProfile
                    {
                        Name = result.GetValue(name),
                        Company = result.GetValue(company),
                        JobTitle = result.GetValue(jobTitle),
                        Notes = result.GetValue(notes),
                    },
                    cancellationToken
                ),
            canBeFirst: true
        );

        static Option<string?> Text(ProfileField field) =>
            new($"--{field.Code}") { Description = $"The {field.Code.Replace('-', ' ')}.", HelpName = "text" };
    }

    private Command Edit()
    {
        ProfileField[] settable = [ProfileField.Name, ProfileField.Company, ProfileField.JobTitle, ProfileField.Notes];
        var set = settable
            .Select(field =>
                (
                    Field: field,
                    Option: new Option<string?>($"--{field.Code}")
                    {
                        Description = $"Set the {field.Code.Replace('-', ' ')}. Blank text clears it.",
                        HelpName = "text",
                    }
                )
            )
            .ToArray();
        var clear = Fields("--clear", "Clear a field, such as job-title. It is not refilled. Repeatable.");
        var reset = Fields("--reset", "Reset a field, so that a provider may fill it again. Repeatable.");
        var command = new Command("edit", "Change a profile as an agent.") { _customer };
        foreach (var (_, option) in set)
        {
            command.Options.Add(option);
        }

        command.Options.Add(clear);
        command.Options.Add(reset);
        return Run(
            command,
            (commands, result, cancellationToken) =>
                commands.EditAsync(
                    result.GetRequiredValue(_customer),
                    new EditRequest(
                        [
                            .. set.Where(one => result.GetValue(one.Option) is not null)
                                .Select(one => (one.Field, result.GetValue(one.Option)!)),
                        ],
                        result.GetRequiredValue(clear),
                        result.GetRequiredValue(reset)
                    ),
                    cancellationToken
                )
        );

        static Option<string[]> Fields(string name, string description) =>
            new Option<string[]>(name)
            {
                Description = description,
                HelpName = "field",
                DefaultValueFactory = _ => [],
            }.AcceptOnlyFromAmong(FieldCodes);
    }

    private Command History()
    {
        var before = InRange(
            new Option<long?>("--before")
            {
                Description = "Show only changes before the one with this number.",
                HelpName = "number",
            }
        );
        var pageSize = InRange(
            new Option<int>("--page-size")
            {
                Description = "How many changes to show.",
                HelpName = "number",
                DefaultValueFactory = _ => new HistoryQuery().PageSize,
            },
            HistoryQuery.MaxPageSize
        );
        return RunToEnd(
            new Command("history", "Show the changes of a profile, the newest first.") { _customer, before, pageSize },
            (commands, result, cancellationToken) =>
                commands.HistoryAsync(
                    result.GetRequiredValue(_customer),
                    new HistoryQuery { Before = result.GetValue(before), PageSize = result.GetValue(pageSize) },
                    cancellationToken
                )
        );
    }

    private Command Revert()
    {
        var number = new Argument<long>("number")
        {
            Description = "The number of the change, as the history shows it.",
            CustomParser = result =>
            {
                if (
                    !long.TryParse(
                        result.Tokens[0].Value,
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var value
                    )
                )
                {
                    result.AddError("This is not the number of a change, as the command 'history' shows it.");
                }

                return value;
            },
        };
        var everythingSince = new Option<bool>("--everything-since")
        {
            Description = "Take back every later change too.",
        };
        return Run(
            new Command("revert", "Take a change of a profile back.") { _customer, number, everythingSince, _yes },
            (commands, result, cancellationToken) =>
                commands.RevertAsync(
                    result.GetRequiredValue(_customer),
                    result.GetRequiredValue(number),
                    result.GetValue(everythingSince) ? RevertScope.EverythingSince : RevertScope.OneChange,
                    isConfirmed: result.GetValue(_yes),
                    cancellationToken
                )
        );
    }

    private Command Merge()
    {
        var from = new Argument<string>("from")
        {
            Description = "The customer who is absorbed: an e-mail address or id. The id goes on working.",
        };
        var into = new Argument<string>("into") { Description = "The customer who stays: an e-mail address or id." };
        return Run(
            new Command("merge", "Merge two customers who are the same person.") { from, into, _yes },
            (commands, result, cancellationToken) =>
                commands.Merging.MergeAsync(
                    result.GetRequiredValue(from),
                    result.GetRequiredValue(into),
                    isConfirmed: result.GetValue(_yes),
                    cancellationToken
                )
        );
    }

    private Command Unmerge()
    {
        var merge = new Argument<string>("merge-id")
        {
            Description = "The id of the merge, as the commands 'merge' and 'merges' print it.",
        };
        return Run(
            new Command("unmerge", "Undo a merge: there are two customers again.") { merge },
            (commands, result, cancellationToken) =>
                commands.Merging.UnmergeAsync(result.GetRequiredValue(merge), cancellationToken)
        );
    }

    private Command Merges() =>
        RunToEnd(
            new Command("merges", "List the merges into a customer, the newest first.") { _customer },
            (commands, result, cancellationToken) =>
                commands.Merging.ListAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    private Command Duplicates()
    {
        var not = new Option<string?>("--not")
        {
            Description = "Remember that this customer is another person: an e-mail address or id.",
            HelpName = "customer",
        };
        return RunToEnd(
            new Command("duplicates", "Show who may be the same person as a customer, the likeliest first.")
            {
                _customer,
                not,
            },
            (commands, result, cancellationToken) =>
                commands.Duplicates.ShowAsync(
                    result.GetRequiredValue(_customer),
                    result.GetValue(not),
                    cancellationToken
                )
        );
    }

    private Command Export()
    {
        var file = new Option<FileInfo?>("--output")
        {
            Description = "Write to a new file instead of the standard output.",
            HelpName = "file.json",
        };
        var command = new Command("export", "Export everything that is held about a customer as one JSON document.")
        {
            _customer,
            file,
        };
        command.SetAction(
            (result, cancellationToken) =>
                SampleApplication.CommandAsync(
                    async commands =>
                    {
                        var (customer, output) = (result.GetRequiredValue(_customer), result.GetValue(file));
                        await commands.ExportAsync(customer, output, cancellationToken);
                        return true;
                    },
                    ChoiceOf(result),
                    OutputOf(result) with
                    {
                        PrintsDocument = result.GetValue(file) is null,
                    },
                    canBeFirst: false
                )
        );
        return command;
    }

    private Command Erase()
    {
        var doNotLookUp = new Option<bool>("--do-not-look-up")
        {
            Description =
                $"Whoever writes from the addresses again is never looked up. Needs {ErasureKeyVariable.Name}.",
        };
        var doNotKeep = new Option<bool>("--do-not-keep")
        {
            Description = $"Nobody with the addresses is kept again. Needs {ErasureKeyVariable.Name}.",
        };
        var forget = new Option<bool>("--forget")
        {
            Description = "Keep nothing of the addresses, not even of a suppressed customer.",
        };
        var includeAbsorbed = new Option<bool>("--include-absorbed")
        {
            Description = "Also erase who was merged into the customer, and could be somebody else.",
        };
        var command = new Command("erase", "Erase a customer for good, and print the receipt.")
        {
            _customer,
            doNotLookUp,
            doNotKeep,
            forget,
            includeAbsorbed,
        };
        Option<bool>[] one = [doNotLookUp, doNotKeep, forget];
        command.Validators.Add(result =>
        {
            if (one.Count(result.GetValue) > 1)
            {
                result.AddError($"Use only one of {doNotLookUp.Name}, {doNotKeep.Name} or {forget.Name}.");
            }
        });
        return Run(
            command,
            (commands, result, cancellationToken) =>
                commands.Privacy.EraseAsync(
                    result.GetRequiredValue(_customer),
                    new ErasureOptions
                    {
                        Identities =
                            result.GetValue(doNotLookUp) ? ErasedIdentities.DoNotLookUp
                            : result.GetValue(doNotKeep) ? ErasedIdentities.DoNotKeep
                            : result.GetValue(forget) ? ErasedIdentities.Forget
                            : null,
                        IncludeAbsorbed = result.GetValue(includeAbsorbed),
                    },
                    cancellationToken
                )
        );
    }

    private Command Retain()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say who would be erased." };
        var olderThan = new Option<Period?>("--older-than")
        {
            Description =
                "Erase customers without a conversation, or an edit by an agent, for longer than this, such as 2y, "
                + $"18m, 6w or 90d. Whoever has the custom property {SampleSession.LegalHoldProperty} stays.",
            HelpName = "age",
            CustomParser = result =>
            {
                if (AgeText.Parse(result.Tokens[0].Value) is { } age)
                {
                    return age;
                }

                result.AddError("--older-than is an age from 1d to 100y, such as 2y, 18m, 6w or 90d.");
                return null;
            },
        };
        var command = new Command("retain", "Remove what is older than it is kept, such as old conversation records.")
        {
            dryRun,
            olderThan,
        };
        command.SetAction(
            (result, cancellationToken) =>
            {
                var age = result.GetValue(olderThan);
                return SampleApplication.CommandAsync(
                    commands =>
                        commands.Privacy.RetainAsync(result.GetValue(dryRun), age is not null, cancellationToken),
                    ChoiceOf(result),
                    OutputOf(result),
                    canBeFirst: false,
                    services => services.Configure<CustomerProfilesOptions>(options => options.EraseInactiveAfter = age)
                );
            }
        );
        return command;
    }

    private Command ClearPhoto() =>
        RunToEnd(
            new Command("clear-photo", "Clear a customer's photo. It stays cleared until it is reset.") { _customer },
            (commands, result, cancellationToken) =>
                commands.ClearPhotoAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    private Command ResetPhoto() =>
        RunToEnd(
            new Command("reset-photo", "Reset a cleared photo, so that the provider may fill it again.") { _customer },
            (commands, result, cancellationToken) =>
                commands.ResetPhotoAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    private Command CheckNow()
    {
        var provider = new Argument<string>("provider")
        {
            Description = "The provider to ask.",
            DefaultValueFactory = _ => CustomerCommands.Provider,
        };
        return Run(
            new Command("check-now", "Look a customer up again, whether or not it is due.") { _customer, provider },
            (commands, result, cancellationToken) =>
                commands.CheckNowAsync(
                    result.GetRequiredValue(_customer),
                    result.GetRequiredValue(provider),
                    cancellationToken
                )
        );
    }

    private Command Enable() =>
        RunToEnd(
            new Command("enable", "Gather public information again."),
            (commands, _, cancellationToken) => commands.EnableAsync(cancellationToken)
        );

    private Command Disable() =>
        RunToEnd(
            new Command("disable", "Stop gathering public information. What is there stays."),
            (commands, _, cancellationToken) => commands.DisableAsync(cancellationToken)
        );

    private Command Suppress() =>
        RunToEnd(
            new Command("suppress", "Stop lookups of a customer.") { _customer },
            (commands, result, cancellationToken) =>
                commands.SuppressAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    private Command Unsuppress() =>
        RunToEnd(
            new Command("unsuppress", "Allow lookups of a suppressed customer again.") { _customer },
            (commands, result, cancellationToken) =>
                commands.UnsuppressAsync(result.GetRequiredValue(_customer), cancellationToken)
        );

    /// <summary>Accepts whole numbers from 1 to a maximum.</summary>
    private static T InRange<T>(T option, long max = long.MaxValue)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: var text }]
                && long.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && (number < 1 || number > max)
            )
            {
                result.AddError(
                    max == long.MaxValue
                        ? $"{option.Name} must be at least 1."
                        : $"{option.Name} must be from 1 to {max}."
                );
            }
        });
        return option;
    }

    /// <summary>A command that either succeeds or throws.</summary>
    private Command RunToEnd(Command command, Func<CustomerCommands, ParseResult, CancellationToken, Task> action) =>
        Run(
            command,
            async (commands, result, cancellationToken) =>
            {
                await action(commands, result, cancellationToken);
                return true;
            }
        );

    private Command Run(
        Command command,
        Func<CustomerCommands, ParseResult, CancellationToken, Task<bool>> action,
        bool canBeFirst = false
    )
    {
        command.SetAction(
            (result, cancellationToken) =>
                SampleApplication.CommandAsync(
                    commands => action(commands, result, cancellationToken),
                    ChoiceOf(result),
                    OutputOf(result),
                    canBeFirst
                )
        );
        return command;
    }
}
