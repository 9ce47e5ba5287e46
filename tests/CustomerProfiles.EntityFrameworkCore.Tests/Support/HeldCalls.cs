using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A process in which many hosts, each with an SQLite file of its own, carry out one call and are held in it: the first
/// at its first statement, the second at its second one, and so on; the last one is held after its call. Killing the
/// process kills them all.
/// </summary>
internal sealed class HeldCalls : IDisposable
{
    /// <summary>The first argument of the process.</summary>
    public const string Argument = "hold-calls";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private HeldCalls(Process process) => _process = process;

    public static string FileOf(string folder, int number) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.db"));

    /// <summary>Starts the process and waits until all calls are held.</summary>
    /// <param name="call">The call, of <see cref="KillableWork"/>.</param>
    /// <param name="folder">The folder with the files.</param>
    /// <param name="statements">The number of statements of the call.</param>
    /// <param name="now">The time of the hosts.</param>
    public static async Task<HeldCalls> StartAsync(string call, string folder, int statements, SetClock now)
    {
        var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    typeof(Program).Assembly.Location,
                    Argument,
                    call,
                    folder,
                    statements.ToString(CultureInfo.InvariantCulture),
                    now.Now.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture),
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var held = new HeldCalls(process);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
            return line == "held" ? held : throw new InvalidOperationException($"The calls were not held: {line}");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>What the process does.</summary>
    public static void Run(string[] args)
    {
        var statements = int.Parse(args[3], CultureInfo.InvariantCulture);
        var now = NodaTime.Instant.FromUnixTimeTicks(long.Parse(args[4], CultureInfo.InvariantCulture));
        ThreadPool.SetMinThreads(statements + 8, statements + 8);
        using var held = new CountdownEvent(statements + 1);
        for (var number = 1; number <= statements + 1; number++)
        {
            var statement = number;
            new Thread(() => Call(args[1], FileOf(args[2], statement), statement, now, held)).Start();
        }

        held.Wait();
        Console.WriteLine("held");

        // Until the process of the test ends it, or ends itself.
        Console.In.ReadLine();
        Environment.Exit(1);
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Timeout);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void Call(string call, string file, int statement, NodaTime.Instant now, CountdownEvent held)
    {
        using var forEver = new ManualResetEventSlim();
        var hook = new StatementHook(number =>
        {
            if (number == statement)
            {
                held.Signal();
                forEver.Wait();
            }
        });
        try
        {
            using var host = Host(file, hook, new SetClock { Now = now });
            CallAsync(call, host.GetRequiredService<ICustomerProfiles>(), hook).GetAwaiter().GetResult();
            held.Signal();
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{statement}: {exception.GetType().Name} {exception.Message}");
        }

        forEver.Wait();
    }

    /// <summary>A call with a hook of its statements.</summary>
    public static async Task CallAsync(string call, ICustomerProfiles profiles, StatementHook hook)
    {
        await KillableWork.WarmUpAsync(profiles);
        hook.Start();
        await KillableWork.CallAsync(call, profiles);
    }

    private static ServiceProvider Host(string file, IInterceptor hook, SetClock clock)
    {
        var builder = new ServiceCollection().AddCustomerProfiles();
        KillableWork.Configure(builder, clock);
        builder.UseSqlite($"Data Source={file}", options => options.UpgradeAtStart = true);
        builder.Services.ConfigureDbContext<CustomerProfilesDbContext>(context => context.AddInterceptors(hook));
        return builder.Services.BuildServiceProvider();
    }
}
