using System.Runtime.CompilerServices;

namespace CustomerProfiles.Testing;

/// <summary>Makes cases out of methods, whose names are the sentences that the cases are named by.</summary>
internal sealed class Case(string group)
{
    public StoreConformanceCase Of(
        string rule,
        Func<Scene, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => new(group, name.Replace('_', ' '), rule, run);
}
