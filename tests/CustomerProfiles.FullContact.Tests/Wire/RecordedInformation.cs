using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// The complete text of information, for comparison: its lists compare by reference, and ToString shows nothing.
/// </summary>
internal static class RecordedInformation
{
    public static string Of(PublicInformation information) =>
        string.Join(
            '\n',
            [
                $"photo {information.Photo?.Url.OriginalString}",
                $"name {information.Name?.Full}|{information.Name?.Given}|{information.Name?.Family}",
                $"location {information.Location}",
                $"bio {information.Bio}",
                $"company {information.Company}",
                $"title {information.JobTitle}",
                .. information.Websites.Select(website => $"website {website.OriginalString}"),
                .. information.SocialProfiles.Select(account =>
                    $"account {account.Network}|{account.Url?.OriginalString}|{account.Username}"
                ),
            ]
        );
}
