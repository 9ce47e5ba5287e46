namespace CustomerProfiles.Sample.Mail;

/// <summary>The direction of a message, as seen from the help desk.</summary>
public enum MailDirection
{
    /// <summary>Somebody else wrote it.</summary>
    Received,

    /// <summary>The help desk wrote it to somebody else.</summary>
    Composed,

    /// <summary>The help desk wrote it to itself. No customer is involved.</summary>
    Internal,
}
