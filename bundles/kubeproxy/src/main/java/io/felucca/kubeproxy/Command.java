package io.felucca.kubeproxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short command of the machine, such as {@code ip} and {@code conntrack}. */
final class Command {
    private static final long TIMEOUT_SECONDS = 30;

    private Command() {}

    /** How it ended, and what it wrote, errors included. */
    record Outcome(int code, String text) {}

    static Outcome run(List<String> words) throws IOException, InterruptedException {
        return run(words, "");
    }

    static Outcome run(List<String> words, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try {
            try (OutputStream out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.US_ASCII));
            }
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(words.get(0) + " did not end in time");
            }
            return new Outcome(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
        }
    }
}
