using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Deals;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Console.Jobs;
using HubSpotDeals.Api.Console.Portals;
using HubSpotDeals.Api.Console.Scans;
using HubSpotDeals.Api.Console.SignIn;
using HubSpotDeals.Api.Console.Start;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Jobs.Engines;
using Microsoft.AspNetCore.Http.Features;

namespace HubSpotDeals.Api.Console;

/// <summary>The pages for people who look after scans: <c>/</c>, in three verbs for the composition.</summary>
/// <remarks>
/// Razor components that are rendered to plain documents, by the same endpoints, the same door and on the same terms as the API. There is
/// no connection that holds a page's state: any node answers any request, and a page works without its script, which only keeps it fresh.
/// </remarks>
public static class ConsoleSetup
{
    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(static forgery =>
        {
            forgery.Cookie.Name = "hubspot-deals-form";
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forgery.FormFieldName = FormGuard.Field;
            // The pages' own header says more.
            forgery.SuppressXFrameOptionsHeader = true;
        });
        // A portal may have more properties to mark than the framework lets a form have fields.
        services.Configure<FormOptions>(static form => form.ValueCountLimit = 5_000);
        services.AddSingleton<FormGuard>();
        services.AddSingleton<TokenSeal>();
        services.AddSingleton<JobDashboard>();
        return services;
    }

    /// <summary>Makes the errors of the console's addresses pages, and gives all of them their headers. Belongs before everything that can fail.</summary>
    public static IApplicationBuilder UseConsolePages(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (Access.IsPage(context.Request.Path))
        {
            context.Features.Set<IErrorForm>(ErrorPages.Instance);
            // The engine's own dashboard is another's work, and has styles and scripts of its own.
            if (Access.IsEngine(context.Request.Path))
            {
                context.Response.Headers.XFrameOptions = "DENY";
            }
            else
            {
                PageHeaders.Add(context.Response);
            }
        }

        return next(context);
    });

    /// <summary>Maps the pages, and the job engine's own dashboard where it has one.</summary>
    public static WebApplication MapConsole(this WebApplication app)
    {
        AssetEndpoints.Map(app);
        var pages = app.MapGroup("").ExcludeFromDescription();
        ScansPageEndpoint.Map(pages);
        ScanPageEndpoints.Map(pages);
        StartEndpoints.Map(pages);
        DealsPageEndpoint.Map(pages);
        PortalPageEndpoints.Map(pages);
        JobsPageEndpoints.Map(pages);
        SignInEndpoints.Map(pages);
        app.Services.GetRequiredService<JobDashboard>().IsThere = app.MapJobDashboard(Access.EnginePath);
        return app;
    }
}
