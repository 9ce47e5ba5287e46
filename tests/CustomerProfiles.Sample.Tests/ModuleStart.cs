using System.Runtime.CompilerServices;
using CustomerProfiles.Sample.Mail;

namespace CustomerProfiles.Sample.Tests;

internal static class ModuleStart
{
    // Some tests use MimeKit before the sample, which would register its charsets too late.
    [ModuleInitializer]
    internal static void Begin() => Charsets.Register();
}
