using System.Reflection;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>All statements of a store by name, found by reflection, so that a new one is tested.</summary>
internal static class NamedStatements
{
    public static IEnumerable<(string Name, string Text)> Of(StoreStatements statements) =>
        typeof(StoreStatements)
            .GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .SelectMany(property =>
                property.GetValue(statements) switch
                {
                    StoreStatement statement => [(property.Name, statement.Text)],
                    StatementVariants forms => OfForms(property.Name, forms),
                    GatheredStatements gathered =>
                    [
                        ("Gathered conversations", gathered.RecordConversations.Text),
                        ("Gathered customers", gathered.Create.Text),
                        ("Gathered additions", gathered.Add.Text),
                    ],
                    WriterStatements writer => OfGroup(writer),
                    ChangeStatements changes => OfGroup(changes),
                    MergingStatements merging => OfGroup(merging),
                    ForgettingStatements forgetting => OfGroup(forgetting),
                    EventStatements events => OfGroup(events),
                    DuplicateStatements duplicates => OfGroup(duplicates),
                    null
                        when property.Name
                            is nameof(StoreStatements.Gathered)
                                or nameof(StoreStatements.Writer)
                                or nameof(StoreStatements.Changes)
                                or nameof(StoreStatements.UpdateValues) => [],
                    Func<bool, StoreStatement> list when property.Name == nameof(StoreStatements.List) => Of(list),
                    var other => throw new InvalidOperationException(
                        $"{property.Name} is a {other?.GetType().Name}: say here which statements there are of it."
                    ),
                }
            );

    /// <summary>A statement has one form, or one for each combination of parts.</summary>
    private static IEnumerable<(string Name, string Text)> OfForms(string name, StatementVariants forms) =>
        forms.All.Distinct().Count() == 1
            ? [(name, forms[OptionalWrites.All].Text)]
            : forms.All.Select((form, parts) => ($"{name} {(OptionalWrites)parts}", form.Text));

    private static IEnumerable<(string Name, string Text)> OfGroup<TGroup>(TGroup group) =>
        typeof(TGroup)
            .GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(property => (property.Name, Statement: (StoreStatement?)property.GetValue(group)))
            .Where(part => part.Statement is not null)
            .Select(part => (NameOf(part.Name), part.Statement!.Text));

    /// <summary>Checks are claimed too.</summary>
    private static string NameOf(string part) => part == nameof(EventStatements.Claim) ? "Claim events" : part;

    private static IEnumerable<(string Name, string Text)> Of(Func<bool, StoreStatement> list) =>
        [("List, first page", list(false).Text), ("List, next page", list(true).Text)];
}
