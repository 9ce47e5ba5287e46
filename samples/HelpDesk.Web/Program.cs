// A help desk in the browser: sign in as an agent or the supervisor, find a customer, edit the profile beside, and
// merge two customers who are the same person. Everything is kept in memory.
using System.Security.Claims;
using CustomerProfiles;
using CustomerProfiles.Providers;
using HelpDesk.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

var builder = WebApplication.CreateBuilder(args);
builder
    .Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(cookie => cookie.Cookie.SameSite = SameSiteMode.Strict);
builder
    .Services.AddAuthorizationBuilder()
    .AddPolicy("agents", policy => policy.RequireAuthenticatedUser())
    .AddPolicy("supervisors", policy => policy.RequireRole("supervisor"));
builder
    .Services.AddCustomerProfiles()
    .AddProvider<TownDirectory>()
    .AddWebApi(options =>
    {
        options.ReadPolicy = "agents";
        options.EditPolicy = "agents";
        options.HistoryPolicy = "agents";
        options.MergePolicy = "agents";
        options.AdministerPolicy = "supervisors";
        options.ResolveTenant = _ => TenantId.Default;
        options.ResolveActor = context => Actor.Agent(context.User.Identity!.Name!);
    });
builder.Services.AddHostedService<FirstConversations>();

var app = builder.Build();
app.Use(
    (context, next) =>
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
        return next();
    }
);
app.UseDefaultFiles();
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
app.MapCustomerProfiles("/customer-profiles");

// A sample has no passwords. The names are the whole list, and a page of another site cannot post the form.
app.MapPost(
    "/sign-in",
    async (HttpContext context) =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (
            context.Request.Headers["Sec-Fetch-Site"] is ["cross-site"]
            || form["user"] is not [("kim" or "lee" or "sam") and var user]
        )
        {
            return Results.BadRequest();
        }

        Claim[] claims = [new(ClaimTypes.Name, user), new(ClaimTypes.Role, user == "sam" ? "supervisor" : "agent")];
        await context.SignInAsync(
            new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme))
        );
        return Results.Redirect("~/");
    }
);
app.Run();
