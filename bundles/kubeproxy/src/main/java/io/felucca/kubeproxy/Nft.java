package io.felucca.kubeproxy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One nft process that is kept: a transaction costs less than a millisecond, starting the process
 * more. A line of its input is a transaction. For one thread at a time.
 */
final class Nft implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;

    /** The process keeps each line it was given; so it is replaced now and then. */
    private static final int LINES_PER_PROCESS = 1_000;

    /** In characters. More is read by a process of its own in half the time. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final String ASK = "describe mark";
    private static final String ANSWER = "datatype mark";
    private static final int MAX_SAID = 20;

    private final List<String> command;
    private final ScheduledExecutorService timer;
    private volatile Process process;
    private BufferedWriter input;
    private BufferedReader output;
    private int lines;

    /**
     * @param command nft as it is to be started, {@code nft} and what may be before it
     * @param timer ends a process that hangs
     */
    Nft(List<String> command, ScheduledExecutorService timer) {
        this.command = List.copyOf(command);
        this.timer = timer;
    }

    /**
     * Applies all commands or none.
     *
     * @throws IOException with what nft said
     */
    void apply(List<String> commands) throws IOException, InterruptedException {
        if (commands.stream().mapToInt(String::length).sum() > LONGEST_LINE) {
            applyFile(commands);
        } else {
            applyLine(commands);
        }
    }

    private void applyFile(List<String> commands) throws IOException, InterruptedException {
        Command.Outcome outcome = Command.run(words("-f", "-"), String.join("\n", commands) + '\n');
        if (outcome.code() != 0) {
            throw new IOException("nft: " + outcome.text().lines().findFirst().orElse(""));
        }
    }

    private List<String> words(String... options) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(options));
        return words;
    }

    private void applyLine(List<String> commands) throws IOException {
        if (process == null || lines >= LINES_PER_PROCESS) {
            restart();
        }
        lines++;
        Process asked = process;
        ScheduledFuture<?> end =
                timer.schedule(
                        (Runnable) asked::destroyForcibly, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        try {
            input.write(String.join("; ", commands));
            // The answer to this one says that the line before it is done.
            input.write('\n' + ASK + '\n');
            input.flush();
            List<String> said = said();
            if (!said.isEmpty()) {
                throw new IOException("nft: " + said.get(0));
            }
        } catch (IOException e) {
            // Whatever state it is in, the next one starts afresh.
            close();
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    private List<String> said() throws IOException {
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(ANSWER)) {
                return said;
            }
            if (said.size() < MAX_SAID && !line.isBlank()) {
                said.add(line);
            }
        }
        throw new IOException(said.isEmpty() ? "nft has ended" : "nft has ended: " + said.get(0));
    }

    private void restart() throws IOException {
        close();
        ProcessBuilder builder = new ProcessBuilder(words("-i")).redirectErrorStream(true);
        // Interactive nft writes a history of its lines there.
        builder.environment().put("HOME", "/nonexistent");
        process = builder.start();
        input = process.outputWriter(StandardCharsets.US_ASCII);
        output = process.inputReader(StandardCharsets.UTF_8);
        lines = 0;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process = null;
        }
    }
}
