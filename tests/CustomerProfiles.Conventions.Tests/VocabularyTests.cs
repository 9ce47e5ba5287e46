using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>One word for one thing, and the word that a .NET developer would search for.</summary>
public sealed partial class VocabularyTests
{
    /// <summary>Parts of identifiers that have a standard word instead, and that word.</summary>
    private static readonly (string Word, string Instead)[] Identifiers =
    [
        ("GiveBack", "Reset, or Refund for a budget"),
        ("GivenBack", "Reset, Refunded or Released"),
        ("SwitchOff", "Disable"),
        ("SwitchOn", "Enable"),
        ("SwitchedOff", "Disabled"),
        ("ProviderSwitch", "ProviderSetting"),
        ("LiftSuppression", "Unsuppress"),
        ("ForgetProvider", "RemoveProviderData"),
        ("ProviderQuestion", "ProviderRequest"),
        ("ProviderAnswer", "ProviderResult"),
        ("AskAgain", "Retry"),
        ("CanAsk", "CanLookUp"),
        ("BadKey", "InvalidApiKey"),
        ("WrongAddress", "WrongEndpoint"),
        ("Unreadable", "InvalidResponse"),
        ("Ticket", "CallbackReference, or CallbackToken"),
        ("Patience", "Timeout"),
        ("ToldConversation", "ConversationRecord"),
        ("ReceivedConversation", "ConversationLookup"),
        ("RecheckTrigger", "ConversationDirection"),
        ("Prolong", "RenewLease"),
        ("TrySpend", "TryReserveBudget"),
        ("EntryEdits", "ListEdit"),
        ("NoLongerKnown", "LostMatchAction"),
        ("Trouble", "Fault"),
        ("Witness", "SendTracking"),
        ("IntakeParty", "Contact"),
        ("Arrival", "IntakeContext"),
        ("ProviderDirectory", "ProviderRegistry"),
        ("CheckGate", "CheckPlanner"),
    ];

    /// <summary>Phrases of prose that a stranger would not search for, and what to write.</summary>
    private static readonly (string Phrase, string Instead)[] Phrases =
    [
        (@"\bthe door\b", "the entry point"),
        (@"\btold again\b", "redelivered"),
        (@"\btold of\b", "reported"),
        (@"\bwhat became of\b", "the outcome"),
        (@"\bin the way of\b", "prevents"),
        (@"\bgiv(e|es|en|ing) back\b|\bgave back\b", "reset, refund or release"),
        (@"\bswitch(ed|es|ing)? (it |them |a provider |the provider )?(off|on)\b", "disable or enable"),
        (@"\bthe present\b", "the current time, or the current profile"),
        (@"\blifting\b|\blifts? the\b", "unsuppress"),
        (@"\b(is|are) looked at\b", "checked"),
        (@"\bhow many-th\b", "number"),
        (@"\bprolong", "renew"),
        (@"\btickets?\b", "callback reference (in a help desk a ticket is a case)"),
        (@"\btroubled?\b", "fault"),
    ];

    /// <summary>Files that may use a word, each with its reason.</summary>
    private static readonly (string File, string Word, string Reason)[] Exceptions = [];

    [Fact]
    public void No_identifier_of_the_libraries_and_samples_uses_a_replaced_word()
    {
        var found =
            from folder in new[] { "src", "samples" }
            from source in Repository.SourcesIn(Path.Combine(Repository.Root, folder))
            where !source.Path.Contains("/Migrations/", StringComparison.Ordinal)
            from token in source.Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            from word in Identifiers
            where
                token.ValueText.Contains(word.Word, StringComparison.Ordinal)
                && !IsExcepted($"{folder}/{source.Path}", word.Word)
            select $"{folder}/{source.Path}: {token.ValueText} (write {word.Instead})";
        found.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void No_page_or_source_uses_a_replaced_phrase()
    {
        var found =
            from file in Texts()
            let text = Whitespace().Replace(File.ReadAllText(Path.Combine(Repository.Root, file)), " ")
            from phrase in Phrases
            from match in Regex.Matches(text, phrase.Phrase, RegexOptions.IgnoreCase)
            where !IsExcepted(file, phrase.Phrase)
            select $"{file}: \"{match.Value}\" (write: {phrase.Instead})";
        found.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Every_exception_is_still_needed_and_says_why() =>
        Exceptions
            .Where(exception =>
                exception.Reason.Length < 10 || !File.Exists(Path.Combine(Repository.Root, exception.File))
            )
            .Should()
            .BeEmpty();

    private static bool IsExcepted(string file, string word) =>
        Exceptions.Any(exception => exception.File == file && exception.Word == word);

    private static IEnumerable<string> Texts() =>
        new[] { "src", "samples", "docs" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
            )
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Where(file => Path.GetExtension(file) is ".cs" or ".md")
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "Migrations"));

    [GeneratedRegex(@"\s*(\n\s*(///?|//)?\s*)+|\s+")]
    private static partial Regex Whitespace();
}
