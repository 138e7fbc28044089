package io.felucca.itests.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The kubectl on this machine, as one user of the cluster, in one namespace. Immutable. */
final class Kubectl {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_SECONDS = 120;

    private final String program;
    private final String kubeconfig;
    private final String namespace;

    Kubectl(String program, String kubeconfig, String namespace) {
        this.program = program;
        this.kubeconfig = kubeconfig;
        this.namespace = namespace;
    }

    /**
     * @param otherNamespace empty for manifests that say themselves where they belong
     */
    Kubectl in(String otherNamespace) {
        return new Kubectl(program, kubeconfig, otherNamespace);
    }

    /** The same commands by another kubectl. */
    Kubectl by(String otherProgram) {
        return new Kubectl(otherProgram, kubeconfig, namespace);
    }

    String namespace() {
        return namespace;
    }

    Run run(String... arguments) {
        return with("", arguments);
    }

    /** Runs with {@code input} as standard input. */
    Run with(String input, String... arguments) {
        return Run.of(
                command(List.of(arguments)), Map.of("KUBECONFIG", kubeconfig), input, MAX_SECONDS);
    }

    /** Edits with a program in the editor's place. */
    Run edit(String object, Path editor) {
        List<String> words = new ArrayList<>(List.of("edit"));
        words.addAll(List.of(object.split(" ")));
        return Run.of(command(words), Map.of("KUBE_EDITOR", editor.toString()), "", MAX_SECONDS);
    }

    /** The words of a command, for those who start it themselves. */
    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program, "--kubeconfig", kubeconfig));
        if (!namespace.isEmpty()) {
            command.addAll(List.of("-n", namespace));
        }
        command.addAll(arguments);
        return command;
    }

    /** A command that should work; words are divided by blanks. */
    String ok(String words) {
        return run(words.split(" ")).ok();
    }

    /** A command that should not work: what it complained of. */
    String fails(String words) {
        return run(words.split(" ")).fails();
    }

    String apply(String manifest) {
        return with(manifest, "apply", "-f", "-").ok();
    }

    String create(String manifest) {
        return with(manifest, "create", "-f", "-").ok();
    }

    JsonNode json(String words) {
        try {
            return JSON.readTree(ok(words + " -o json"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(words, e);
        }
    }

    /** A field by JSON pointer, empty when there is none. */
    String field(String object, String pointer) {
        return json("get " + object).at(pointer).asText();
    }

    boolean exists(String object) {
        return !ok("get --ignore-not-found " + object).isBlank();
    }
}
