using System.Runtime.CompilerServices;
using System.Text;

namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Registers the charsets of mail. .NET knows seven by default, and mail uses dozens. MimeKit reads the list when it is
/// first used, so this must run before.
/// </summary>
internal static class Charsets
{
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
