using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>
/// Prints which tests did not run because PostgreSQL is missing, since the runner does not show the reason for a
/// skipped test. A class fixture. The test project needs <c>"diagnosticMessages": true</c> in xunit.runner.json, which
/// comes with a reference to this project.
/// </summary>
public sealed class PostgreSqlNotice(IMessageSink terminal)
{
    /// <summary>Prints the notice, once for all tests of an assembly.</summary>
    /// <param name="tests">The assembly.</param>
    /// <returns>The notice; null when all tests run.</returns>
    public string? PrintSkippedTests(Assembly tests)
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
