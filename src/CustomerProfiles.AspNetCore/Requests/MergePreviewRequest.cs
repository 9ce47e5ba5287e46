using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.AspNetCore;

/// <summary>Which two customers to look at before they are merged, and how.</summary>
internal class MergePreviewRequest
{
    /// <summary>The most choices of one request.</summary>
    public const int MostChoices = 500;

    /// <summary>Why a reference is refused.</summary>
    public const string WrongCaseReference =
        "caseReference is not blank, not too long, and has no characters that cannot be stored; leave it out for none.";

    /// <summary>The id of the customer who is absorbed.</summary>
    public required string From { get; init; }

    /// <summary>The id of the customer who stays; an absorbed id stands for whoever absorbed it.</summary>
    public required string Into { get; init; }

    /// <summary>
    /// The entries that are to be taken from another side than the rules say, each at most once; null for none, at most
    /// 500.
    /// </summary>
    public EntryChoice?[]? Choices { get; init; }

    /// <summary>The versions that were shown; null to look at the customers as they are.</summary>
    protected virtual MergeVersions? Shown => null;

    /// <summary>The host's reference for the history; null for none.</summary>
    protected virtual string? Reference => null;

    /// <summary>Whether the text can be the host's reference of a merge; null can.</summary>
    public static bool IsCaseReference(string? text)
    {
        try
        {
            _ = new MergeRequest
            {
                From = default,
                Into = default,
                CaseReference = text,
            };
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Reads the request, for the two customers whom its ids lead to.</summary>
    /// <returns>Whether it can be read; otherwise the response that refuses it.</returns>
    public bool TryRead(
        MergeSideIds sides,
        [NotNullWhen(true)] out MergeRequest? request,
        [NotNullWhen(false)] out IResult? refusal
    )
    {
        request = null;
        refusal = null;
        var choices = ImmutableArray.CreateBuilder<MergeChoice>();
        foreach (var choice in Choices ?? [])
        {
            if (choice is null)
            {
                refusal = Problems.InvalidMerge("A choice is not null.");
                return false;
            }

            if (!ProfileField.TryParse(choice.Field, out var field))
            {
                refusal = Problems.UnknownField();
                return false;
            }

            choices.Add(
                new MergeChoice
                {
                    Field = field,
                    Key = choice.Key ?? "",
                    Keep = SourceOf(choice.Keep),
                }
            );
        }

        if (choices.Count > MostChoices || choices.DistinctBy(one => (one.Field, one.Key)).Count() != choices.Count)
        {
            refusal = Problems.InvalidMerge($"There are at most {MostChoices} choices, one for each entry.");
            return false;
        }

        if (!IsCaseReference(Reference))
        {
            refusal = Problems.InvalidMerge(WrongCaseReference);
            return false;
        }

        request = new MergeRequest
        {
            From = sides.From,
            Into = sides.Into,
            Choices = choices.DrainToImmutable(),
            Versions = Shown,
            CaseReference = Reference,
        };
        return true;
    }

    /// <summary>The error of a choice that cannot be made, at its position in the request.</summary>
    public ChangeErrorResponse ErrorOf(MergeChoice choice)
    {
        var index = Array.FindIndex(
            Choices ?? [],
            one =>
                string.Equals(one?.Field, choice.Field.Code, StringComparison.Ordinal)
                && string.Equals(one?.Key ?? "", choice.Key, StringComparison.Ordinal)
        );
        return new ChangeErrorResponse
        {
            Change = index < 0 ? null : index,
            Field = choice.Field.Code,
            Key = choice.Key.Length == 0 ? null : choice.Key,
            Code = "InvalidChoice",
            Message =
                "The customer holds no such entry, or the choice would drop an address by which the other is found.",
        };
    }

    private static MergeSource SourceOf(EntrySource keep) =>
        keep switch
        {
            EntrySource.Into => MergeSource.Into,
            EntrySource.From => MergeSource.From,
            _ => MergeSource.Both,
        };
}

/// <summary>Merges two customers as a preview has shown it.</summary>
internal sealed class MergeCustomersRequest : MergePreviewRequest
{
    /// <summary>The versions of the preview. Without them the request is refused with 428.</summary>
    public MergeVersionPair? Versions { get; init; }

    /// <summary>The host's reference for the history, such as the number of a case; null for none.</summary>
    public string? CaseReference { get; init; }

    /// <inheritdoc/>
    protected override MergeVersions? Shown => Versions is null ? null : new(Versions.From, Versions.Into);

    /// <inheritdoc/>
    protected override string? Reference => CaseReference;
}

/// <summary>Undoes a merge.</summary>
internal sealed class UnmergeRequest
{
    /// <summary>The host's reference for the history, such as the number of a case; null for none.</summary>
    public string? CaseReference { get; init; }
}
