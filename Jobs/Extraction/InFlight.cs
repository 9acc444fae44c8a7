namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// How many requests a scan keeps in flight: more for as long as more would be answered sooner, up to what is configured. For several
/// threads.
/// </summary>
/// <remarks>
/// A chain that waits for the portal's budget, or for the pages before its own to be stored, gains nothing by company; one that waits
/// for HubSpot does.
/// </remarks>
/// <param name="most">Requests in flight at most.</param>
sealed class InFlight(int most)
{
    /// <summary>So many to begin with: a portal of a few hundred deals needs no more, and one that answers at once is not read faster by more.</summary>
    const int First = 4;

    /// <summary>A HubSpot that answers so soon is beside this process: then it is not the answers that take the time.</summary>
    static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(10);

    readonly Lock _gate = new();
    TimeSpan _busy;
    TimeSpan _idle;
    int _requests;
    TimeSpan? _perRequest;

    /// <summary>Requests that are to be in flight.</summary>
    internal int Target { get; private set; } = Math.Min(First, most);

    /// <summary>How long a request takes, of late; null while none has been answered.</summary>
    internal TimeSpan? PerRequest
    {
        get
        {
            lock (_gate)
            {
                return _perRequest;
            }
        }
    }

    /// <summary>A request was answered.</summary>
    /// <param name="busy">How long HubSpot took.</param>
    /// <param name="idle">How long the request had waited for the portal's budget.</param>
    internal void Answered(TimeSpan busy, TimeSpan idle)
    {
        lock (_gate)
        {
            _busy += busy;
            _idle += idle;
            _perRequest ??= busy;
            if (++_requests < Target)
            {
                return;
            }

            _perRequest = _busy / _requests;
            if (_idle < _busy / 2 && _perRequest > Quick)
            {
                Target = Math.Min(most, Target * 2);
            }

            (_busy, _idle, _requests) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        }
    }

    /// <summary>A page waited for room.</summary>
    internal void Waited(TimeSpan idle)
    {
        lock (_gate)
        {
            _idle += idle;
        }
    }
}
