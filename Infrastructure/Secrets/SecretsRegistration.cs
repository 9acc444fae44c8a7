using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Secrets;

public static class SecretsRegistration
{
    /// <summary>
    /// Registers <see cref="TokenVault"/> and <see cref="SecretsSetup"/>, and Data Protection with its key ring in the database, for all
    /// who protect anything in the service. Needs an <see cref="NpgsqlDataSource"/>.
    /// </summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SecretsOptions>().Bind(configuration.GetSection(SecretsOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SecretsOptions>, SecretsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<KeyRingSeal>();
        services.AddSingleton<PostgresKeyRing>();
        // The name is part of every key's purpose: all nodes must have the same, wherever they are installed.
        services.AddDataProtection().SetApplicationName("HubSpotDeals");
        services.AddOptions<KeyManagementOptions>().Configure<PostgresKeyRing>(static (options, ring) =>
        {
            options.XmlRepository = ring;
            // The ring seals whole elements; without this, the framework would warn of plain keys even where they are sealed.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        services.AddSingleton(static provider => new TokenVault(provider.GetRequiredService<IDataProtectionProvider>()));
        services.AddSingleton(static provider => new SecretsSetup(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<PostgresKeyRing>(),
            provider.GetRequiredService<KeyRingSeal>(),
            provider.GetRequiredService<IKeyManager>(),
            provider.GetRequiredService<IOptions<KeyManagementOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SecretsSetup>>()));
        return services;
    }
}
