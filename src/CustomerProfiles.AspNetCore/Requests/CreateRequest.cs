using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// What a new customer is to hold. What is null or blank is left unset; a member that the body does not have is
/// refused, because what it says would be lost.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class CreateRequest
{
    /// <summary>The most entries of all lists and custom properties together.</summary>
    public const int MostEntries = 500;

    /// <summary>
    /// A UUID that the caller has made, best of version 7: the same request sent again then creates no second customer.
    /// Null for a new one.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The name.</summary>
    public NewName? Name { get; init; }

    /// <summary>The company.</summary>
    public string? Company { get; init; }

    /// <summary>The job title.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The notes, of any number of lines.</summary>
    public string? Notes { get; init; }

    /// <summary>The postal address.</summary>
    public NewAddress? Address { get; init; }

    /// <summary>The e-mail addresses. Each becomes an identity.</summary>
    public NewEmail?[]? Emails { get; init; }

    /// <summary>The telephone numbers. They are no identities.</summary>
    public NewPhone?[]? Phones { get; init; }

    /// <summary>The web addresses.</summary>
    public string?[]? Websites { get; init; }

    /// <summary>The custom properties by their keys.</summary>
    public Dictionary<string, string?>? Custom { get; init; }

    /// <summary>
    /// By what else the customer is found: <c>email:ada@example.com</c>, <c>phone:+442079460000</c>,
    /// <c>chat:irc:ada</c> or <c>external:4711</c>.
    /// </summary>
    public string?[]? Identities { get; init; }

    /// <summary>Reads the request.</summary>
    /// <param name="profile">What the profile is to hold, or null.</param>
    /// <param name="error">Why it cannot be read, or null. It repeats nothing of the request.</param>
    /// <returns>Whether it can be read. What it holds may still be wrong, which creating reports.</returns>
    public bool TryRead([NotNullWhen(true)] out NewProfile? profile, [NotNullWhen(false)] out string? error)
    {
        profile = null;
        CustomerId? id = null;
        if (Id is not null)
        {
            if (!CustomerId.TryParse(Id, out var made))
            {
                error = "id is a UUID, and not the empty one; leave it out for a new one.";
                return false;
            }

            id = made;
        }

        error = FaultOfLists();
        if (error is not null)
        {
            return false;
        }

        var identities = ImmutableArray.CreateBuilder<Identity>();
        foreach (var text in Identities ?? [])
        {
            if (!TryParse<Identity>(text, out var identity))
            {
                error = "identities are written as email:..., phone:+..., chat:service:account or external:id.";
                return false;
            }

            identities.Add(identity);
        }

        profile = new NewProfile
        {
            Id = id,
            Identities = identities.DrainToImmutable(),
            Name = Name is null ? null : new PersonName(Name.Full ?? "", Name.Given, Name.Family),
            Company = Company,
            JobTitle = JobTitle,
            Notes = Notes,
            Address = Address is null
                ? null
                : new PostalAddress(Address.Street, Address.City, Address.Region, Address.PostalCode, Address.Country),
            Emails = [.. (Emails ?? []).Select(email => new ProfileEmail(email!.Address, email.Label))],
            Phones = [.. (Phones ?? []).Select(phone => new PhoneNumber(phone!.Number, phone.Label))],
            Websites = [.. (Websites ?? []).Select(url => EntryChange.UrlOf(url!))],
            Custom = (Custom ?? []).Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!),
        };
        return true;
    }

    private string? FaultOfLists()
    {
        var count =
            (Emails?.Length ?? 0)
            + (Phones?.Length ?? 0)
            + (Websites?.Length ?? 0)
            + (Identities?.Length ?? 0)
            + (Custom?.Count ?? 0);
        object?[]?[] lists = [Emails, Phones, Websites, Identities];
        return count > MostEntries ? $"All lists together have at most {MostEntries} entries."
            : lists.Any(list => list is not null && list.Contains(null)) ? "An entry of a list is not null."
            : null;
    }

    /// <summary>Calls what a type has for its text form only.</summary>
    private static bool TryParse<T>(string? text, [MaybeNullWhen(false)] out T value)
        where T : IParsable<T> => T.TryParse(text, provider: null, out value);
}

/// <summary>The name of a new customer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class NewName
{
    /// <summary>The name as it is shown.</summary>
    public string? Full { get; init; }

    /// <summary>The given name; null when nobody said which part it is.</summary>
    public string? Given { get; init; }

    /// <summary>The family name; null when nobody said which part it is.</summary>
    public string? Family { get; init; }
}

/// <summary>The postal address of a new customer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class NewAddress
{
    /// <summary>Street and house.</summary>
    public string? Street { get; init; }

    /// <summary>The city.</summary>
    public string? City { get; init; }

    /// <summary>The state or province.</summary>
    public string? Region { get; init; }

    /// <summary>The postal code.</summary>
    public string? PostalCode { get; init; }

    /// <summary>The country.</summary>
    public string? Country { get; init; }
}

/// <summary>An e-mail address of a new customer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class NewEmail
{
    /// <summary>The address.</summary>
    public required string Address { get; init; }

    /// <summary>What it is for, such as <c>work</c>; null when nobody said.</summary>
    public string? Label { get; init; }
}

/// <summary>A telephone number of a new customer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class NewPhone
{
    /// <summary>The number.</summary>
    public required string Number { get; init; }

    /// <summary>What it is for, such as <c>work</c>; null when nobody said.</summary>
    public string? Label { get; init; }
}
