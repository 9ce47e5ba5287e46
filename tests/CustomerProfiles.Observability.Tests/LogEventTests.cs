using System.Globalization;
using System.Reflection;
using CustomerProfiles.AspNetCore;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.FullContact;
using CustomerProfiles.FullContact.AspNetCore;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.Observability.Tests;

public sealed class LogEventTests
{
    private static readonly Assembly Core = typeof(ICustomerProfiles).Assembly;
    private static readonly Assembly FullContact = typeof(FullContactOptions).Assembly;
    private static readonly Assembly Webhook = typeof(FullContactWebhookOptions).Assembly;
    private static readonly Assembly Web = typeof(CustomerProfilesWebOptions).Assembly;
    private static readonly Assembly Databases = typeof(CustomerProfilesDbContext).Assembly;

    /// <summary>The libraries that log, with their ranges of ids.</summary>
    private static readonly (Assembly Library, int From, int To)[] Libraries =
    [
        (Core, 1000, 1999),
        (FullContact, 2000, 2099),
        (Webhook, 2100, 2199),
        (Web, 2200, 2299),
        (Databases, 3000, 3099),
    ];

    /// <summary>
    /// Every current event. Hosts alert by id and filter by level, so lines are only added; the id of a removed event
    /// goes to <see cref="Retired"/>.
    /// </summary>
    private static readonly (int Id, string Name, LogLevel Level)[] Events =
    [
        (1001, "CheckCompleted", LogLevel.Debug),
        (1002, "CheckFailed", LogLevel.Warning),
        (1003, "CheckPending", LogLevel.Debug),
        (1004, "LeaseLost", LogLevel.Warning),
        (1005, "ProviderThrew", LogLevel.Error),
        (1006, "RecordingFailed", LogLevel.Error),
        (1007, "SweepFailed", LogLevel.Error),
        (1008, "ProviderSettingChanged", LogLevel.Information),
        (1009, "ResultNotApplied", LogLevel.Error),
        (1010, "CompletedBefore", LogLevel.Debug),
        (1011, "BudgetExhausted", LogLevel.Warning),
        (1012, "CheckReleased", LogLevel.Information),
        (1013, "CheckWithdrawn", LogLevel.Debug),
        (1014, "TooManyAttempts", LogLevel.Error),
        (1015, "FirstCheckLimitReached", LogLevel.Warning),
        (1016, "NoBudget", LogLevel.Warning),
        (1017, "CheckLostRaces", LogLevel.Warning),
        (1018, "EventFailed", LogLevel.Warning),
        (1019, "EventsStopped", LogLevel.Error),
        (1020, "DeliveryFailed", LogLevel.Error),
        (2000, "Responded", LogLevel.Debug),
        (2001, "Paused", LogLevel.Error),
        (2002, "Resumed", LogLevel.Information),
        (2003, "Forbidden", LogLevel.Error),
        (2005, "Withheld", LogLevel.Warning),
        (2006, "BadRequest", LogLevel.Warning),
        (2007, "InvalidResponse", LogLevel.Warning),
        (2008, "Refused", LogLevel.Information),
        (2009, "Unreachable", LogLevel.Information),
        (2010, "TimedOut", LogLevel.Information),
        (2011, "InvalidChange", LogLevel.Error),
        (2012, "BadWebhook", LogLevel.Error),
        (2013, "LeftAlone", LogLevel.Information),
        (2014, "HeldBack", LogLevel.Information),
        (2015, "TriedAgain", LogLevel.Debug),
        (2016, "Throttled", LogLevel.Warning),
        (2017, "UnclearNotFound", LogLevel.Warning),
        (2018, "ListenerFailed", LogLevel.Error),
        (2100, "CalledBack", LogLevel.Debug),
        (2101, "TokenMissing", LogLevel.Debug),
        (2102, "TokenUnknown", LogLevel.Warning),
        (2103, "TokenExpired", LogLevel.Information),
        (2104, "TooLong", LogLevel.Warning),
        (2105, "TooSlow", LogLevel.Warning),
        (2106, "BrokeOff", LogLevel.Information),
        (2107, "NoResult", LogLevel.Warning),
        (2108, "NotRecorded", LogLevel.Error),
        (2109, "NoProvider", LogLevel.Error),
        // The level depends on the reason.
        (2110, "RefusedMore", LogLevel.None),
        (2200, "Failed", LogLevel.Error),
        (2201, "ForeignOrigin", LogLevel.Warning),
        (2202, "NoTenant", LogLevel.Warning),
        (3000, "SearchWithoutIndex", LogLevel.Warning),
    ];

    /// <summary>Ids that must not be reused.</summary>
    private static readonly int[] Retired = [2004];

    [Fact]
    public void Each_event_keeps_its_id_its_name_and_its_level() =>
        All().Select(one => one.Event).Should().BeEquivalentTo(Events, "hosts alert by id and filter by level");

    [Fact]
    public void No_id_is_used_twice_or_reused()
    {
        var ids = All().Select(one => one.Event.Id).ToArray();
        ids.Should().OnlyHaveUniqueItems().And.NotIntersectWith(Retired);
    }

    [Fact]
    public void Each_library_keeps_to_its_own_ids()
    {
        foreach (var (library, from, to) in Libraries)
        {
            All()
                .Where(one => one.Library == library)
                .Should()
                .NotBeEmpty()
                .And.OnlyContain(one => one.Event.Id >= from && one.Event.Id <= to, library.GetName().Name);
        }
    }

    [Fact]
    public void Every_library_that_logs_is_checked_here()
    {
        var source = Path.Combine(RepositoryRoot.Path, "src");
        var logging = Directory
            .EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")
                && File.ReadAllText(file).Contains("[LoggerMessage(", StringComparison.Ordinal)
            )
            .Select(file => Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0])
            .Distinct();

        logging.Should().BeEquivalentTo(Libraries.Select(one => one.Library.GetName().Name));
    }

    [Fact]
    public void No_event_has_an_exception_or_a_personal_text()
    {
        Type[] personal =
        [
            typeof(Exception),
            typeof(CustomerProfile),
            typeof(EmailAddress),
            typeof(NamedAddress),
            typeof(Identity),
            typeof(PersonName),
        ];
        foreach (var method in Libraries.SelectMany(one => EventsOf(one.Library)))
        {
            method
                .GetParameters()
                .Select(parameter => parameter.ParameterType)
                .Should()
                .NotContain(type => personal.Any(kind => kind.IsAssignableFrom(type)), method.Name);
        }
    }

    [Fact]
    public void A_tenants_name_is_in_two_events() =>
        Libraries
            .SelectMany(one => EventsOf(one.Library))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()!)
            .Where(message => message.Message.Contains("{Tenant", StringComparison.OrdinalIgnoreCase))
            .Select(message => message.EventId)
            .Should()
            .BeEquivalentTo([1008, 1015]);

    [Fact]
    public void The_page_lists_every_event()
    {
        var listed = ObservabilityPage
            .Table("id", "name", "level", "when")
            .Select(row =>
                (
                    int.Parse(row[0], CultureInfo.InvariantCulture),
                    row[1],
                    row[2] == "varies" ? LogLevel.None : Enum.Parse<LogLevel>(row[2])
                )
            );
        listed.Should().Equal(All().Select(one => one.Event).OrderBy(one => one.Id));
    }

    private static (Assembly Library, (int Id, string Name, LogLevel Level) Event)[] All() =>
        [
            .. from library in Libraries
            from method in EventsOf(library.Library)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()!
            select (library.Library, (message.EventId, message.EventName ?? method.Name, message.Level)),
        ];

    private static MethodInfo[] EventsOf(Assembly library) =>
        [
            .. library
                .GetTypes()
                .SelectMany(type =>
                    type.GetMethods(
                        BindingFlags.Static
                            | BindingFlags.Instance
                            | BindingFlags.Public
                            | BindingFlags.NonPublic
                            | BindingFlags.DeclaredOnly
                    )
                )
                .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null),
        ];
}
