namespace CustomerProfiles.Sample.Mail;

/// <summary>By what a message shows that a program wrote it.</summary>
public enum AutomaticMailSign
{
    /// <summary>Auto-Submitted (RFC 3834) says anything but "no".</summary>
    AutoSubmitted,

    /// <summary>Precedence is bulk, list or junk.</summary>
    Precedence,

    /// <summary>It came through a mailing list (List-Id, RFC 2919).</summary>
    MailingList,

    /// <summary>The return path is empty, as it is for bounces (RFC 5321, section 4.5.5).</summary>
    NullReturnPath,
}
