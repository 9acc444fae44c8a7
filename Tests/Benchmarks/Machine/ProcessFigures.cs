using System.Diagnostics;
using System.Globalization;

namespace HubSpotDeals.Benchmarks.Machine;

/// <summary>What Linux says of processes under <c>/proc</c>.</summary>
static class ProcessFigures
{
    // USER_HZ: 100 on every architecture that .NET runs on, whatever the kernel's own tick is.
    const double TicksPerSecond = 100;

    // The fields of /proc/PID/stat behind the program's name, which may hold blanks and brackets.
    const int Parent = 1;
    const int FirstTime = 11; // utime, stime, and the same of children that have ended and were waited for

    /// <summary>The processor time of a process, in user and kernel mode.</summary>
    public static TimeSpan CpuTime(int process) => Times(Stat(process), fields: 2);

    /// <summary>The processor time of a process and all its children, those that have ended included: a PostgreSQL server's.</summary>
    public static TimeSpan CpuTimeWithChildren(int process)
    {
        var sum = Times(Stat(process), fields: 4);
        foreach (var other in Process.GetProcesses())
        {
            using (other)
            {
                try
                {
                    var stat = Stat(other.Id);
                    sum += int.Parse(stat[Parent]) == process ? Times(stat, fields: 2) : TimeSpan.Zero;
                }
                catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
                {
                    // Ended since it was listed; a child's time is its parent's by now, and counted at the next look.
                }
            }
        }

        return sum;
    }

    /// <summary>The most memory a process has held at any moment since it began (<c>VmHWM</c>), in bytes.</summary>
    public static long PeakMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Makes <see cref="PeakMemory"/> count from now on (proc(5), <c>clear_refs</c>).</summary>
    public static void ForgetPeakMemory(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Processes that wanted to run, on average over the last minute.</summary>
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    static string[] Stat(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    static TimeSpan Times(string[] stat, int fields) =>
        TimeSpan.FromSeconds(stat.Skip(FirstTime).Take(fields).Sum(text => long.Parse(text, CultureInfo.InvariantCulture)) / TicksPerSecond);
}
