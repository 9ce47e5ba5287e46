namespace CustomerProfiles.FullContact;

/// <summary>
/// The settings of the FullContact provider. They are validated when the host starts, and without a generic host when the provider is first used. A change
/// takes effect with the next start.
/// </summary>
public sealed class FullContactOptions
{
    /// <summary>The account's API key. Must be set. It goes into the header of each call and nowhere else: no log line, exception or error of validation shows it.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Where the API is, without <c>v3/person.enrich</c>: https, or http on this machine. <c>https://api.fullcontact.com/</c> unless set.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.fullcontact.com/");

    /// <summary>
    /// How long one call may take, from connecting to the last byte: 1 second to 5 minutes, and 20 seconds unless set. FullContact itself holds a call
    /// back for up to a second when the account asks too fast. Keep it below <c>CustomerProfilesOptions.CheckTimeout</c>, which ends the call as well.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The data bundles that are asked for. Unless set, those of which the library keeps something: <c>individual</c>, <c>professional</c> and <c>social</c>.
    /// Never empty, for FullContact would then return every bundle of the account and charge for it. Assign a new list to ask for others; binding to a
    /// configuration section adds to the one that stands here.
    /// </summary>
    public IList<string> DataFilter { get; set; } = ["individual", "professional", "social"];

    /// <summary>
    /// Where a person can see, correct and withdraw what FullContact says of them; it is offered to agents. Null hides it. The page has moved several times:
    /// <c>https://platform.fullcontact.com/your-privacy-choices</c> unless set.
    /// </summary>
    public Uri? ClaimPage { get; set; } = new("https://platform.fullcontact.com/your-privacy-choices");

    /// <summary>The longest answer that is read, in bytes: 1 KiB to 16 MiB, and 1 MiB unless set. Whatever is longer counts as unreadable.</summary>
    public int MaxAnswerBytes { get; set; } = 1024 * 1024;
}
