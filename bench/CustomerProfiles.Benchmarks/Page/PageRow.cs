namespace CustomerProfiles.Benchmarks.Page;

/// <summary>One line of docs/project/benchmarks.md.</summary>
/// <param name="What">What is measured, in words.</param>
/// <param name="Benchmarks">The class that measures it.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The target.</param>
/// <param name="Case">Which of several cases: a part of how the run shows it. Null for the only one.</param>
internal sealed record PageRow(string What, Type Benchmarks, string Method, PageTarget Target, string? Case = null)
{
    /// <summary>All of them, in the order of the page.</summary>
    public static readonly PageRow[] All =
    [
        new(
            "Message in a known thread, known customer, nothing due",
            typeof(ReceiveKnownThread),
            nameof(ReceiveKnownThread.Library),
            new()
            {
                Nanoseconds = 250,
                Bytes = 96,
                TimesFloor = 3,
                QuickerThan = nameof(ReceiveKnownThread.HybridCacheHit),
            },
            nameof(Sender.Address)
        ),
        new(
            "… sender with a name",
            typeof(ReceiveKnownThread),
            nameof(ReceiveKnownThread.Library),
            new() { TimesFloor = 3 },
            nameof(Sender.NameAndAddress)
        ),
        new(
            "HybridCache hit, key at hand, value not copied",
            typeof(ReceiveKnownThread),
            nameof(ReceiveKnownThread.HybridCacheHit),
            PageTarget.None,
            nameof(Sender.Address)
        ),
        new(
            "HybridCache hit, address normalised first, value not copied",
            typeof(ReceiveKnownThread),
            nameof(ReceiveKnownThread.NormaliseAndHybridCacheHit),
            PageTarget.None,
            nameof(Sender.Address)
        ),
        new(
            "HybridCache hit, key at hand, value copied (its default)",
            typeof(ReceiveKnownThread),
            nameof(ReceiveKnownThread.HybridCacheHitCopied),
            PageTarget.None,
            nameof(Sender.Address)
        ),
        new(
            "First message of a conversation, known customer, nothing due",
            typeof(ReceiveNewConversation),
            nameof(ReceiveNewConversation.Library),
            new() { TimesFloor = 3 }
        ),
        new(
            "Normalising an address that is normal",
            typeof(NormaliseAddress),
            nameof(NormaliseAddress.NormalAlready),
            new() { Bytes = 0 }
        ),
        new("… in capitals", typeof(NormaliseAddress), nameof(NormaliseAddress.Capitals), PageTarget.None),
        new(
            "… with a domain in another script",
            typeof(NormaliseAddress),
            nameof(NormaliseAddress.International),
            PageTarget.None
        ),
        new(
            "… behind a name, as in the From field",
            typeof(NormaliseAddress),
            nameof(NormaliseAddress.NameAndAddress),
            PageTarget.None
        ),
        new(
            "Recheck decision in UTC",
            typeof(DecideRecheck),
            nameof(DecideRecheck.Utc),
            new() { Nanoseconds = 20, Bytes = 0 }
        ),
        new("Recheck decision in a zone", typeof(DecideRecheck), nameof(DecideRecheck.Zoned), PageTarget.None),
        new(
            "Sidebar over HTTP, without server and socket",
            typeof(SidebarOverHttp),
            nameof(SidebarOverHttp.Request),
            new() { NanosecondsMore = 60_000 }
        ),
        new("Saving an edit of one field", typeof(SaveEdit), nameof(SaveEdit.Library), PageTarget.None),
        new(
            "Claiming and completing a check, 1 runner",
            typeof(ClaimChecks),
            nameof(ClaimChecks.Store),
            PageTarget.None,
            "Runners=1"
        ),
        new(
            "Claiming and completing a check, 8 runners",
            typeof(ClaimChecks),
            nameof(ClaimChecks.Store),
            PageTarget.None,
            "Runners=8"
        ),
        new(
            "Reading a FullContact body, thin",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.PersonReader),
            new() { TimesFloor = 1.5 },
            nameof(Body.Thin)
        ),
        new(
            "Reading a FullContact body, typical",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.PersonReader),
            new() { TimesFloor = 1.5 },
            nameof(Body.Typical)
        ),
        new(
            "Reading a FullContact body, full",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.PersonReader),
            new() { TimesFloor = 1.5 },
            nameof(Body.Full)
        ),
        new(
            "… typical, what is kept made from text at hand",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.ResultAlone),
            PageTarget.None,
            nameof(Body.Typical)
        ),
        new(
            "… typical, by JsonDocument alone",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.Document),
            PageTarget.None,
            nameof(Body.Typical)
        ),
        new(
            "… typical, by Newtonsoft alone",
            typeof(ReadFullContactBody),
            nameof(ReadFullContactBody.NewtonsoftObject),
            PageTarget.None,
            nameof(Body.Typical)
        ),
    ];
}
