using CustomerProfiles;
using FullContact.Simulator;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HelpDesk.Web;

/// <summary>The host: who may do what, where mail and lookups come from, and the pages.</summary>
internal static class HelpDeskHost
{
    public static WebApplication Create(string[] args, FullContactSimulator fullContact)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder
            .Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(cookie => cookie.Cookie.SameSite = SameSiteMode.Strict);
        builder
            .Services.AddAuthorizationBuilder()
            .AddPolicy("agents", policy => policy.RequireAuthenticatedUser())
            .AddPolicy("supervisors", policy => policy.RequireRole(People.Supervisor));
        builder
            .Services.AddCustomerProfiles(options =>
            {
                options.OwnDomains.Add(MailIntake.OwnDomain);
                options.Properties.Add(PropertyDefinition.Number("orders", "Orders"));
                options.Properties.Add(PropertyDefinition.Date("customer-since", "Customer since"));
                options.Properties.Add(
                    PropertyDefinition.Option(
                        "reads",
                        "Reads",
                        new PropertyOption("novels", "Novels"),
                        new PropertyOption("poems", "Poems"),
                        new PropertyOption("maps", "Maps")
                    )
                );
            })
            .UseSqlite(
                builder.Configuration.GetConnectionString("Profiles")
                    ?? $"Data Source={Path.Combine(builder.Environment.ContentRootPath, "profiles.db")}",
                options => options.UpgradeAtStart = true
            )
            .AddFullContact(options =>
            {
                options.ApiKey = fullContact.ApiKey;
                options.BaseAddress = fullContact.BaseAddress;
            })
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
        builder.Services.AddSingleton<ConversationList>();
        builder.Services.AddHostedService<MailIntake>();

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
        app.MapPost("/sign-in", (Delegate)People.SignInAsync);
        app.MapGet("/conversations", ConversationList.ShowAsync).RequireAuthorization("agents").DisableCookieRedirect();
        return app;
    }
}
