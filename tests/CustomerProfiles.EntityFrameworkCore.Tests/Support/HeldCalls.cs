using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A process in which hosts carry out one call and are held in it, each with an SQLite file or a tenant of its own: the
/// first at its first statement, the second at a later one, and so on, until one ends its call before its statement.
/// Killing the process kills them all. So nobody has to know how many statements a call sends, which depends on whether
/// the pool has a connection at that moment.
/// </summary>
internal sealed class HeldCalls : IDisposable
{
    /// <summary>The first argument of the process.</summary>
    public const string Argument = "hold-calls";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private HeldCalls(Process process) => _process = process;

    /// <summary>How many hosts there are. The last one has ended its call, the others are held in it.</summary>
    public int Count { get; private init; }

    /// <summary>The file of a host, beside the one that was prepared.</summary>
    public static string FileOf(string prepared, int number) =>
        Path.Combine(
            Path.GetDirectoryName(prepared)!,
            string.Create(CultureInfo.InvariantCulture, $"held-{number}.db")
        );

    /// <summary>The tenant of a host on PostgreSQL.</summary>
    public static TenantId TenantOf(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"held-{number:0000}"));

    /// <summary>Starts the process and waits until all hosts are held or have ended.</summary>
    /// <param name="kind">The database.</param>
    /// <param name="call">The call, of <see cref="KillableWork"/>.</param>
    /// <param name="place">
    /// A closed SQLite file with the customers of the call, or the connection string of a PostgreSQL database.
    /// </param>
    /// <param name="now">The time of the call.</param>
    /// <param name="step">How many statements lie between those of two hosts.</param>
    public static async Task<HeldCalls> StartAsync(
        DatabaseKind kind,
        string call,
        string place,
        SetClock now,
        int step = 1
    )
    {
        var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    typeof(Program).Assembly.Location,
                    Argument,
                    kind.ToString(),
                    call,
                    place,
                    now.Now.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture),
                    step.ToString(CultureInfo.InvariantCulture),
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Timeout);
            return line?.Split(' ') is ["held", var count]
                ? new HeldCalls(process) { Count = int.Parse(count, CultureInfo.InvariantCulture) }
                : throw new InvalidOperationException($"The calls were not held: {line}");
        }
        catch
        {
            new HeldCalls(process).Dispose();
            throw;
        }
    }

    /// <summary>What the process does.</summary>
    public static async Task RunAsync(string[] args)
    {
        var kind = Enum.Parse<DatabaseKind>(args[1]);
        var now = Instant.FromUnixTimeTicks(long.Parse(args[4], CultureInfo.InvariantCulture));
        var step = int.Parse(args[5], CultureInfo.InvariantCulture);
        try
        {
            var number = 1;
            while (
                await IsHeldAsync(kind, args[2], args[3], number, 1 + ((number - 1) * step), new SetClock { Now = now })
            )
            {
                number++;
            }

            Console.WriteLine($"held {number}");
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{exception.GetType().Name} {exception.Message}");
        }

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

    /// <summary>A call with a hook of its statements.</summary>
    public static async Task CallAsync(string call, ICustomerProfiles profiles, IStatementHook hook)
    {
        await KillableWork.WarmUpAsync(profiles);
        hook.Start();
        await KillableWork.CallAsync(call, profiles);
    }

    /// <summary>Whether a host is held at a statement; false when its call has ended before.</summary>
    private static async Task<bool> IsHeldAsync(
        DatabaseKind kind,
        string call,
        string place,
        int number,
        int statement,
        SetClock clock
    )
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (host, hook, tenant) =
            kind == DatabaseKind.Sqlite
                ? SqliteHost(FileOf(place, number), place, statement, clock, held)
                : await PostgreSqlHostAsync(call, place, TenantOf(number), statement, clock, held);
        var profiles = host.GetRequiredService<ICustomerProfiles>().ForTenant(tenant);

        // Within SQLite a statement holds its thread.
        var ended = Task.Factory.StartNew(
            () => CallAsync(call, profiles, hook).GetAwaiter().GetResult(),
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        var first = await Task.WhenAny(held.Task, ended);
        await first;
        return first == held.Task;
    }

    private static (ServiceProvider, IStatementHook, TenantId) SqliteHost(
        string file,
        string prepared,
        int statement,
        SetClock clock,
        TaskCompletionSource held
    )
    {
        var forEver = new ManualResetEventSlim();
        var hook = new StatementHook(begun =>
        {
            if (begun == statement)
            {
                held.SetResult();
                forEver.Wait();
            }
        });
        File.Copy(prepared, file);
        var builder = Builder(clock).UseSqlite($"Data Source={file}", options => options.UpgradeAtStart = true);
        return (Host(builder, hook), hook, default);
    }

    private static async Task<(ServiceProvider, IStatementHook, TenantId)> PostgreSqlHostAsync(
        string call,
        string connectionString,
        TenantId tenant,
        int statement,
        SetClock clock,
        TaskCompletionSource held
    )
    {
        var hook = new CommandHook(async begun =>
        {
            if (begun == statement)
            {
                held.SetResult();
                await new TaskCompletionSource().Task;
            }
        });
        var now = clock.Now;
        await using (var preparing = Host(Builder(clock).UsePostgreSql(connectionString)))
        {
            await KillableWork.PrepareAsync(
                call,
                preparing.GetRequiredService<ICustomerProfiles>().ForTenant(tenant),
                clock
            );
        }

        clock.Now = now;
        return (Host(Builder(clock).UsePostgreSql(connectionString), hook), hook, tenant);
    }

    private static CustomerProfilesBuilder Builder(SetClock clock)
    {
        var builder = new ServiceCollection().AddCustomerProfiles();
        KillableWork.Configure(builder, clock);
        return builder;
    }

    private static ServiceProvider Host(CustomerProfilesBuilder builder, params IInterceptor[] hooks)
    {
        builder.Services.ConfigureDbContext<CustomerProfilesDbContext>(context => context.AddInterceptors(hooks));
        return builder.Services.BuildServiceProvider();
    }
}
