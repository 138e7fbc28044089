package io.felucca.storage.backup;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreOpener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionException;

/**
 * The tool for a stopped cluster, which './felucca' calls: {@code snapshot STORE FILE}, {@code
 * restore FILE STORE}, {@code migrate STORE STORE}, {@code count STORE}. A store is {@code
 * rocksdb=DIRECTORY} or {@code etcd=URL,URL}. What a store needs besides comes from system
 * properties: {@code etcd.ca}, {@code etcd.cert}, {@code etcd.key}.
 */
public final class Main {
    private Main() {}

    /** Prints what was done and ends with 0, or says why not and ends with 1. */
    public static void main(String[] words) {
        System.exit(run(List.of(words), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        try {
            out.println(perform(words));
            return 0;
        } catch (IOException | StoreException | IllegalArgumentException failure) {
            err.println("felucca: " + failure.getMessage());
        } catch (CompletionException failure) {
            err.println("felucca: " + failure.getCause().getMessage());
        }
        return 1;
    }

    private static String perform(List<String> words) throws IOException {
        String word = words.isEmpty() ? "" : words.get(0);
        if (word.equals("count") && words.size() == 2) {
            try (StoreOpener.Opened store = open(words.get(1))) {
                return Transfer.count(store.store()) + " " + Transfer.revision(store.store());
            }
        }
        if (word.equals("snapshot") && words.size() == 3) {
            try (StoreOpener.Opened from = open(words.get(1))) {
                return Snapshot.write(from.store(), Path.of(words.get(2))).toString();
            }
        }
        if (word.equals("restore") && words.size() == 3) {
            try (StoreOpener.Opened to = open(words.get(2))) {
                return Transfer.restore(Path.of(words.get(1)), to, Clock.systemUTC()).toString();
            }
        }
        if (word.equals("migrate") && words.size() == 3) {
            try (StoreOpener.Opened from = open(words.get(1));
                    StoreOpener.Opened to = open(words.get(2))) {
                return Transfer.migrate(from.store(), to).toString();
            }
        }
        throw new IllegalArgumentException("not understood: " + String.join(" ", words));
    }

    private static StoreOpener.Opened open(String said) {
        int equals = said.indexOf('=');
        String kind = equals < 0 ? said : said.substring(0, equals);
        for (StoreOpener opener : ServiceLoader.load(StoreOpener.class)) {
            if (opener.kind().equals(kind)) {
                return opener.open(said.substring(equals + 1), options(kind));
            }
        }
        throw new IllegalArgumentException("there is no store of the kind " + kind);
    }

    private static Map<String, String> options(String kind) {
        Map<String, String> options = new HashMap<>();
        for (String name : List.of("ca", "cert", "key")) {
            options.put(name, System.getProperty(kind + "." + name, ""));
        }
        return options;
    }
}
