package io.felucca.itests.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The habits that no compiler keeps. Each failure says which line, and what to write instead. */
final class TidyTest {
    private static final int MAX_LINES = 500;

    private static final Repository REPOSITORY = Repository.find();

    /** Programs that people run by hand, whose output is a table for them. */
    private static final Set<String> MAY_PRINT =
            Set.of(
                    "bundles/apiserver/src/test/java/io/felucca/apiserver/RegistryBench.java",
                    "bundles/http/src/test/java/io/felucca/http/Bench.java",
                    "bundles/storage.backup/src/main/java/io/felucca/storage/backup/Main.java",
                    "bundles/storage.rocksdb/src/test/java/io/felucca/storage/rocksdb/CrashWriter.java",
                    "bundles/storage.rocksdb/src/test/java/io/felucca/storage/rocksdb/StoreBenchmark.java");

    /**
     * A habit: what must not be in a line of code, where it may be all the same, and the remedy.
     */
    private record Habit(String name, Pattern unwanted, Set<String> exemptFolders, String remedy) {
        static Habit of(String name, String regex, Set<String> exempt, String remedy) {
            return new Habit(name, Pattern.compile(regex), exempt, remedy);
        }

        boolean exempts(String file) {
            return exemptFolders.stream().anyMatch(file::startsWith);
        }
    }

    private static final List<Habit> HABITS =
            List.of(
                    Habit.of(
                            "time comes from an injected clock",
                            "\\b(Instant|LocalDate|LocalDateTime|ZonedDateTime|OffsetDateTime)\\.now\\(\\)"
                                + "|System\\.currentTimeMillis\\(",
                            Set.of("bundles/clock/", "bundles/http/src/test/", "itests/"),
                            "take a java.time.Clock in the constructor (@Reference Clock) and ask"
                                    + " it"),
                    Habit.of(
                            "nothing sleeps",
                            "Thread\\.sleep\\(|TimeUnit\\.\\w+\\.sleep\\(",
                            Set.of(),
                            "wait for the condition itself, with a deadline; in a reconciler return"
                                    + " Result.requeueAfter"),
                    Habit.of(
                            "threads come from executors",
                            "new Thread\\(",
                            Set.of(),
                            "use an ExecutorService with a named ThreadFactory, ended in"
                                    + " @Deactivate"),
                    Habit.of(
                            "parts log, they don't print",
                            "System\\.(out|err)\\b",
                            Set.of("itests/benchmarks/"),
                            "use slf4j; a program for people may be added to MAY_PRINT in"
                                    + " TidyTest"),
                    Habit.of(
                            "every queue has a bound",
                            "new (LinkedBlockingQueue|LinkedBlockingDeque|PriorityBlockingQueue"
                                    + "|LinkedTransferQueue)<[^>]*>\\(\\)",
                            Set.of(),
                            "give the queue a capacity and say what happens when it is full"),
                    Habit.of(
                            "nothing is left for later in the code",
                            "\\b(TODO|FIXME|XXX)\\b",
                            Set.of("itests/tidy/"),
                            "do it, or refuse clearly and write an issue"));

    @TestFactory
    Stream<DynamicTest> linesKeepTheHabits() {
        return HABITS.stream()
                .map(habit -> DynamicTest.dynamicTest(habit.name(), () -> check(habit)));
    }

    private static void check(Habit habit) {
        List<String> found = new ArrayList<>();
        for (Path file : REPOSITORY.javaFiles()) {
            String name = file.toString();
            boolean prints = habit.name().contains("print") && MAY_PRINT.contains(name);
            if (habit.exempts(name) || prints) {
                continue;
            }
            List<String> lines = REPOSITORY.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (habit.unwanted().matcher(withoutTexts(lines.get(i))).find()) {
                    found.add(name + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        assertNone(found, habit.remedy());
    }

    /** What a string literal says is not done. */
    private static String withoutTexts(String line) {
        return line.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"");
    }

    @Test
    void noJavaFileIsLongerThanOneCanRead() {
        List<String> found = new ArrayList<>();
        for (Path file : REPOSITORY.javaFiles()) {
            long lines = REPOSITORY.read(file).lines().count();
            if (lines > MAX_LINES) {
                found.add(file + " has " + lines + " lines");
            }
        }
        assertNone(found, "split it by what its parts decide; at most " + MAX_LINES + " lines");
    }

    @Test
    void everyBundleIsOnTheMap() throws IOException {
        String map = REPOSITORY.read(Path.of("docs/ARCHITECTURE.md"));
        List<String> found = new ArrayList<>();
        for (String parent : List.of("bundles", "cni-plugins", "csi-plugins", "cloud-providers")) {
            try (Stream<Path> folders = Files.list(REPOSITORY.root().resolve(parent))) {
                folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                        .map(folder -> parent + "/" + folder.getFileName())
                        .filter(name -> !map.contains("`" + name + "`"))
                        .sorted()
                        .forEach(found::add);
            } catch (NoSuchFileException ignored) {
                // A folder for a kind of plugin that has none yet is not in a clone.
            }
        }
        assertNone(found, "add a line for it to the map in docs/ARCHITECTURE.md");
    }

    @Test
    void noShellFileHasSyntaxErrors() throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (Path file : REPOSITORY.files(TidyTest::isShell)) {
            Process bash =
                    new ProcessBuilder("bash", "-n", file.toString())
                            .directory(REPOSITORY.root().toFile())
                            .redirectErrorStream(true)
                            .start();
            String words = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (bash.waitFor() != 0) {
                found.add(words.strip());
            }
        }
        assertNone(found, "bash -n FILE shows the same");
    }

    private static boolean isShell(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.contains(".")) {
            return name.endsWith(".sh");
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            String first = lines.findFirst().orElse("");
            return first.startsWith("#!") && first.contains("sh");
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertNone(List<String> found, String remedy) {
        assertTrue(
                found.isEmpty(), () -> String.join("\n", found) + "\nWhat to do: " + remedy + ".");
    }
}
