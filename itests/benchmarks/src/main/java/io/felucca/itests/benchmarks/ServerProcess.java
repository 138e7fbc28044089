package io.felucca.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A server's process, for what a busy machine does not change: the processor time it has used and
 * the memory it holds.
 */
record ServerProcess(long pid) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TIME = 11;

    /** In seconds; NaN if it is on another machine. */
    double cpuSeconds() {
        if (pid <= 0) {
            return Double.NaN;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]))
                    / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** What it holds of the machine's memory. */
    long residentBytes() throws IOException {
        return kilobytes("VmRSS:") * 1024;
    }

    /** The most it held since {@link #forgetPeak}. */
    long peakBytes() throws IOException {
        return kilobytes("VmHWM:") * 1024;
    }

    /** Needs root, as the server does. */
    void forgetPeak() throws IOException {
        Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
    }

    private long kilobytes(String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("process " + pid + " does not tell its " + field);
    }
}
