using System.Runtime.CompilerServices;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Tests;

internal static class ModuleStart
{
    // Some tests use MimeKit before anything of the sample, which then would come too late with its charsets.
    [ModuleInitializer]
    internal static void Begin() => Charsets.Register();
}
