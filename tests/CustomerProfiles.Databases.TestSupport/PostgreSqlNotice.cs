using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>
/// Says on the terminal which tests did not run for want of PostgreSQL, and why; a runner shows no reason beside a test
/// that is skipped. A class fixture. The test project needs <c>"diagnosticMessages": true</c> in xunit.runner.json,
/// which comes with a reference to this project.
/// </summary>
public sealed class PostgreSqlNotice(IMessageSink terminal)
{
    /// <summary>Says it, once for all tests of an assembly.</summary>
    /// <param name="tests">The assembly.</param>
    /// <returns>What was said; null when all of them run.</returns>
    public string? SayWhatDoesNotRun(Assembly tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var skipped =
            from type in tests.GetTypes()
            from method in type.GetMethods()
            from attribute in method.GetCustomAttributes<FactAttribute>()
            where attribute is PostgreSqlFactAttribute or PostgreSqlTheoryAttribute && attribute.Skip is not null
            group $"{type.Name}.{method.Name}" by attribute.Skip;
        var lines = skipped
            .Select(reason =>
                $"{reason.Key}{Environment.NewLine}These {reason.Count()} tests are not "
                + $"run:{string.Concat(reason.Select(test => $"{Environment.NewLine}  {test}"))}"
            )
            .ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        var notice = string.Join(Environment.NewLine, lines);
        terminal.OnMessage(new DiagnosticMessage(notice));
        return notice;
    }
}
