namespace CustomerProfiles.Sample.Mail;

/// <summary>Why a message counts as automatic: a program wrote it, or it is not addressed to the help desk.</summary>
public enum AutomaticMailSign
{
    /// <summary>Auto-Submitted (RFC 3834) has any value but "no".</summary>
    AutoSubmitted,

    /// <summary>A field for automatic replies from before RFC 3834, which many programs still set.</summary>
    AutoReply,

    /// <summary>A report about another message: a delivery, a receipt, a complaint (RFC 6522).</summary>
    Report,

    /// <summary>The return path is empty, as for bounces (RFC 5321, section 4.5.5).</summary>
    NullReturnPath,

    /// <summary>X-Auto-Response-Suppress forbids automatic responses of every kind.</summary>
    NoResponseWanted,

    /// <summary>Precedence is bulk, list or junk, and the message is not addressed to the help desk.</summary>
    Precedence,

    /// <summary>It came through a mailing list (List-Id, RFC 2919), and is not addressed to the help desk.</summary>
    MailingList,
}
