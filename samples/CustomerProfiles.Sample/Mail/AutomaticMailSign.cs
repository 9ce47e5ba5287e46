namespace CustomerProfiles.Sample.Mail;

/// <summary>By what a message shows that a program wrote it, or that it was not written to the help desk.</summary>
public enum AutomaticMailSign
{
    /// <summary>Auto-Submitted (RFC 3834) says anything but "no".</summary>
    AutoSubmitted,

    /// <summary>A field of those that programs used before RFC 3834, and many still use.</summary>
    AutoReply,

    /// <summary>A report about another message: of a delivery, a receipt, a complaint (RFC 6522).</summary>
    Report,

    /// <summary>The return path is empty, as it is for bounces (RFC 5321, section 4.5.5).</summary>
    NullReturnPath,

    /// <summary>X-Auto-Response-Suppress asks for no answer of any kind.</summary>
    NoResponseWanted,

    /// <summary>Precedence is bulk, list or junk, and it was not written to the help desk.</summary>
    Precedence,

    /// <summary>It came through a mailing list (List-Id, RFC 2919), and was not written to the help desk.</summary>
    MailingList,
}
