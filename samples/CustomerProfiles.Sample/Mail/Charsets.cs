using System.Runtime.CompilerServices;
using System.Text;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Makes the charsets of mail known. .NET by itself knows seven, mail comes in dozens, and MimeKit reads those that
/// .NET knew when MimeKit was first used: so this comes first.
/// </summary>
internal static class Charsets
{
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
