namespace HubSpotDeals.Infrastructure.HubSpot.Budget;

/// <summary>
/// What a portal allows this service, shared by all its scans on all nodes: whoever calls HubSpot waits here for a permit, and tells what
/// the answer says of the limits.
/// </summary>
/// <remarks>
/// HubSpot counts per app and account. A limiter in each process would ask too much with the second node, and too little if each node were
/// given a share that it does not need.
/// </remarks>
public sealed class PortalBudget
{
    readonly BudgetStore _store;
    readonly PermitGate _burst;
    readonly PermitGate _search;
    readonly DayNews _day = new();

    internal PortalBudget(BudgetStore store, HubSpotOptions options, TimeProvider clock)
    {
        _store = store;
        _burst = new PermitGate(store, RequestClass.Burst, new Allowance(options.RequestsPer10Seconds, TimeSpan.FromSeconds(10), IsSaid: false), _day, clock);
        _search = new PermitGate(store, RequestClass.Search, new Allowance(options.SearchRequestsPerSecond, TimeSpan.FromSeconds(1), IsSaid: false), _day, clock);
    }

    /// <summary>What is known of the limits.</summary>
    public Task<BudgetReading> ReadAsync(CancellationToken cancellationToken) => _store.ReadAsync(cancellationToken);

    /// <summary>
    /// Counts requests that were sent without waiting, because somebody waits for their answers: those that do wait come that much later.
    /// </summary>
    public Task CountAsync(int requests, CancellationToken cancellationToken) => _burst.CountAsync(requests, cancellationToken);

    /// <summary>Makes known what was heard of the limits and has not been told to anybody.</summary>
    public Task RecordAsync(CancellationToken cancellationToken) => _burst.CountAsync(requests: 0, cancellationToken);

    /// <summary>Remembers where the account is: its day begins at midnight there.</summary>
    public Task RememberTimeZoneAsync(string timeZone, CancellationToken cancellationToken) => _store.RememberTimeZoneAsync(timeZone, cancellationToken);

    /// <summary>Waits until a request may be sent.</summary>
    /// <exception cref="HubSpotException">The account's day is used up; HubSpot was not asked again.</exception>
    internal Task EnterAsync(HubSpotOperation operation, CancellationToken cancellationToken) =>
        GateOf(operation.Class).EnterAsync(operation, cancellationToken);

    /// <summary>Takes note of what an answer says.</summary>
    internal void Heard(RateLimitReading? limits)
    {
        if (limits is not null)
        {
            // Search carries no burst headers; where it does, they are not its own limit's.
            _burst.Heard(limits);
            _day.Heard(limits);
        }
    }

    /// <summary>HubSpot has refused a request because of a limit: all nodes hold back.</summary>
    internal async Task RefusedAsync(HubSpotOperation operation, HubSpotException refusal, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        if (refusal.Policy == RateLimitPolicy.Daily)
        {
            await _store.SpendDayAsync(cancellationToken);
        }
        else
        {
            await GateOf(operation.Class).HoldAsync(retryAfter, cancellationToken);
            if (refusal.Policy == RateLimitPolicy.TenSecondly && operation.Class != RequestClass.Burst)
            {
                // HubSpot says that it counts this search among the other requests after all.
                await _burst.HoldAsync(retryAfter, cancellationToken);
            }
        }
    }

    PermitGate GateOf(RequestClass limit) => limit == RequestClass.Search ? _search : _burst;
}
