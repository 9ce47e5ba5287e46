using System.CommandLine;
using System.CommandLine.Help;
using CustomerProfiles.Sample.Jobs;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Stores;

namespace CustomerProfiles.Sample;

/// <summary>What can be said to the sample, and what is then done.</summary>
internal sealed class SampleCommandLine
{
    private const int MaxWidth = 80;

    private static readonly string[] FieldCodes = [.. ProfileField.All.Select(field => field.Code)];

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON document instead of text.",
        Recursive = true,
    };
    private readonly Option<bool> _telemetry = new("--telemetry")
    {
        Description = "Say at the end what the library measured, traced and logged.",
        Recursive = true,
    };

    private readonly Option<string?> _db = new("--db")
    {
        Description =
            $"The SQLite file to keep profiles in. Unless set: {SqliteFileStore.UsualFile} in the current folder.",
        HelpName = "file",
        Recursive = true,
    };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Keep profiles in PostgreSQL: \"Host=...;Database=...; Username=...;Password=...\".",
        HelpName = "connection",
        Recursive = true,
    };

    private readonly Option<bool> _memory = new("--memory")
    {
        Description = "Keep profiles in memory, which leaves nothing behind.",
    };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "Delete the file of an earlier run first." };
    private readonly Argument<string> _who = new("who")
    {
        Description = "The customer's e-mail address, or id as the list shows it.",
    };
    private readonly Option<int> _most = new("--most")
    {
        Description = "The most profiles to show.",
        HelpName = "number",
        DefaultValueFactory = _ => 100,
    };
    private readonly RootCommand _root;

    public SampleCommandLine()
    {
        _most.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number < 1)
            {
                result.AddError("--most is at least 1.");
            }
        });
        _root = new RootCommand(
            $"""
            Customer profiles from a mailbox.
            Without a command: takes in the bundled mailbox, shows what was decided and
            why, draws three sidebars, plays a support case, and checks its own totals
            against an independent count. The provider is a simulator that runs inside.
            Profiles stay in {SqliteFileStore.UsualFile} in the current folder. Run it again: it
            finds them, changes nothing, and asks the provider nothing. The commands
            below work on what is there.
            To ask the real FullContact, set the environment variable
            FULLCONTACT_API_KEY; each match is charged to your account.
            Exit codes: 0 all is well; 1 totals differ or a step went wrong;
            2 bad input; 130 interrupted.
            """
        )
        {
            _json,
            _telemetry,
            _db,
            _postgres,
            _memory,
            _fresh,
            Import(),
            List(),
            Search(),
            Sidebar(),
            Edit(),
            ClearPhoto(),
            ResetPhoto(),
            Switch(),
            Suppress(),
            Lift(),
        };
        _root.SetAction(
            (result, cancellationToken) =>
                SampleApplication.RunAsync(ChoiceOf(result), OutputOf(result), cancellationToken)
        );
        _root.Options.OfType<HelpOption>().Single().Action = new HelpAction { MaxWidth = MaxWidth };
    }

    /// <summary>Does what is said.</summary>
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

        await ErrorText.WriteAsync("Say --help for what there is.");
        return SampleApplication.BadInput;
    }

    private StoreChoice ChoiceOf(ParseResult result) =>
        new(result.GetValue(_db), result.GetValue(_postgres), result.GetValue(_memory), result.GetValue(_fresh));

    private OutputChoice OutputOf(ParseResult result) => new(result.GetValue(_json), result.GetValue(_telemetry));

    private Command Import()
    {
        var file = new Argument<FileInfo>("file.mbox")
        {
            Description = "A mailbox in mbox format, of any size; - for the standard input.",
        };
        var own = new Option<string[]>("--own")
        {
            Description = "Your own address or domain; may be repeated. Mail from there is composed.",
            HelpName = "own",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("import", "Take in a mailbox of your own.") { file, own, _memory, _fresh };
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

    private Command List() =>
        Done(
            new Command("list", "List the profiles, the oldest customer first.") { _most },
            (commands, result, cancellationToken) =>
                commands.ListAsync(text: null, result.GetValue(_most), cancellationToken)
        );

    private Command Search()
    {
        var words = new Argument<string[]>("text")
        {
            Description = "Words of a name, company, e-mail or postal address.",
            Arity = ArgumentArity.OneOrMore,
        };
        return Done(
            new Command("search", "Find profiles by text.") { words, _most },
            (commands, result, cancellationToken) =>
                commands.ListAsync(
                    string.Join(' ', result.GetRequiredValue(words)),
                    result.GetValue(_most),
                    cancellationToken
                )
        );
    }

    private Command Sidebar() =>
        Done(
            new Command("sidebar", "Show a profile as it stands beside a conversation.") { _who },
            (commands, result, cancellationToken) =>
                commands.SidebarAsync(result.GetRequiredValue(_who), cancellationToken)
        );

    private Command Edit()
    {
        ProfileField[] settable = [ProfileField.Name, ProfileField.Company, ProfileField.JobTitle, ProfileField.Notes];
        var set = settable
            .Select(field =>
                (
                    Field: field,
                    Option: new Option<string?>($"--{field.Code}")
                    {
                        Description = $"Set the {field.Code.Replace('-', ' ')}; blank clears it.",
                        HelpName = "text",
                    }
                )
            )
            .ToArray();
        var clear = Fields("--clear", "Clear a field on purpose, such as job-title; may be repeated.");
        var reset = Fields("--give-back", "Let the provider fill a field again; may be repeated.");
        var command = new Command("edit", "Change a profile as an agent.") { _who };
        foreach (var (_, option) in set)
        {
            command.Options.Add(option);
        }

        command.Options.Add(clear);
        command.Options.Add(reset);
        return Told(
            command,
            (commands, result, cancellationToken) =>
                commands.EditAsync(
                    result.GetRequiredValue(_who),
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

    private Command ClearPhoto() =>
        Done(
            new Command("clear-photo", "Clear a customer's photo. It stays cleared.") { _who },
            (commands, result, cancellationToken) =>
                commands.ClearPhotoAsync(result.GetRequiredValue(_who), cancellationToken)
        );

    private Command ResetPhoto() =>
        Done(
            new Command("give-back-photo", "Let the provider bring a photo again.") { _who },
            (commands, result, cancellationToken) =>
                commands.GiveBackPhotoAsync(result.GetRequiredValue(_who), cancellationToken)
        );

    private Command Switch()
    {
        var position = new Argument<string>("position") { Description = "off or on." }.AcceptOnlyFromAmong("off", "on");
        return Done(
            new Command("switch", "Switch gathering public information off or on.") { position },
            (commands, result, cancellationToken) =>
                commands.SwitchAsync(on: result.GetRequiredValue(position) == "on", cancellationToken)
        );
    }

    private Command Suppress() =>
        Done(
            new Command("suppress", "Say that a customer is not to be looked up.") { _who },
            (commands, result, cancellationToken) =>
                commands.SuppressAsync(result.GetRequiredValue(_who), cancellationToken)
        );

    private Command Lift() =>
        Done(
            new Command("lift", "Let a suppressed customer be looked up again.") { _who },
            (commands, result, cancellationToken) =>
                commands.UnsuppressAsync(result.GetRequiredValue(_who), cancellationToken)
        );

    /// <summary>A command of which an exception is all that can be wrong.</summary>
    private Command Done(Command command, Func<CustomerCommands, ParseResult, CancellationToken, Task> action) =>
        Told(
            command,
            async (commands, result, cancellationToken) =>
            {
                await action(commands, result, cancellationToken);
                return true;
            }
        );

    private Command Told(Command command, Func<CustomerCommands, ParseResult, CancellationToken, Task<bool>> action)
    {
        command.SetAction(
            (result, cancellationToken) =>
                SampleApplication.CommandAsync(
                    commands => action(commands, result, cancellationToken),
                    ChoiceOf(result),
                    OutputOf(result)
                )
        );
        return command;
    }
}
