package io.felucca.metrics;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the process takes, under the names that Prometheus' own clients use; from Linux' /proc. */
public final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** The kernel tells of processor time in hundredths of a second, whatever it counts in. */
    private static final double TICKS_PER_SECOND = 100;

    private static final double BYTES_PER_KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1000;

    private ProcessMetrics() {}

    /** Of this process; whoever answers {@code /metrics} adds them. */
    public static MetricSet ofThisProcess() {
        MetricSet set = new MetricSet();
        set.observed(
                Kind.COUNTER,
                "process_cpu_seconds_total",
                "Processor time that was taken, in seconds.",
                List.of(),
                sink -> sink.value(cpuSeconds()));
        set.gauge(
                "process_open_fds",
                "Files and connections that are open.",
                ProcessMetrics::openFiles);
        set.gauge(
                "process_max_fds",
                "Files and connections that may be open.",
                ProcessMetrics::mostOpenFiles);
        set.gauge(
                "process_start_time_seconds",
                "When the process began, in seconds since 1970.",
                () -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND);
        set.gauge(
                "process_virtual_memory_bytes",
                "Address space that is taken.",
                () -> bytes("VmSize:"));
        set.gauge("process_resident_memory_bytes", "Memory that is taken.", () -> bytes("VmRSS:"));
        addMachine(set);
        return set;
    }

    /** From the fields after the command's name, which may hold blanks. */
    private static double cpuSeconds() {
        try {
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]))
                    / TICKS_PER_SECOND;
        } catch (IOException e) {
            // Another system than Linux: it isn't known there.
            return Double.NaN;
        }
    }

    private static double openFiles() {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.count();
        } catch (IOException e) {
            // As above.
            return Double.NaN;
        }
    }

    private static double mostOpenFiles() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(OPEN_FILES)) {
                    String soft = line.substring(OPEN_FILES.length()).strip().split(" +", -1)[0];
                    return soft.equals("unlimited")
                            ? Double.POSITIVE_INFINITY
                            : Long.parseLong(soft);
                }
            }
            return Double.NaN;
        } catch (IOException e) {
            // As above.
            return Double.NaN;
        }
    }

    private static double bytes(String field) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB;
                }
            }
            return Double.NaN;
        } catch (IOException e) {
            // Another system than Linux: it isn't known there.
            return Double.NaN;
        }
    }

    private static void addMachine(MetricSet set) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        set.observed(
                Kind.GAUGE,
                "jvm_memory_used_bytes",
                "Memory that is used, by area.",
                List.of("area"),
                sink -> {
                    sink.value(memory.getHeapMemoryUsage().getUsed(), "heap");
                    sink.value(memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
                });
        set.observed(
                Kind.GAUGE,
                "jvm_memory_max_bytes",
                "Memory that may be used, by area; -1 for no bound.",
                List.of("area"),
                sink -> {
                    MemoryUsage heap = memory.getHeapMemoryUsage();
                    sink.value(heap.getMax(), "heap");
                    sink.value(memory.getNonHeapMemoryUsage().getMax(), "nonheap");
                });
        set.observed(
                Kind.SUMMARY,
                "jvm_gc_collection_seconds",
                "Time that went into collecting garbage, by collector.",
                List.of("gc"),
                sink ->
                        ManagementFactory.getGarbageCollectorMXBeans()
                                .forEach(gc -> tell(gc, sink)));
        set.gauge(
                "jvm_threads_current",
                "Threads that live.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        set.gauge(
                "jvm_classes_currently_loaded",
                "Classes that are loaded.",
                () -> ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    private static void tell(GarbageCollectorMXBean collector, Sink sink) {
        sink.summary(
                collector.getCollectionCount(),
                collector.getCollectionTime() / MILLIS_PER_SECOND,
                collector.getName());
    }
}
