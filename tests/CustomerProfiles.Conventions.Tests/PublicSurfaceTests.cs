using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CustomerProfiles.Testing;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>The public surface of the libraries.</summary>
public sealed partial class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Methods whose form the framework defines.</summary>
    private static readonly string[] OfTheFramework =
    [
        nameof(IAsyncDisposable.DisposeAsync),
        nameof(IAsyncEnumerator<object>.MoveNextAsync),
    ];

    /// <summary>Mutable types: a draft of an edit, and test doubles whose behaviour a test changes.</summary>
    private static readonly Type[] MadeToBeChanged =
    [
        typeof(ProfileEdit),
        typeof(CustomPropertyEdit),
        typeof(ErasureKey),
        typeof(FakeProvider),
        typeof(FaultInjectingProvider),
        typeof(FaultInjectingStore),
    ];

    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_has_a_reason_in_docs(string library)
    {
        // The first cell of a row has the type, and after it the types nested in it, each with a leading dot.
        var page = Repository.Read("docs/project/public-api.md").Split('\n');
        var section = page.SkipWhile(line => line != $"## {library}")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .ToArray();
        var rows = section
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split(" | "))
            .ToArray();

        var listed = rows.SelectMany(row =>
                Quoted().Matches(row[0]).Select(match => match.Groups["name"].Value).ToArray() switch
                {
                    [var outer, .. var inner] => [outer, .. inner.Select(name => outer + name)],
                    _ => Array.Empty<string>(),
                }
            )
            .ToArray();
        var types = Repository.LibraryOf(library).PublicTypes.Select(NameOf).ToArray();
        types.Should().NotBeEmpty();
        types
            .Except(listed)
            .Should()
            .BeEmpty(
                "each of them wants a row in docs/project/public-api.md that says why it is public, or is internal"
            );
        listed.Except(types).Should().BeEmpty("none of them is public any more");
        listed.Should().OnlyHaveUniqueItems();
        rows.Should().AllSatisfy(row => row[1].Length.Should().BeGreaterThan(10, $"{row[0]} wants a reason"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_class_is_sealed_or_abstract(string library) =>
        Repository
            .LibraryOf(library)
            .PublicTypes.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract)
            .Should()
            .BeEmpty();

    /// <summary>A further parameter of a positional record breaks its callers.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void Only_the_core_has_positional_records_for_values_that_never_grow(string library)
    {
        if (library != "CustomerProfiles")
        {
            Repository
                .LibraryOf(library)
                .PublicTypes.Where(type => type.GetMethod("Deconstruct", Declared) is not null)
                .Should()
                .BeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_token_is_the_last_parameter_and_every_asynchronous_method_has_one(string library)
    {
        // A property of type Task starts nothing that could be cancelled.
        foreach (
            var method in Repository
                .LibraryOf(library)
                .PublicTypes.SelectMany(type => type.GetMethods(Declared))
                .Where(method => !method.IsSpecialName && !OfTheFramework.Contains(method.Name))
        )
        {
            var name = $"{method.DeclaringType}.{method.Name}";
            var parameters = method.GetParameters();
            var index = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
            index.Should().BeOneOf([-1, parameters.Length - 1], name);
            method
                .Name.EndsWith("Async", StringComparison.Ordinal)
                .Should()
                .Be(IsAsynchronous(method.ReturnType), name);
            if (IsAsynchronous(method.ReturnType))
            {
                index.Should().Be(parameters.Length - 1, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_public_field_can_be_changed(string library) =>
        Repository
            .LibraryOf(library)
            .PublicTypes.Where(type => !type.IsEnum)
            .SelectMany(type => type.GetFields(Declared))
            .Where(field => !field.IsLiteral && !field.IsInitOnly)
            .Should()
            .BeEmpty();

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Only_options_and_types_made_for_it_are_mutable(string library) =>
        Repository
            .LibraryOf(library)
            .PublicTypes.Where(type =>
                type.GetProperties(Declared)
                    .Any(property =>
                        property.SetMethod is { IsPublic: true } setter
                        && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                    )
            )
            .Where(type => !type.Name.EndsWith("Options", StringComparison.Ordinal) && !MadeToBeChanged.Contains(type))
            .Should()
            .BeEmpty();

    /// <summary>Internal types too: such a name hides that nobody knows what the type is.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_type_has_a_meaningless_name(string library) =>
        Repository
            .LibraryOf(library)
            .Assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !IsWrittenByGenerator(type))
            .Where(type => IsNamedAfterBeingUseful(type.Name))
            .Should()
            .BeEmpty();

    /// <summary>Whether it, or a type around it, has a name that only a compiler can write.</summary>
    private static bool IsWrittenByGenerator(Type type) =>
        type.Name.StartsWith('<') || (type.DeclaringType is { } outer && IsWrittenByGenerator(outer));

    [Theory]
    [InlineData("ProfileHelper", true)]
    [InlineData("StoreBase", true)]
    [InlineData("CommonNames", true)]
    [InlineData("DatabaseStore", false)]
    [InlineData("BasedOnOthers", false)]
    public void A_name_is_read_word_by_word(string name, bool isAfterBeingUseful) =>
        IsNamedAfterBeingUseful(name).Should().Be(isAfterBeingUseful);

    private static bool IsNamedAfterBeingUseful(string name) =>
        Word()
            .Matches(name)
            .Any(word =>
                word.Value
                    is "Helper"
                        or "Helpers"
                        or "Util"
                        or "Utils"
                        or "Utility"
                        or "Utilities"
                        or "Common"
                        or "Base"
            );

    private static bool IsAsynchronous(Type type) =>
        type == typeof(Task)
        || type == typeof(ValueTask)
        || (
            type.IsGenericType
            && (
                type.GetGenericTypeDefinition() == typeof(Task<>)
                || type.GetGenericTypeDefinition() == typeof(ValueTask<>)
                || type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)
            )
        );

    /// <summary>As written on the page: with the containing types and the type parameters.</summary>
    private static string NameOf(Type type)
    {
        var name = type.Name.Split('`')[0];
        if (type.IsGenericType && type.Name.Contains('`'))
        {
            name += $"<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}>";
        }

        return type.DeclaringType is { } outer ? $"{NameOf(outer)}.{name}" : name;
    }

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
