using System.Collections.Concurrent;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>Body buffers for reuse. One that grew for a giant page is let go, so memory follows what is usual.</summary>
sealed class BufferPool
{
    const int LargestKept = 4 * 1024 * 1024;
    readonly ConcurrentBag<JsonBuffer> _free = [];

    public JsonBuffer Rent() => _free.TryTake(out var buffer) ? buffer : new JsonBuffer();

    public void Return(JsonBuffer buffer)
    {
        if (buffer.Capacity <= LargestKept)
        {
            buffer.Clear();
            _free.Add(buffer);
        }
    }
}
