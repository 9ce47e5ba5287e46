using System.Diagnostics;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Runs programs as a user other than root, because PostgreSQL refuses to run as root.</summary>
internal sealed class OrdinaryUser
{
    private static readonly string[] Names = ["postgres", "nobody"];

    private static readonly string[][] Ways =
    [
        ["setpriv", "--reuid={0}", "--regid={0}", "--clear-groups", "--"],
        ["setpriv", "--reuid={0}", "--regid=nogroup", "--clear-groups", "--"],
        ["runuser", "-u", "{0}", "--"],
        ["su", "-s", "/bin/sh", "{0}", "-c", "exec \"$0\" \"$@\"", "--"],
    ];

    private readonly string? _name;
    private readonly string[] _prefix;

    private OrdinaryUser(string? name, string[] prefix)
    {
        _name = name;
        _prefix = prefix;
    }

    /// <summary>Finds a user who can work in a folder, and makes the user its owner.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The user: the current one unless that is root.</returns>
    /// <exception cref="IOException">The current user is root, and no other user can work in the folder.</exception>
    public static async Task<OrdinaryUser> ForAsync(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new OrdinaryUser(name: null, []);
        }

        foreach (var name in Names)
        {
            if (!(await ProgramRun.OfAsync(new ProcessStartInfo("chown", [name, folder]), folder)).IsFine)
            {
                continue;
            }

            foreach (var way in Ways)
            {
                var user = new OrdinaryUser(
                    name,
                    [.. way.Select(part => part.Replace("{0}", name, StringComparison.Ordinal))]
                );
                if (
                    (
                        await ProgramRun.OfAsync(
                            user.Command("sh", "-c", "[ \"$(id -u)\" -ne 0 ] && [ -w . ] && cd \"$0\"", folder),
                            folder
                        )
                    ).IsFine
                )
                {
                    return user;
                }
            }
        }

        throw new IOException(
            $"PostgreSQL does not run as root, and no way was found to run it as "
                + $"{string.Join(" or ", Names)} in {folder}. "
                + $"Run the tests as an ordinary user, or set {PostgreSqlAvailability.Variable}."
        );
    }

    /// <summary>Creates a command that runs as this user.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public ProcessStartInfo Command(string program, params string[] arguments)
    {
        string[] all = [.. _prefix, program, .. arguments];
        return new ProcessStartInfo(all[0], all[1..]);
    }

    /// <inheritdoc/>
    public override string ToString() => _name ?? "this user";
}
