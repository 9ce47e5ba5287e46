using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HelpDesk.Web;

/// <summary>Who works here: two agents and a supervisor.</summary>
internal static class People
{
    public const string Supervisor = "supervisor";

    private const string Agent = "agent";

    private static readonly Dictionary<string, string> RolesByName = new(StringComparer.Ordinal)
    {
        ["kim"] = Agent,
        ["lee"] = Agent,
        ["sam"] = Supervisor,
    };

    /// <summary>
    /// A sample has no passwords. The names are the whole list, and a page of another site cannot post the form.
    /// </summary>
    public static async Task<IResult> SignInAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["user"].ToString();
        if (context.Request.Headers["Sec-Fetch-Site"] is ["cross-site"] || !RolesByName.TryGetValue(name, out var role))
        {
            return Results.BadRequest();
        }

        Claim[] claims = [new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)];
        await context.SignInAsync(
            new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme))
        );
        return Results.Redirect("~/");
    }
}
