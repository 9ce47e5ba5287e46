namespace CustomerProfiles.Sample.Mail;

/// <summary>Why a part of a mailbox was skipped.</summary>
public enum MailFault
{
    /// <summary>
    /// The file does not begin with a From_ line. The text before the first one, perhaps the whole file, is not mbox.
    /// </summary>
    NotAMailbox,

    /// <summary>A From_ line without a header field after it.</summary>
    NoHeader,

    /// <summary>
    /// A line of a body that begins with "From ": there is no empty line before it, or the rest is not that of a From_
    /// line.
    /// </summary>
    FromLineInText,

    /// <summary>A header longer than <see cref="MboxReader.MaxHeaderLength"/>.</summary>
    HeaderTooLong,

    /// <summary>The file ends within a header line.</summary>
    CutOff,

    /// <summary>MimeKit cannot parse the header.</summary>
    Malformed,
}
