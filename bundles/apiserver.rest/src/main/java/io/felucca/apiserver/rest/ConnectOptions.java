package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.util.List;

/** What is asked of a connection, as admission sees it: a PodExecOptions or one of its kin. */
final class ConnectOptions {
    private ConnectOptions() {}

    static ObjectNode of(Call call, Subresource part) {
        ObjectNode options = Json.object();
        options.put("kind", part.kind().kind()).put("apiVersion", part.kind().apiVersion());
        Query query = call.query();
        switch (part.name()) {
            case "exec", "attach" -> {
                for (String flag : List.of("stdin", "stdout", "stderr", "tty")) {
                    if (query.flag(flag)) {
                        options.put(flag, true);
                    }
                }
                if (query.has("container")) {
                    options.put("container", query.text("container"));
                }
                for (String word : query.texts("command")) {
                    options.withArrayProperty("command").add(word);
                }
            }
            case "portforward" -> {
                for (String port : query.texts("ports")) {
                    options.withArrayProperty("ports").add(number(port));
                }
            }
            default -> {
                if (!call.path().rest().isEmpty()) {
                    options.put("path", call.path().rest());
                }
            }
        }
        return options;
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("\"" + port + "\" is no port number");
        }
    }
}
