using System.CommandLine;
using System.Text;
using CustomerProfiles.Sample;

// Names in any script are part of the job.
Console.OutputEncoding = Encoding.UTF8;

var json = new Option<bool>("--json") { Description = "Print one JSON document instead of text.", Recursive = true };
var file = new Argument<FileInfo>("file.mbox") { Description = "A mailbox in mbox format, of any size." };
var own = new Option<string[]>("--own")
{
    Description = "Your own address or domain; may be repeated. Mail from there is composed.",
    DefaultValueFactory = _ => [],
};

var import = new Command("import", "Take in a mailbox of your own.") { file, own };
import.SetAction((result, cancellationToken) =>
    SampleApplication.ImportAsync(result.GetRequiredValue(file), result.GetRequiredValue(own), result.GetValue(json), cancellationToken));

var root = new RootCommand(
    """
    Customer profiles from a mailbox.
    Without a command: takes in the bundled mailbox, shows what was decided and
    why, draws three sidebars, plays a support case, and checks its own totals
    against an independent count. The provider is a simulator that runs inside.
    To ask the real FullContact, set the environment variable
    FULLCONTACT_API_KEY; each match is charged to your account.
    Exit codes: 0 all is well; 1 totals differ or a step went wrong;
    2 bad input; 130 interrupted.
    """)
{
    json,
    import,
};
root.SetAction((result, cancellationToken) => SampleApplication.RunAsync(result.GetValue(json), cancellationToken));
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync(error.Message);
    }

    await Console.Error.WriteLineAsync("Say --help for what there is.");
    return SampleApplication.BadInput;
}

return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
