package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that has ended: its exit code and what it wrote. */
record Run(List<String> command, int code, String out, String err) {

    /** Runs a program to its end; one that takes longer than {@code seconds} is ended, code 137. */
    static Run of(List<String> command, Map<String, String> env, String input, int seconds) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(env);
            Process process = builder.start();
            // Both outputs at once: a full pipe would stop the program.
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException ignored) {
                // It did not want all of its input; its exit code says whether that is right.
            }
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Run(command, process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** What it wrote, when it should have worked. */
    String ok() {
        assertEquals(0, code, this::toString);
        return out;
    }

    /** What it complained of, when it should not have worked. */
    String fails() {
        assertNotEquals(0, code, this::toString);
        return err.strip();
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " -> " + code + "\n" + out + err;
    }
}
