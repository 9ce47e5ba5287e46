using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>One word for one thing: the word that a .NET developer would search for.</summary>
public sealed partial class VocabularyTests
{
    /// <summary>Patterns of identifiers that have a standard word instead, and that word.</summary>
    private static readonly (string Word, string Instead)[] Identifiers =
    [
        ("GiveBack|GivenBack|GiveItBack", "Reset, or Refund for a budget"),
        ("^SidebarAsync$", "GetSidebarAsync"),
        ("^ProvidersAsync$", "GetProvidersAsync"),
        ("SwitchOff|SwitchedOff|SwitchingOff", "Disable"),
        ("SwitchOn|SwitchedOn|SwitchingOn", "Enable"),
        ("ProviderSwitch|SwitchOutcome", "ProviderSetting"),
        ("LiftSuppression|Lifted", "Unsuppress"),
        ("ForgetProvider|ForgottenProvider", "RemoveProviderData"),
        ("Question", "Request"),
        ("Answer|^_?answer", "Result, or Response for HTTP"),
        (QueuedWord, "Pending"),
        ("WillCall", "CallbackExpected"),
        ("CanAsk|^_?[Aa]sk(s|ed|ing)?($|[A-Z])", "CanLookUp, LookUp, Request or Retry"),
        ("BadKey", "InvalidApiKey"),
        ("WrongAddress", "WrongEndpoint"),
        ("Unreadable", "InvalidResponse"),
        ("Unanswered|unanswered", "NoResponse, or WithoutResponse"),
        ("BudgetSpent|TrySpend|Spending", "BudgetExhausted, TryReserveBudget or budget usage"),
        ("Ticket", "CallbackReference, or CallbackToken"),
        ("TicketSeal|TokenSeal", "CallbackTokenProtector"),
        ("(^|[a-z_])Gate($|[A-Z])|^_?gate$", "CheckPlanner, AccountCircuitBreaker or HoldPoint"),
        ("Patience|Patient", "Timeout"),
        ("ToldConversation|ToldAgain", "ConversationRecord, or redelivered"),
        ("ReceivedConversation$", "ConversationLookup"),
        ("RecheckTrigger", "ConversationDirection"),
        ("Prolong", "RenewLease"),
        ("ThePresent|^Present$", "Current"),
        ("EntryEdits", "ListEdit"),
        ("NoLongerKnown", "LostMatchAction"),
        ("Trouble", "Fault"),
        ("Witness", "SendTracking"),
        ("WebhookIsAdded", "WebhookMarker"),
        ("IntakeParty", "Contact"),
        ("^_?[Aa]rrivals?$", "IntakeContext"),
        ("ProviderDirectory", "ProviderRegistry"),
    ];

    /// <summary>Codes and tag values, which machines read.</summary>
    private static readonly (string Code, string Instead)[] Codes =
    [
        ("bad-key", "invalid-api-key"),
        ("wrong-address", "wrong-endpoint"),
        ("unreadable", "invalid-response"),
        ("unanswered", "no-response"),
        ("budget-spent", "budget-exhausted"),
        ("switched-off", "disabled"),
        ("queued", "pending"),
        ("will-call", "callback-expected"),
        ("given-back", "reset"),
        ("asked-again", "retried"),
        ("failed-lately", "recent-failure"),
        ("no-longer-known", "lost-match"),
        ("told-again", "redelivered"),
    ];

    private const string ReplacedCode =
        @"\b(bad-key|wrong-address|switched-off|will-call|failed-lately|budget-spent)\b";

    /// <summary>Any form of the word but the name and unit of one instrument, which hosts watch.</summary>
    private const string AnsweredPhrase = @"(?<!customerprofiles\.|\{)\b(un)?answer(s|ed|ing)?\b";

    /// <summary>Phrases of prose that a stranger would not search for, and what to write.</summary>
    private static readonly (string Phrase, string Instead)[] Phrases =
    [
        (@"\bthe door\b", "the entry point"),
        (@"\btold again\b", "redelivered"),
        (@"\btold of\b", "reported"),
        (@"\bwhat became of\b", "the outcome"),
        (@"\bin the way of\b", "prevents"),
        (@"\bgiv(e|es|en|ing) (it |them |that )?back\b|\bgave back\b", "reset, refund or release"),
        (@"\bswitch(ed|es|ing)? (it |them |a provider |the provider )?(off|on)\b", "disable or enable"),
        (@"\bthe present\b", "the current time, or the current profile"),
        (@"\blifting\b|\blifts? the\b", "unsuppress"),
        (@"\b(is|are) looked at\b", "checked"),
        (@"\bhow many-th\b", "number"),
        (@"\bprolong", "renew"),
        (@"\btickets?\b", "callback reference (in a help desk a ticket is a case)"),
        (@"\btroubled?\b", "fault"),
        (@"\bforg[eo]t(s|ten|ting)? (a|the) provider\b", "remove a provider's data"),
        (@"\bpatien(t|ce|tly)\b", "timeout"),
        (@"\bwitness(es)?\b", "tracking"),
        (@"\bstand(s|ing)? still\b", "pauses"),
        (@"\bnobody watches\b", "has no listener"),
        (@"\bcomes? to nothing\b|\bof which nothing comes\b", "nothing changes"),
        (@"\bsees? to it that\b|\bsees to that\b", "ensures"),
        (@"\bas (it|one|they) likes?\b|\bwhich the compiler likes\b", "say what happens"),
        (@"\ba question (is|was)\b|\b(paid|one|each|every|next|first|last|the) questions?\b", "request or lookup"),
        (@"\bis unsaid\b|\bstays unsaid\b", "is left out"),
        (AnsweredPhrase, "result or response; respond or complete"),
        (@"\basking\b", "requesting, or looking up"),
        (ReplacedCode, "the new code"),
    ];

    /// <summary>Files that may use a word, each with its reason.</summary>
    private static readonly (string File, string Word, string Reason)[] Exceptions =
    [
        (StoredNames, ReplacedCode, "Names in the database change only with its schema."),
        .. Codes.Select(code => (StoredNames, code.Code, "Names in the database change only with its schema.")),
        ("docs/project/mutation-testing.md", AnsweredPhrase, "The table quotes the code as it was when measured."),
        .. new[]
        {
            "PersonEnrichEndpoint.cs",
            "SimulatedResponse.cs",
            "Responses/Script.cs",
            "Responses/ResponseReader.cs",
        }.SelectMany(file =>
            new[] { QueuedWord, "queued" }.Select(word =>
                ($"samples/FullContact.Simulator/{file}", word, "FullContact itself calls its response 202 queued.")
            )
        ),
    ];

    private static readonly Regex AnyIdentifier = AnyOf(Identifiers, RegexOptions.None);

    private static readonly Regex AnyPhrase = AnyOf(Phrases, RegexOptions.IgnoreCase);

    private static readonly Lazy<(string File, string[] Identifiers, string[] Literals)[]> Sources = new(ReadSources);

    private const string QueuedWord = "^Queued$";

    private const string StoredNames = "src/CustomerProfiles.EntityFrameworkCore/Sql/StoredNames.cs";

    [Fact]
    public void No_identifier_of_the_libraries_and_samples_uses_a_replaced_word()
    {
        var found =
            from source in Sources.Value
            where !source.File.Contains("/Migrations/", StringComparison.Ordinal)
            from identifier in source.Identifiers.Where(name => AnyIdentifier.IsMatch(name))
            from word in Identifiers
            where Regex.IsMatch(identifier, word.Word) && !IsExcepted(source.File, word.Word)
            select $"{source.File}: {identifier} (write {word.Instead})";
        Offences(found).Should().BeEmpty();
    }

    [Fact]
    public void No_code_or_tag_value_uses_a_replaced_word()
    {
        var found =
            from source in Sources.Value
            from code in Codes
            where source.Literals.Contains(code.Code) && !IsExcepted(source.File, code.Code)
            select $"{source.File}: \"{code.Code}\" (write {code.Instead})";
        Offences(found).Should().BeEmpty();
    }

    [Theory]
    [InlineData("CheckTicket")]
    [InlineData("_gate")]
    [InlineData("CheckGate")]
    [InlineData("SidebarAsync")]
    [InlineData("RetryUnanswered")]
    [InlineData("askAgainAt")]
    public void A_replaced_identifier_is_found(string identifier) => IsReplaced(identifier).Should().BeTrue();

    [Theory]
    [InlineData("AggregateScore")]
    [InlineData("GetSidebarAsync")]
    [InlineData("PresentationMode")]
    [InlineData("TaskScheduler")]
    public void Another_identifier_that_contains_the_letters_is_not_found(string identifier) =>
        IsReplaced(identifier).Should().BeFalse();

    [Fact]
    public void No_page_or_source_uses_a_replaced_phrase()
    {
        var found =
            from file in Texts()
            let text = Whitespace().Replace(File.ReadAllText(Path.Combine(Repository.Root, file)), " ")
            where AnyPhrase.IsMatch(text)
            from phrase in Phrases
            from match in Regex.Matches(text, phrase.Phrase, RegexOptions.IgnoreCase)
            where !IsExcepted(file, phrase.Phrase)
            select $"{file}: \"{match.Value}\" (write: {phrase.Instead})";
        Offences(found).Should().BeEmpty();
    }

    [Fact]
    public void Every_exception_is_still_needed_and_says_why() =>
        Exceptions
            .Where(exception =>
                exception.Reason.Length < 10 || !File.Exists(Path.Combine(Repository.Root, exception.File))
            )
            .Should()
            .BeEmpty();

    /// <summary>All findings, because a failing assertion on a collection shows only the first ones.</summary>
    private static string Offences(IEnumerable<string> found) => string.Join('\n', found.Distinct());

    private static bool IsReplaced(string identifier) => AnyIdentifier.IsMatch(identifier);

    /// <summary>
    /// One compiled pattern for all words. It is tried on every identifier or text, and only where it matches, each
    /// word is.
    /// </summary>
    private static Regex AnyOf((string Word, string Instead)[] words, RegexOptions options) =>
        new(string.Join('|', words.Select(word => $"(?:{word.Word})")), options | RegexOptions.Compiled);

    private static (string File, string[] Identifiers, string[] Literals)[] ReadSources() =>
        [
            .. from folder in new[] { "src", "samples" }
            from source in Repository.SourcesIn(Path.Combine(Repository.Root, folder))
            let tokens = source.Syntax.DescendantTokens().ToLookup(token => token.Kind(), token => token.ValueText)
            select (
                $"{folder}/{source.Path}",
                tokens[SyntaxKind.IdentifierToken].Distinct().ToArray(),
                tokens[SyntaxKind.StringLiteralToken].Distinct().ToArray()
            ),
        ];

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
