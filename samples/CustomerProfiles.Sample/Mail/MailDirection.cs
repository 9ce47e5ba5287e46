namespace CustomerProfiles.Sample.Mail;

/// <summary>Who wrote to whom, as seen from the help desk.</summary>
public enum MailDirection
{
    /// <summary>Somebody else wrote.</summary>
    Received,

    /// <summary>The help desk wrote to somebody else.</summary>
    Composed,

    /// <summary>The help desk wrote to itself: no customer has a part in it.</summary>
    Internal,
}
