namespace CustomerProfiles.Sample.Mail;

/// <summary>Why a part of a mailbox was not read as a message.</summary>
public enum MailFault
{
    /// <summary>
    /// The file does not begin with a From_ line: what precedes the first one, perhaps the whole file, is not mbox.
    /// </summary>
    NotAMailbox,

    /// <summary>A From_ line that no header field follows.</summary>
    NoHeader,

    /// <summary>
    /// A line of a text that begins with "From ": no empty line before it, or nothing behind the word that a From_ line
    /// has.
    /// </summary>
    FromLineInText,

    /// <summary>A header that is longer than any real one (<see cref="MboxReader.MaxHeaderLength"/>).</summary>
    HeaderTooLong,

    /// <summary>The file ends in the middle of a header line.</summary>
    CutOff,

    /// <summary>The header breaks the rules so badly that the parser gave up.</summary>
    Malformed,
}
