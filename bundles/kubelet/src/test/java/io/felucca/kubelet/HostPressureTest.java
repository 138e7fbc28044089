package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPressureTest {
    @TempDir Path proc;
    private HostPressure pressure;

    @BeforeEach
    void host() throws IOException {
        Files.createDirectories(proc.resolve("sys/kernel"));
        pressure = new HostPressure(proc, proc);
        write("sys/kernel/pid_max", "32768\n");
        write("sys/kernel/threads-max", "192730\n");
    }

    @Test
    void pidsAreShortWhenLessThanOnePercentIsFree() throws IOException {
        write("loadavg", "4.04 3.28 3.53 11/620 30820\n");
        assertFalse(pressure.pids());
        write("loadavg", "4.04 3.28 3.53 11/32500 30820\n");
        assertTrue(pressure.pids());
    }

    @Test
    void theSmallerLimitOfTheKernelCounts() throws IOException {
        write("loadavg", "4.04 3.28 3.53 11/1000 30820\n");
        write("sys/kernel/threads-max", "1005\n");
        assertTrue(pressure.pids());
    }

    @Test
    void theHostThatRunsThisHasProcessIdsLeft() throws IOException {
        HostPressure here = new HostPressure(Path.of("/proc"), proc);
        assertFalse(here.pids());
    }

    @Test
    void memoryIsShortBelowAHundredMebibytes() throws IOException {
        write("meminfo", "MemTotal: 24684092 kB\nMemAvailable:   204800 kB\n");
        assertFalse(pressure.memory());
        write("meminfo", "MemTotal: 24684092 kB\nMemAvailable:    51200 kB\n");
        assertTrue(pressure.memory());
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(proc.resolve(file), text);
    }
}
