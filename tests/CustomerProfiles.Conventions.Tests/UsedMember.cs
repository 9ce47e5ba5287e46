using Mono.Cecil;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>A member that compiled code uses.</summary>
/// <param name="Type">Its type, without type arguments, such as <c>System.Threading.Tasks.Task`1</c>.</param>
/// <param name="Name">Its name as compiled, such as <c>get_Result</c>.</param>
/// <param name="Parameters">The types of its parameters; null for a field.</param>
internal sealed record UsedMember(string Type, string Name, string? Parameters)
{
    private const string TaskTypes = "System.Threading.Tasks.";

    /// <summary>
    /// Where the request delegate generator of ASP.NET Core puts what it writes: it awaits without ConfigureAwait, as
    /// the framework has no context to resume on.
    /// </summary>
    private const string GeneratedEndpoints = "Microsoft.AspNetCore.Http.Generated";

    /// <summary>
    /// All members that the methods of a module use. The result of a task does not count if the same method checks that
    /// it is complete, because then nothing waits.
    /// </summary>
    public static IReadOnlyList<UsedMember> AllOf(ModuleDefinition module) =>
        [
            .. module
                .GetTypes()
                .Where(type => OutermostOf(type).Namespace != GeneratedEndpoints)
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody)
                .SelectMany(UsedBy)
                .Distinct(),
        ];

    private static TypeDefinition OutermostOf(TypeDefinition type) =>
        type.DeclaringType is { } outer ? OutermostOf(outer) : type;

    private static UsedMember[] UsedBy(MethodDefinition method)
    {
        UsedMember[] used =
        [
            .. method
                .Body.Instructions.Select(instruction => instruction.Operand)
                .OfType<MemberReference>()
                .Where(member => member is MethodReference or FieldReference)
                .Select(member => new UsedMember(
                    member.DeclaringType.GetElementType().FullName.Replace('/', '.'),
                    member.Name,
                    member is MethodReference called
                        ? string.Join(',', called.Parameters.Select(parameter => parameter.ParameterType.FullName))
                        : null
                )),
        ];
        return
        [
            .. used.Where(member =>
                !(
                    member.Type.StartsWith(TaskTypes, StringComparison.Ordinal)
                    && member.Name == "get_Result"
                    && used.Any(other => other.Type == member.Type && other.Name == "get_IsCompletedSuccessfully")
                )
            ),
        ];
    }

    /// <summary>
    /// Whether a line of a BannedSymbols file, such as <c>P:System.DateTime.Now;reason</c>, names this member.
    /// </summary>
    public bool IsNamedBy(string line)
    {
        var id = line.Split(';')[0];
        var (symbol, parameters) = id.Split('(') is [var before, var inside]
            ? (before[2..], inside.TrimEnd(')'))
            : (id[2..], "");
        var dot = symbol.LastIndexOf('.');
        var (type, member) = (symbol[..dot], symbol[(dot + 1)..]);
        return Type == type
            && id[0] switch
            {
                'P' => Name == $"get_{member}",
                'M' => Name == member && Parameters == parameters,
                _ => throw new ArgumentException($"A line of another kind than is expected: {id}", nameof(line)),
            };
    }

    public override string ToString() => $"{Type}.{Name}({Parameters})";
}
