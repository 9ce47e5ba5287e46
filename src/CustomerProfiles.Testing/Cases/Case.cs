using System.Runtime.CompilerServices;

namespace CustomerProfiles.Testing;

/// <summary>Creates cases from methods, whose names become the names of the cases.</summary>
internal sealed class Case(string group)
{
    public StoreConformanceCase Of(
        string rule,
        Func<Scene, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => new(group, name.Replace('_', ' '), rule, run);
}
