namespace CustomerProfiles.AspNetCore;

/// <summary>One page of the profiles that a search found.</summary>
internal sealed class SearchResponse
{
    /// <summary>
    /// The customers whom the caller may read. A page may have fewer than its size and not be the last.
    /// </summary>
    public required FoundCustomerResponse[] Customers { get; init; }

    /// <summary>What to send as <c>after</c> for the next page; null when this is the last.</summary>
    public string? Next { get; init; }
}

/// <summary>A customer of a list.</summary>
internal sealed class FoundCustomerResponse
{
    /// <summary>The customer's id.</summary>
    public required string Id { get; init; }

    /// <summary>What to call the customer.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What to show in place of a photo.</summary>
    public required string Initials { get; init; }

    /// <summary>The company; null when there is none.</summary>
    public string? Company { get; init; }

    /// <summary>The job title; null when there is none.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The first e-mail address; null when there is none.</summary>
    public string? Email { get; init; }

    /// <summary>The customer for a list.</summary>
    public static FoundCustomerResponse Of(CustomerProfile profile) =>
        new()
        {
            Id = profile.Id.ToString(),
            DisplayName = profile.DisplayName,
            Initials = profile.Initials,
            Company = profile.Company,
            JobTitle = profile.JobTitle,
            Email = profile.Emails.FirstOrDefault()?.Text,
        };
}
