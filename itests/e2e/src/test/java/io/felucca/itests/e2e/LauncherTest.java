package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher keeps processes, without a cluster. */
final class LauncherTest {
    private static final int PATIENCE_SECONDS = 20;

    @TempDir Path home;

    private static Path launcher() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(root.resolve("felucca"))) {
            root = root.getParent();
        }
        return root.resolve("distribution/launcher");
    }

    private Run bash(String script) {
        return Run.of(
                List.of("bash", "-euc", "source '" + launcher() + "/common.sh'\n" + script),
                Map.of("FELUCCA_HOME", home.toString(), "FELUCCA_ROOT", ""),
                "",
                PATIENCE_SECONDS);
    }

    /** Once there is one, and it is not the one from before. */
    private ProcessHandle childAfter(ProcessHandle before) {
        AtomicReference<ProcessHandle> found = new AtomicReference<>();
        Eventually.is(
                "it runs",
                () -> {
                    Path file = home.resolve("child.pid");
                    if (!Files.exists(file)) {
                        return false;
                    }
                    long pid = Long.parseLong(Texts.read(file).replaceAll(" .*\\s*", ""));
                    found.set(ProcessHandle.of(pid).orElse(null));
                    return found.get() != null && !found.get().equals(before);
                });
        return found.get();
    }

    @Test
    void aProcessThatNobodyReapsIsDead() {
        // Its parent turns into a program that never waits for it.
        String zombie =
                """
                bash -c 'sleep 1 & echo "$! $(sed "s/.*) //" /proc/$!/stat | cut -d" " -f20)" \
                    >"$1/child.pid"; exec sleep 15' _ "$FELUCCA_HOME" &
                parent=$!
                wait_until 10 grep -qs '' "$FELUCCA_HOME/child.pid"
                child=$(pid_of child)
                wait_until 10 grep -q '^State:.Z' "/proc/$child/status"
                if alive child; then echo lives; else echo dead; fi
                stop_process child 1
                [ ! -f "$FELUCCA_HOME/child.pid" ] && kill "$parent"
                """;
        assertEquals("dead\n", bash(zombie).ok());
    }

    /** The options as a start takes them, then what it goes by. */
    private String start(String options) {
        return bash("""
        LAUNCHER='%s'
        source "$LAUNCHER/up.sh"
        options %s
        remember_options
        echo "$NODE_NAME $API_PORT $SSH_PORT"
        """
                        .formatted(launcher(), options))
                .ok();
    }

    @Test
    void whatWasSaidOnceHoldsUntilOtherIsSaid() {
        assertEquals("sea 7443 8101\n", start("--api-port 7443 --node-name sea"));
        assertEquals("sea 7443 8101\n", start(""));
        assertEquals("lake 7443 8102\n", start("--node-name lake --ssh-port 8102"));
        assertEquals("lake 7443 8102\n", start("--prepare"));
    }

    @Test
    void encryptedStoresAreAskedForWhicheverFormOfFileConfiguresThem() throws IOException {
        Path own = Files.createDirectory(home.resolve("etc"));
        String add =
                """
                LAUNCHER='%s'
                source "$LAUNCHER/process.sh"
                mkdir -p "$FELUCCA_HOME/to" && echo 'a = b' >"$FELUCCA_HOME/to/io.felucca.apiserver.cfg"
                add_own_settings "$FELUCCA_HOME/to"
                cat "$FELUCCA_HOME"/to/io.felucca.apiserver.c*fg "$FELUCCA_HOME"/to/io.felucca.apiserver.config 2>/dev/null || true
                """
                        .formatted(launcher());
        assertEquals("a = b\n", bash(add).ok());
        Files.writeString(own.resolve("io.felucca.storage.encryption.config"), "file=\"/keys\"\n");
        assertEquals("a = b\n\nStore.target = (store.encrypted=true)\n", bash(add).ok());
        Files.writeString(own.resolve("io.felucca.apiserver.config"), "c=\"d\"");
        assertEquals("c=\"d\"\nStore.target=\"(store.encrypted\\=true)\"\n", bash(add).ok());
    }

    @Test
    void aPidThatSomebodyElseGotSinceIsNotOurs() {
        assertEquals(
                "other\n", bash("echo \"$$ 1\" >$FELUCCA_HOME/x.pid; alive x || echo other").ok());
    }

    @Test
    void aProcessThatIsKilledIsStartedAgainAndOneThatIsLeftAloneGoesOn() throws IOException {
        Files.createDirectory(home.resolve("log"));
        ProcessBuilder builder =
                new ProcessBuilder("bash", launcher() + "/supervise.sh", "child", "sleep", "100");
        builder.environment().put("FELUCCA_HOME", home.toString());
        Process supervisor = builder.start();
        ProcessHandle last = null;
        try {
            for (int i = 0; i < 2; i++) {
                last = childAfter(last);
                assertTrue(last.destroyForcibly());
            }
            last = childAfter(last);
            // The supervisor leaves what it watched over to whoever stopped it.
            supervisor.destroy();
            supervisor.onExit().join();
            assertTrue(last.isAlive());
        } finally {
            supervisor.destroyForcibly();
            if (last != null) {
                last.destroyForcibly();
            }
        }
        assertFalse(supervisor.isAlive());
        assertTrue(
                Texts.read(home.resolve("log/child.log")).contains("has ended with 137"),
                "the log says what happened");
    }
}
